/** `npm run token -- --email …`: prints a bearer token for an account, this once. docs/API.md tells how to use it. */
import './require-node.js';
import { parseArgs } from 'node:util';
import { readSettings } from '#db/settings.ts';
import { StartupFault } from '#db/startup-fault.ts';
import { API_SCOPES, type ApiScope } from '#domain/access/api-scope.ts';
import { createApiToken } from '#domain/access/commands.ts';
import { withDatabase } from './with-database.ts';

const DAY_MS = 24 * 60 * 60_000;
const MAX_DAYS = 366;
const USAGE = `Usage: npm run token -- --email <address> [options]
  --scope <scopes>  what it may do: read, or read,write (default: read,write)
  --days <days>     how long it is valid, 1 to ${MAX_DAYS} (default: 30)`;

class UsageFault extends Error {}

try {
	process.exitCode = await run();
} catch (fault) {
	if (!(fault instanceof UsageFault) && !(fault instanceof StartupFault)) throw fault;
	console.error(fault.message);
	process.exitCode = 1;
}

/** @returns the exit code. The token alone goes to standard output, so that a script can take it. */
async function run(): Promise<number> {
	const { email, scopes, days } = readArguments();
	const expiresAt = Date.now() + days * DAY_MS;
	const created = await withDatabase(readSettings(), (database) =>
		createApiToken(database, { email, scopes, expiresAt })
	);
	if (!created.ok) {
		console.error('There is no account with that address.');
		return 1;
	}
	console.error(
		`May ${scopes.join(' and ')}, until ${new Date(expiresAt).toISOString().slice(0, 10)}. It is shown only now:`
	);
	console.log(created.value);
	return 0;
}

function readArguments(): { email: string; scopes: ApiScope[]; days: number } {
	const { email, scope, days } = parsed();
	if (!email) throw new UsageFault(USAGE);
	const scopes = [...new Set(scope.split(',').map((part) => part.trim()))];
	if (!scopes.every(isScope)) throw new UsageFault(`--scope: only ${API_SCOPES.join(', ')}.`);
	const count = Number(days);
	if (!Number.isInteger(count) || count < 1 || count > MAX_DAYS) {
		throw new UsageFault(`--days: a whole number from 1 to ${MAX_DAYS}.`);
	}
	return { email, scopes, days: count };
}

function parsed() {
	try {
		return parseArgs({
			options: {
				email: { type: 'string' },
				scope: { type: 'string', default: 'read,write' },
				days: { type: 'string', default: '30' }
			}
		}).values;
	} catch (cause) {
		throw new UsageFault(`${(cause as Error).message}\n${USAGE}`, { cause });
	}
}

function isScope(text: string): text is ApiScope {
	return (API_SCOPES as readonly string[]).includes(text);
}
