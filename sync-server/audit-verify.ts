/** `npm run audit:verify`: recomputes every organization's audit chain and says what does not fit. docs/AUDIT.md. */
import './require-node.js';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Database } from '#db/database.ts';
import { readSettings } from '#db/settings.ts';
import { StartupFault } from '#db/startup-fault.ts';
import { organizationsToSeal } from '#domain/access/commands/seal-audit.ts';
import { verifyAudit } from '#domain/access/queries/verify-audit.ts';
import { chainWords } from '#domain/access/chain-words.ts';
import { withDatabase } from './with-database.ts';

const USAGE = `Usage: npm run audit:verify -- [options]
  --head <organization>=<link>  a link that was printed and kept before: it has to be in the chain still
                                (may be given several times)`;

class UsageFault extends Error {}

const keptHead = z
	.string()
	.regex(/^[0-9a-f-]{36}=[0-9a-f]{64}$/i)
	.transform((text) => text.toLowerCase().split('=') as [organization: string, link: string]);

try {
	process.exitCode = await run();
} catch (fault) {
	if (!(fault instanceof UsageFault) && !(fault instanceof StartupFault)) throw fault;
	console.error(fault.message);
	process.exitCode = 1;
}

/** @returns the exit code: 0 when everything fits, 1 when something was found. */
async function run(): Promise<number> {
	const kept = readArguments();
	return withDatabase(readSettings(), async (database) => {
		const organizations = await organizationsToSeal(database);
		const strangers = [...kept.keys()].filter((id) => !organizations.includes(id));
		for (const id of strangers) {
			console.log(
				`${id}\n  FOUND: there is no such organization, but a link of its chain was kept.`
			);
		}
		let fits = strangers.length === 0;
		for (const id of organizations) {
			if (!(await verifyOne(database, id, kept.get(id) ?? []))) fits = false;
		}
		console.log(fits ? 'Everything fits.' : 'Something does not fit: see FOUND above.');
		return fits ? 0 : 1;
	});
}

/** @returns whether everything fits */
async function verifyOne(database: Database, id: string, links: string[]): Promise<boolean> {
	const { lines, findings } = chainWords(await verifyAudit(database, id, links), Date.now());
	console.log(id);
	for (const line of lines) console.log(`  ${line}`);
	for (const finding of findings) console.log(`  FOUND: ${finding}`);
	return findings.length === 0;
}

/** @returns links that were kept, by organization */
function readArguments(): Map<string, string[]> {
	const kept = new Map<string, string[]>();
	for (const text of parsed().head) {
		const head = keptHead.safeParse(text);
		if (!head.success) throw new UsageFault(`--head: not <organization>=<link>.\n${USAGE}`);
		const [organization, link] = head.data;
		kept.set(organization, [...(kept.get(organization) ?? []), link]);
	}
	return kept;
}

function parsed() {
	try {
		return parseArgs({ options: { head: { type: 'string', multiple: true, default: [] } } }).values;
	} catch (cause) {
		throw new UsageFault(`${(cause as Error).message}\n${USAGE}`, { cause });
	}
}
