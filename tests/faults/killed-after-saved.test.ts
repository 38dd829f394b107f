import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KeptName } from '#domain/kept-documents/kept-name.ts';
import { readKept } from '#domain/kept-documents/queries.ts';
import { clinicFactory, sessionFactory, type Clinic } from '../factories/clinic-factory.ts';
import { startDayboard, type RunningDayboard } from '../support/dayboard.ts';
import { KeptClient, textOfState } from '../support/kept-client.ts';
import { Client, honestHeaders } from '../support/sync-client.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';

/** `npm test` runs five, `npm run faults` twenty-five. */
const ROUNDS = Math.ceil(Number(process.env.DAYBOARD_ROUNDS ?? 200) / 40);

let fresh: FreshDatabase;
let clinic: Clinic;
let dayboard: RunningDayboard;
beforeAll(async () => {
	fresh = await freshDatabase();
	clinic = await clinicFactory(fresh.database);
	dayboard = await startDayboard({ scale: 'none', databaseUrl: fresh.url });
}, 420_000);
afterAll(async () => {
	await dayboard?.close();
	await fresh?.drop();
});

it(
	'killed the moment a note shows that it is saved: what was typed is stored, and what was not is sent again',
	{ timeout: 60_000 * ROUNDS },
	async () => {
		const host = `localhost:${dayboard.port}`;
		const token = await sessionFactory(fresh.database, clinic.receptionist);
		const name: KeptName = { kind: 'handover', clinicId: clinic.clinicId, date: '2027-01-04' };
		const stored = async () => {
			const read = await readKept(fresh.database, {
				...{ organizationId: clinic.organizationId, name }
			});
			return read && read !== 'unreadable' ? textOfState(read.state).split('\n') : [];
		};
		const browser = new Client(host, honestHeaders(host, token));
		const note = new KeptClient(browser, name);
		await note.shows('saved');
		const wanted: string[] = [];
		for (let round = 0; round < ROUNDS; round++) {
			const saved = `saved ${round}`;
			note.write(saved);
			wanted.push(saved);
			await note.shows('saved');
			await dayboard.kill();
			expect(await stored()).toEqual(wanted);
			// Nobody is there to hear it.
			const late = `typed without a server ${round}`;
			note.write(late);
			wanted.push(late);
			expect(note.kept.standing).not.toBe('saved');
			await dayboard.restart();
			await note.shows('saved');
			expect(await stored()).toEqual(wanted);
		}
		browser.close();
	}
);
