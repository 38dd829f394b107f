/**
 * `npm run bench`: each figure beside a limit measured in the same run. `-- --sample` runs a few rounds of each, which
 * shows that the benches work and nothing more; `-- a`, `b`, `c` (with d), `e`, `f`, `g`, `h`, `i`, `l`, `p` or `w`
 * runs one of them.
 */
import '#sync-server/require-node.js';
import os from 'node:os';
import { startTestPostgres } from '../support/test-postgres.ts';
import { benchAuditChain } from './audit-chain.ts';
import { benchBroadcast } from './broadcast.ts';
import { benchCommits } from './commits.ts';
import { benchGrowth } from './growth.ts';
import { tableOf, type Figure } from './measure.ts';
import { benchMessages } from './messages.ts';
import { benchPublicSite } from './public-site.ts';
import { benchScreen } from './screen.ts';
import { benchSignIns } from './sign-ins.ts';
import { benchSlots } from './slots.ts';
import { benchWaitlist } from './waitlist.ts';
import { benchWaitlistImport } from './waitlist-import.ts';

const flags = process.argv.slice(2);
const options = { sample: flags.includes('--sample') };
const chosen = flags.filter((flag) => !flag.startsWith('--'));
const benches: Record<string, (given: typeof options) => Promise<Figure | Figure[]>> = {
	a: benchCommits,
	b: benchBroadcast,
	c: benchScreen,
	e: benchSlots,
	f: benchGrowth,
	g: benchSignIns,
	h: benchAuditChain,
	i: benchMessages,
	l: benchWaitlistImport,
	p: benchPublicSite,
	w: benchWaitlist
};

const stop = await startTestPostgres({ durable: true });
try {
	const figures: Figure[] = [];
	for (const [name, bench] of Object.entries(benches)) {
		if (chosen.length > 0 && !chosen.includes(name)) continue;
		console.error(`measuring (${name})…`);
		figures.push(...[await bench(options)].flat());
	}
	const [cpu] = os.cpus();
	console.log(
		`${os.availableParallelism()} cores (${cpu?.model.trim()}), Node ${process.version}\n`
	);
	console.log(tableOf(figures));
} finally {
	await stop();
}
