/**
 * (l) A list of 50,000 people put on the waitlist: how long it takes, beside bare INSERTs of the same rows, and for how
 * long at a time the process does nothing else meanwhile.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import pg from 'pg';
import type { Database } from '#db/database.ts';
import { importWaitlist } from '#domain/waitlist/commands/import.ts';
import { workbookOf } from '#domain/waitlist/commands/import/write-xlsx.ts';
import type { ImportCounts } from '#domain/waitlist/import/steps.ts';
import { clinicFactory, type Clinic } from '../factories/clinic-factory.ts';
import { freshDatabase } from '../support/test-postgres.ts';
import { ms, type Figure } from './measure.ts';

const RESOLUTION_MS = 1;
const MOST_AT_A_TIME_MS = 50;
const MOST_SECONDS = 180;

export async function benchWaitlistImport({ sample }: { sample: boolean }): Promise<Figure[]> {
	const people = sample ? 1_000 : 50_000;
	const fresh = await freshDatabase();
	const owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	try {
		const clinic = await clinicFactory(fresh.database);
		const csv = Buffer.from(
			listOf(people)
				.map((cells) => cells.join(';'))
				.join('\n')
		);
		const xlsx = workbookOf(listOf(people));
		const looked = await bring(fresh.database, clinic, xlsx, 'look');
		const added = await bring(fresh.database, clinic, xlsx, 'add');
		const again = await bring(fresh.database, clinic, csv, 'add');
		for (const [counts, expected] of [
			[looked.counts, [people, 0]],
			[added.counts, [people, 0]],
			[again.counts, [0, people]]
		] as const) {
			if (String([counts.added, counts.duplicates]) !== String(expected)) {
				throw new Error(JSON.stringify(counts));
			}
		}
		const bare = await bareInserts(owner, clinic, people);
		const figure = (what: string, { seconds, longest }: Brought): Figure => ({
			what: `(l) ${what} a list of ${people}; the longest that the process did nothing else`,
			measured: `${seconds.toFixed(1)} s; ${ms(longest)}`,
			limit: `${bare.toFixed(1)} s bare INSERTs of the same rows`,
			ratio: seconds / bare,
			aim: `at most ${MOST_SECONDS} s and ${MOST_AT_A_TIME_MS} ms`,
			met: seconds <= MOST_SECONDS && longest <= MOST_AT_A_TIME_MS
		});
		return [
			figure('looking through (.xlsx)', looked),
			figure('putting on the waitlist (.xlsx)', added),
			figure('finding all of them there (.csv)', again)
		];
	} finally {
		await owner.end();
		await fresh.drop();
	}
}

interface Brought {
	counts: ImportCounts;
	seconds: number;
	/** Milliseconds. */
	longest: number;
}

async function bring(
	database: Database,
	clinic: Clinic,
	bytes: Uint8Array,
	mode: 'look' | 'add'
): Promise<Brought> {
	// What making the list has left behind is not the import's to clear away.
	setFlagsFromString('--expose-gc');
	(runInNewContext('gc') as () => void)();
	const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
	delay.enable();
	const began = performance.now();
	const asked = { mode, columns: null, order: null };
	const steps = importWaitlist(database, clinic.receptionist, bytes, asked);
	if (!steps.ok) throw new Error(steps.refusal.code);
	let counts: ImportCounts | null = null;
	for await (const step of steps.value) {
		if (step.kind === 'unusable') throw new Error(step.message);
		if (step.kind === 'end') counts = step.counts;
	}
	delay.disable();
	const seconds = (performance.now() - began) / 1_000;
	return { counts: counts!, seconds, longest: delay.max / 1e6 };
}

function listOf(people: number): string[][] {
	const since = Temporal.Now.plainDateISO('UTC').subtract({ days: 40 }).toString();
	const headings = [
		...['First name', 'Last name', 'Birth date', 'Phone', 'E-mail', 'Service', 'Clinics'],
		...['Weekdays', 'Hours from', 'Hours until', 'Urgency', 'Notice', 'Waiting since', 'Note']
	];
	const rows = Array.from({ length: people }, (_, i) => {
		const born = Temporal.PlainDate.from('1930-01-01').add({ days: (i * 37) % 32_000 });
		return [
			...[`Łucja`, `Żółć-${letters(i)}`, born.toString(), `+48 ${600_000_000 + i}`],
			...[`patient${i}@example.com`, 'Check-up', 'North', 'Mon, Wed', '8:00', '12:30'],
			...['routine', '2 h', since, 'Comes from work']
		];
	});
	return [headings, ...rows];
}

function letters(i: number): string {
	return String(i).replace(/\d/g, (digit) => 'abcdefghij'[Number(digit)]!);
}

/** @returns seconds; in transactions of 200, as the import writes */
async function bareInserts(owner: pg.Client, clinic: Clinic, people: number): Promise<number> {
	const began = performance.now();
	for (let at = 0; at < people; at += 200) {
		const ids = Array.from({ length: Math.min(200, people - at) }, () => crypto.randomUUID());
		const organization = clinic.organizationId;
		await owner.query('BEGIN');
		await owner.query(
			`INSERT INTO resources (organization_id, id, kind) SELECT $1, id, 'patient' FROM unnest($2::uuid[]) AS id`,
			[organization, ids]
		);
		await owner.query(
			`INSERT INTO patients (organization_id, id, family_name, given_name, birth_date, phone, email, search_text,
					import_key)
				SELECT $1, id, 'Zolc ' || id, 'Lucja', '1980-01-01', '+48 600000000', id || '@example.com',
					'zolc lucja 1980-01-01 01011980 48600000000 ' || id || '@example.com', id::text
				FROM unnest($2::uuid[]) AS id`,
			[organization, ids]
		);
		await owner.query(
			`INSERT INTO waitlist_entries (organization_id, id, patient_id, service_id, urgency, first_date, last_date,
					weekdays, from_minute, until_minute, notice_minutes, source, made_by)
				SELECT $1, gen_random_uuid(), id, $3, 'routine', current_date, current_date + 90, 127, 0, 1440, 120,
					'import', $4 FROM unnest($2::uuid[]) AS id`,
			[organization, ids, clinic.serviceId, clinic.receptionist.userId]
		);
		await owner.query('COMMIT');
	}
	return (performance.now() - began) / 1_000;
}
