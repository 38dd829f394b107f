/** The settings that an operator gives by environment variables. */
import path from 'node:path';
import { z } from 'zod';
import { KEYRING_HINT, keyringFrom } from './encryption/keyring.ts';
import { fileSettingsFrom, fileVariables, type FileSettings } from './files/file-settings.ts';
import { pushSettingsFrom, pushVariables, type PushSettings } from './push/push-settings.ts';
import { StartupFault } from './startup-fault.ts';

const CHECKOUT = path.resolve(import.meta.dirname, '..');

/** An empty variable counts as not given: `PORT= npm start` is the usual way to take one back. */
const blankIsUnset = (value: unknown) =>
	typeof value === 'string' && value.trim() === '' ? undefined : value;

const PORT_HINT = 'PORT must be a whole number from 0 to 65535 (0: any free port)';
const DATABASE_HINT = 'DATABASE_URL must look like postgres://user:password@host:5432/database';
const ORIGIN_HINT =
	'ORIGIN must be the address people type, such as https://board.clinic.example, without a path';

const SMTP_HINT = 'SMTP_URL must look like smtp://user:password@mail.example:587 or smtps://…';
const MAIL_FROM_HINT =
	'MAIL_FROM must be an address such as "Clinic <board@clinic.example>", and SMTP_URL needs one';
const SMS_HINT =
	'SMS_ACCOUNT, SMS_TOKEN and SMS_FROM belong together, and SMS needs ORIGIN as well: where reports and answers come in';
const SMS_API_HINT = 'SMS_API_URL must look like https://api.twilio.com';
/** A visitor chooses what its request says of our address, and must not choose where the links in mails lead. */
const MAIL_ORIGIN_HINT = 'SMTP_URL needs ORIGIN as well: mails carry links to it';

const schema = z.object({
	HOST: z
		.string()
		.regex(/^[\w.:%-]+$/, 'HOST must be an address or a name of this machine, such as 127.0.0.1')
		.default('127.0.0.1'),
	PORT: z
		.string()
		.regex(/^\d{1,5}$/, PORT_HINT)
		.transform(Number)
		.refine((port) => port <= 65_535, PORT_HINT)
		.default(3000),
	DATA_DIR: z.string().default(path.join(CHECKOUT, '.data')),
	DATABASE_URL: z
		.string()
		.refine((url) => /^postgres(ql)?:$/.test(parseUrl(url)?.protocol ?? ''), DATABASE_HINT)
		.nullable()
		.default(null),
	ORIGIN: z
		.string()
		.refine((origin) => {
			const url = parseUrl(origin);
			return url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
		}, ORIGIN_HINT)
		.transform((origin) => new URL(origin).origin)
		.nullable()
		.default(null),
	METRICS_TOKEN: z
		.string()
		.min(16, 'METRICS_TOKEN must have at least 16 characters')
		.nullable()
		.default(null),
	ENCRYPTION_KEYS: z
		.string()
		.refine((text) => {
			try {
				return keyringFrom(text).length > 0;
			} catch {
				return false;
			}
		}, KEYRING_HINT)
		.nullable()
		.default(null),
	SMTP_URL: z
		.string()
		.refine((text) => {
			const url = parseUrl(text);
			return url !== null && /^smtps?:$/.test(url.protocol) && url.hostname !== '';
		}, SMTP_HINT)
		.nullable()
		.default(null),
	MAIL_FROM: z
		.string()
		.regex(/^([^<>@"\r\n]{1,100} <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/, MAIL_FROM_HINT)
		.nullable()
		.default(null),
	SMS_API_URL: z
		.string()
		.refine((text) => /^https?:$/.test(parseUrl(text)?.protocol ?? ''), SMS_API_HINT)
		.default('https://api.twilio.com'),
	SMS_ACCOUNT: z
		.string()
		.regex(/^[\w-]{1,64}$/, 'SMS_ACCOUNT must be the account’s id, such as AC0123…')
		.nullable()
		.default(null),
	SMS_TOKEN: z.string().min(8, 'SMS_TOKEN is too short').max(200).nullable().default(null),
	SMS_FROM: z
		.string()
		.regex(
			/^(\+\d{5,15}|MG\w{1,40}|[A-Za-z0-9 ]{1,11})$/,
			'SMS_FROM must be a number such as +48123456789'
		)
		.nullable()
		.default(null),
	ALLOW_PRIVATE_PROVIDERS: z
		.enum(['0', '1'], { error: 'ALLOW_PRIVATE_PROVIDERS must be 0 or 1' })
		.transform((text) => text === '1')
		.default(false),
	...fileVariables,
	...pushVariables,
	LOG_LEVEL: z
		.enum(['debug', 'info', 'warn', 'error', 'silent'], {
			error: 'LOG_LEVEL must be debug, info, warn, error or silent'
		})
		.default('warn'),
	DEMO: z
		.enum(['full', 'small', 'none'], {
			error: 'DEMO must be full, small or none'
		})
		.default('full')
});

export interface Settings {
	/** Address to listen on. Loopback unless the operator opens it: patient data is behind it. */
	host: string;
	/** 0: any free port. */
	port: number;
	/** Absolute folder of everything that this machine keeps. */
	dataDir: string;
	/** `null`: start the embedded PostgreSQL. Its account may create roles and extensions. */
	databaseUrl: string | null;
	/** Public origin behind a TLS proxy; `null`: what the browser asked for, over plain http. */
	origin: string | null;
	/** Lets machines other than this one read `/metrics`. */
	metricsToken: string | null;
	/** As `keyringFrom` reads it; `null`: a key of this machine's own, kept in the data folder. */
	encryptionKeys: string | null;
	/** `null`: no mail is sent; administrators hand links over themselves. `from` is whom mails come from. */
	mail: { smtpUrl: string; from: string } | null;
	/** `null`: no SMS is sent. */
	sms: { apiUrl: string; account: string; token: string; from: string } | null;
	/** Organizations may name a sign-in provider inside this machine or its network, also without TLS on loopback. */
	allowPrivateProviders: boolean;
	/** Where uploaded files lie. */
	files: FileSettings;
	/** How browsers are reached by web push. */
	push: PushSettings;
	logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
	/** What an empty database is filled with on first start. */
	demo: 'full' | 'small' | 'none';
}

/**
 * @param environment usually `process.env`
 * @throws StartupFault with one line for each setting that is wrong
 */
export function readSettings(environment: NodeJS.ProcessEnv = process.env): Settings {
	const given = Object.fromEntries(
		Object.keys(schema.shape).map((name) => [name, blankIsUnset(environment[name])])
	);
	const parsed = schema.safeParse(given);
	if (!parsed.success) {
		// The first complaint about each setting is enough. The value stays out: it may be a password.
		const issues = parsed.error.issues.filter(
			(issue, at, all) => all.findIndex(({ path }) => path[0] === issue.path[0]) === at
		);
		throw new StartupFault(issues.map((issue) => `${issue.message}.`));
	}
	const { HOST, PORT, DATA_DIR, DATABASE_URL, ORIGIN, METRICS_TOKEN, ENCRYPTION_KEYS } =
		parsed.data;
	const { SMTP_URL, MAIL_FROM, ALLOW_PRIVATE_PROVIDERS, LOG_LEVEL, DEMO } = parsed.data;
	if (SMTP_URL !== null) {
		const missing = [
			...(MAIL_FROM === null ? [MAIL_FROM_HINT] : []),
			...(ORIGIN === null ? [MAIL_ORIGIN_HINT] : [])
		];
		if (missing.length > 0) throw new StartupFault(missing.map((hint) => `${hint}.`));
	}
	const sms = smsFrom(parsed.data);
	const files = fileSettingsFrom(parsed.data, path.resolve(DATA_DIR));
	if ('faults' in files) throw new StartupFault(files.faults);
	const push = pushSettingsFrom(parsed.data, { origin: ORIGIN, mailFrom: MAIL_FROM });
	if ('faults' in push) throw new StartupFault(push.faults);
	return {
		host: HOST,
		port: PORT,
		dataDir: path.resolve(DATA_DIR),
		databaseUrl: DATABASE_URL,
		origin: ORIGIN,
		metricsToken: METRICS_TOKEN,
		encryptionKeys: ENCRYPTION_KEYS,
		mail: SMTP_URL !== null && MAIL_FROM !== null ? { smtpUrl: SMTP_URL, from: MAIL_FROM } : null,
		sms,
		allowPrivateProviders: ALLOW_PRIVATE_PROVIDERS,
		files: files.settings,
		push: push.settings,
		logLevel: LOG_LEVEL,
		demo: DEMO
	};
}

/** @throws StartupFault where something is missing that belongs to it */
function smsFrom(given: z.output<typeof schema>): Settings['sms'] {
	const { SMS_API_URL: apiUrl, SMS_ACCOUNT: account, SMS_TOKEN: token, SMS_FROM: from } = given;
	if (account === null && token === null && from === null) return null;
	if (account === null || token === null || from === null || given.ORIGIN === null) {
		throw new StartupFault([`${SMS_HINT}.`]);
	}
	return { apiUrl, account, token, from };
}

function parseUrl(text: string): URL | null {
	return URL.canParse(text) ? new URL(text) : null;
}
