/**
 * Starts and stops everything in order; `start.ts` and `dev.ts` differ only in where the pages come from.
 *
 * The port is taken first, so that one in use shows at once; requests get 503 until all stands.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Logger } from 'pino';
import { databaseAnswers, openDatabase, type Database } from '#db/database.ts';
import { checkKeys } from '#db/encryption/check-keys.ts';
import { keysOfMachine } from '#db/encryption/key-file.ts';
import { sealOldTexts } from '#db/encryption/old-texts.ts';
import { openFileStore } from '#db/files/open-file-store.ts';
import { vapidKeysOfMachine } from '#db/push/vapid-keys.ts';
import { readSettings, type Settings } from '#db/settings.ts';
import { StartupFault } from '#db/startup-fault.ts';
import { attachSync } from './attach.ts';
import { startFileSweep } from './file-sweep.ts';
import { startMessageJobs } from './message-jobs.ts';
import { demoSignInLines, fillOnFirstStart } from './first-start.ts';
import { listen, type Front, type RequestHandler } from './http-server.ts';
import { createLog } from '#db/log.ts';
import { bringUpToDate, findDatabase, type DatabaseInForce } from './open-database.ts';
import { startWaitlistJobs } from './waitlist-jobs.ts';

/** Ends the process when closing in order takes longer. The embedded server stops with it all the same. */
const CLOSE_LIMIT_MS = 10_000;
const READY_QUERY_LIMIT_MS = 2_000;
const PARENT_POLL_MS = 500;

/** Where the pages come from. */
export interface Web {
	handle: RequestHandler;
	/** Ends what the pages keep open, such as their own database connections. */
	close(): Promise<void>;
}

export interface WebSource {
	/** `DAYBOARD_DATABASE_URL` is set when this is called: the pages open their own connections with it. */
	prepare(server: Server): Promise<Web>;
	/** `true` for upgrades, beside `/sync`, that the pages take themselves. */
	ownUpgrade(request: IncomingMessage): boolean;
}

/** What stands so far; closed from the outside in. */
interface Standing {
	front?: Front;
	sync?: Awaited<ReturnType<typeof attachSync>>;
	web?: Web;
	stopSweep?: () => Promise<void>;
	stopMessages?: () => Promise<void>;
	stopWaitlist?: () => Promise<void>;
	database?: Database;
	server?: DatabaseInForce;
}

/** Runs Dayboard until a signal ends it. Exit code 0 after a signal, 1 when it could not start or broke. */
export async function run(source: WebSource): Promise<void> {
	const standing: Standing = {};
	let log = createLog('error');
	let ending: Promise<void> | undefined;
	const end = (exitCode: number): Promise<void> => {
		ending ??= (async () => {
			setTimeout(() => process.exit(1), CLOSE_LIMIT_MS).unref();
			await closeAll(standing, log);
			process.exit(exitCode);
		})();
		return ending;
	};
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
		process.on(signal, () => void end(0));
	for (const event of ['uncaughtException', 'unhandledRejection'] as const)
		process.on(event, (fault: unknown) => {
			// Closing cuts what a start was in the middle of.
			if (ending) return;
			log.fatal({ err: fault }, 'Dayboard broke and ends');
			void end(1);
		});
	endWithNpm(() => void end(0));
	try {
		const settings = readSettings();
		log = createLog(settings.logLevel);
		await standUp(standing, source, settings, log);
		void standing.server?.lost.then(() => {
			if (ending) return;
			console.error('The embedded PostgreSQL ended by itself: start Dayboard again.');
			void end(1);
		});
	} catch (fault) {
		if (!ending) complain(fault, log);
		await end(1);
	}
}

/**
 * A signal to npm alone (a service's `kill`) ends npm and its shell, and never reaches us: then our parent changes.
 */
function endWithNpm(end: () => void): void {
	if (!process.env.npm_lifecycle_event) return;
	const parent = process.ppid;
	const watch = setInterval(() => {
		if (process.ppid === parent) return;
		clearInterval(watch);
		end();
	}, PARENT_POLL_MS).unref();
}

async function standUp(
	standing: Standing,
	source: WebSource,
	settings: Settings,
	log: Logger
): Promise<void> {
	const front = (standing.front = await listen(settings, source.ownUpgrade));
	const server = (standing.server = await findDatabase(settings));
	await bringUpToDate(server.url);
	// The pages open connections of their own with it.
	process.env.ENCRYPTION_KEYS = settings.encryptionKeys ?? (await keysOfMachine(settings.dataDir));
	const vapid = settings.push.keys ?? (await vapidKeysOfMachine(settings.dataDir));
	process.env.VAPID_PUBLIC_KEY = vapid.publicKey;
	process.env.VAPID_PRIVATE_KEY = vapid.privateKey;
	const database = (standing.database = openDatabase(server.url));
	await checkKeys(database);
	await sealOldTexts(server.url, database, (line) => console.log(line));
	await fillOnFirstStart(database, settings.demo, (line) => console.log(line));
	process.env.DAYBOARD_DATABASE_URL = server.url;
	process.env.DAYBOARD_SMTP_URL = settings.mail?.smtpUrl ?? '';
	process.env.DAYBOARD_MAIL_FROM = settings.mail?.from ?? '';
	process.env.DAYBOARD_SMS = settings.sms ? JSON.stringify(settings.sms) : '';
	process.env.DAYBOARD_ORIGIN = settings.origin ?? '';
	process.env.DAYBOARD_FILES = JSON.stringify(settings.files);
	const web = (standing.web = await source.prepare(front.server));
	const sync = (standing.sync = await attachSync({
		httpServer: front.server,
		database,
		databaseUrl: server.url,
		allowedOrigin: settings.origin,
		log
	}));
	const store = openFileStore(settings.files);
	standing.stopSweep = startFileSweep({ database, store, log });
	const { mail, sms, origin } = settings;
	// A first try of Dayboard reaches nobody: what would be sent is kept in the outbox.
	const isTrial = !mail && !sms && !settings.push.isSet;
	const push = isTrial ? {} : { push: { ...settings.push, keys: vapid } };
	standing.stopMessages = await startMessageJobs({
		...{ database, log },
		settings: { mail, sms, origin, ...push }
	});
	standing.stopWaitlist = await startWaitlistJobs({ database, log });
	front.open(web.handle, {
		databaseAnswers: () => databaseAnswers(database, READY_QUERY_LIMIT_MS),
		syncListens: () => sync.isListening(),
		metricsToken: settings.metricsToken,
		behindProxy: settings.origin !== null
	});
	await announce(settings, front.port, database);
}

async function announce(settings: Settings, port: number, database: Database): Promise<void> {
	const here = /^(127\.|localhost$|0\.0\.0\.0$|::1?$)/.test(settings.host);
	const host = here
		? 'localhost'
		: settings.host.includes(':')
			? `[${settings.host}]`
			: settings.host;
	const signIns = await demoSignInLines(database);
	const lines = [`Dayboard is ready: ${settings.origin ?? `http://${host}:${port}`}`];
	if (signIns.length > 0) lines.push('Demo sign-ins:', ...signIns);
	if (/^(127\.|localhost$|::1$)/.test(settings.host)) {
		if (settings.origin === null)
			lines.push('Only this machine can open it; HOST=0.0.0.0 opens it to the network.');
	} else if (signIns.length > 0) {
		lines.push('Take care: the network can open it, and the demo passwords above are public.');
	}
	lines.push('Ctrl-C stops it.');
	console.log(lines.join('\n'));
}

async function closeAll(standing: Standing, log: Logger): Promise<void> {
	const { front, sync, web, stopSweep, stopMessages, stopWaitlist, database, server } = standing;
	front?.stopAccepting();
	const steps: [string, (() => Promise<void>) | undefined][] = [
		['sync', sync && (() => sync.close())],
		['requests', front && (() => front.drained())],
		['web', web && (() => web.close())],
		['waitlist', stopWaitlist],
		['messages', stopMessages],
		['files', stopSweep],
		['database', database && (() => database.close())],
		['postgresql', server && (() => server.close())]
	];
	for (const [step, close] of steps) {
		try {
			await close?.();
		} catch (fault) {
			log.error({ err: fault, step }, 'closing went wrong');
		}
	}
}

function complain(fault: unknown, log: Logger): void {
	if (fault instanceof StartupFault) for (const line of fault.lines) console.error(line);
	else log.fatal({ err: fault }, 'Dayboard could not start');
}
