/** (w) Whom one freed time suits, of all who wait, beside a bare indexed read of as many rows. */
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { openDatabase, type Database } from '#db/database.ts';
import { practitionerServices, services } from '#db/schema/index.ts';
import { alongIndexes, inOrganization } from '#db/transaction.ts';
import type { FreedTime } from '#domain/waitlist/possible-times.ts';
import { matchOpening } from '#domain/waitlist/queries/match.ts';
import { timesForOpening } from '#domain/waitlist/queries/possible-times.ts';
import {
	boundsOf,
	pagesStatement,
	readPages,
	servicesWaitedFor
} from '#domain/waitlist/queries/streams.ts';
import { WAITLIST_DEFAULTS } from '#domain/waitlist/settings.ts';
import { bestOfStreams, type StreamPage } from '#domain/waitlist/streams.ts';
import { clinicFactory, type Clinic } from '../factories/clinic-factory.ts';
import { freshDatabase } from '../support/test-postgres.ts';
import { median, ms, quantile, type Figure } from './measure.ts';

const NOW = Date.UTC(2027, 0, 4, 7);
const DATE = '2027-01-05';
const DOCTORS = 20;
const SERVICES = 20;
/** Of these each doctor offers so many. */
const OFFERED = 8;
/** As many as are offered one time at most. */
const LIMIT = WAITLIST_DEFAULTS.mostOffers;
const LENGTHS = [15, 20, 30, 30, 45, 60];

async function addServices(database: Database, clinic: Clinic): Promise<void> {
	const { organizationId, practitionerIds } = clinic;
	await inOrganization(database, organizationId, async (transaction) => {
		for (let i = 0; i < SERVICES; i++) {
			const id = crypto.randomUUID();
			await transaction.insert(services).values({
				...{ organizationId, id, name: `Service ${i}`, hue: 1, importKey: `${i}` },
				durationMinutes: LENGTHS[i % LENGTHS.length]!
			});
			await transaction.insert(practitionerServices).values(
				Array.from({ length: (DOCTORS * OFFERED) / SERVICES }, (_, j) => ({
					...{ organizationId, serviceId: id },
					practitionerId: practitionerIds[(i + j * 3) % DOCTORS]!
				}))
			);
		}
	});
}

/** Every doctor's day is taken but for half an hour or more here and there, in ten rooms. */
async function fillDay(owner: pg.Client, { organizationId, practitionerIds, roomIds }: Clinic) {
	await owner.query("SET session_replication_role = 'replica'");
	await owner.query(
		`INSERT INTO claims (organization_id, resource_id, busy, appointment_id)
			SELECT $1, id, tstzrange(start, start + interval '30 minutes'), gen_random_uuid()
			FROM unnest($2::uuid[]) WITH ORDINALITY AS resource (id, place), generate_series(0, 17) AS slot,
				LATERAL (SELECT ($3::date + time '08:00' + slot * interval '30 minutes') AT TIME ZONE 'UTC' AS start) AS time
			WHERE (place * 7 + slot) % 9 > 1`,
		[organizationId, [...practitionerIds, ...roomIds.slice(0, 10)], DATE]
	);
	await owner.query("SET session_replication_role = 'origin'");
}

/**
 * A tenth is urgent; half names clinics, half doctors; most can come in some hours of some days; somebody began to wait
 * on any day of the last year.
 */
async function fillWaitlist(owner: pg.Client, clinic: Clinic, count: number): Promise<void> {
	const { organizationId, clinicId, practitionerIds, patientIds } = clinic;
	await owner.query('BEGIN');
	await owner.query('SELECT setseed(0.5)');
	await owner.query(
		`CREATE TEMPORARY TABLE others AS SELECT gen_random_uuid() AS id FROM generate_series(1, 3)`
	);
	await owner.query(
		`INSERT INTO resources (organization_id, id, kind) SELECT $1, id, 'clinic' FROM others`,
		[organizationId]
	);
	await owner.query(
		`INSERT INTO clinics (organization_id, id, name, zone, import_key)
			SELECT $1, id, 'Other', 'Europe/London', id::text FROM others`,
		[organizationId]
	);
	await owner.query(
		`INSERT INTO waitlist_entries (organization_id, id, patient_id, service_id, urgency, first_date, last_date,
				weekdays, from_minute, until_minute, notice_minutes, source, made_by, waiting_since)
			SELECT $1, gen_random_uuid(), ($2::uuid[])[1 + (n / s.many)], s.ids[1 + (n % s.many)],
				CASE WHEN random() < 0.1 THEN 'urgent' WHEN random() < 0.3 THEN 'soon' ELSE 'routine' END,
				CASE WHEN n % 10 = 0 THEN $3::date + 7 ELSE $3::date - 60 END,
				CASE WHEN n % 10 = 1 THEN $3::date - 1 ELSE $3::date + 60 END,
				(ARRAY[127, 127, 31, 31, 21, 10, 1 + floor(random() * 126)::int])[1 + floor(random() * 7)::int],
				(ARRAY[0, 0, 480, 540, 720])[1 + floor(random() * 5)::int],
				(ARRAY[1440, 1440, 1080, 1020, 1200])[1 + floor(random() * 5)::int],
				(ARRAY[30, 120, 120, 1440])[1 + floor(random() * 4)::int], 'import', $4,
				$3::timestamptz - random() * interval '365 days'
			FROM generate_series(0, $5::int - 1) AS n,
				(SELECT array_agg(id) AS ids, count(*)::int AS many FROM services WHERE organization_id = $1) AS s`,
		[organizationId, patientIds, DATE, clinic.receptionist.userId, count]
	);
	await owner.query(
		`INSERT INTO waitlist_clinics SELECT $1, id,
				CASE WHEN random() < 0.4 THEN $2 ELSE (SELECT id FROM others LIMIT 1) END
			FROM waitlist_entries WHERE organization_id = $1 AND random() < 0.5`,
		[organizationId, clinicId]
	);
	await owner.query(
		`INSERT INTO waitlist_practitioners SELECT DISTINCT $1::uuid, e.id, ($2::uuid[])[1 + floor(random() * $3)::int]
			FROM waitlist_entries e, generate_series(1, 2) WHERE e.organization_id = $1 AND get_byte(uuid_send(e.id), 0) < 128`,
		[organizationId, practitionerIds, DOCTORS]
	);
	await owner.query('COMMIT');
	await owner.query('VACUUM ANALYZE');
}

function freedTimes(clinic: Clinic): FreedTime[] {
	return Array.from({ length: 200 }, (_, i) => {
		const place = i % DOCTORS;
		const slot = Array.from({ length: 18 }, (_, one) => one).filter(
			(one) => ((place + 1) * 7 + one) % 9 <= 1
		)[Math.floor(i / DOCTORS) % 4]!;
		const startsAt = Date.parse(`${DATE}T08:00Z`) + slot * 30 * 60_000;
		return {
			...{ clinicId: clinic.clinicId, startsAt, endsAt: startsAt + 30 * 60_000 },
			...{ practitionerId: clinic.practitionerIds[place]!, roomId: clinic.roomIds[place]! }
		};
	});
}

/** The plan of the statement that reads those who wait, as it is sent for this time when it finds most. */
async function planFor(database: Database, { organizationId }: Clinic, freed: FreedTime) {
	const serviceIds = await inOrganization(database, organizationId, (transaction) =>
		servicesWaitedFor(transaction, organizationId, freed.clinicId)
	);
	const possible = await timesForOpening(database, organizationId, freed, serviceIds, NOW);
	const times = new Map(possible.map((one) => [one.service.id, one.times]));
	const bounds = boundsOf([...times.values()].flat(), NOW);
	return alongIndexes(database, organizationId, async (transaction) => {
		let most: { pages: readonly StreamPage[]; found: number } | null = null;
		const search = {
			...{ clinicId: freed.clinicId, times, weights: WAITLIST_DEFAULTS.weights, now: NOW },
			...{ limit: LIMIT, exceptEntryIds: [] }
		};
		await bestOfStreams(search, {
			read: async (pages) => {
				const read = await readPages(transaction, organizationId, pages, bounds);
				const found = read.flat().length;
				if (most === null || found > most.found) most = { pages, found };
				return read;
			},
			settle: async () => []
		});
		const { rows } = await transaction.execute<{ 'QUERY PLAN': string }>(
			sql`EXPLAIN (ANALYZE, BUFFERS) ${pagesStatement(organizationId, most!.pages, bounds)}`
		);
		return rows.map((row) => row['QUERY PLAN']).join('\n');
	});
}

const READ_SO_FAR = `SELECT sum(n)::int AS rows FROM (
	SELECT idx_tup_read AS n FROM pg_stat_user_indexes WHERE relname LIKE 'waitlist%' OR relname = 'patients'
	UNION ALL SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname LIKE 'waitlist%' OR relname = 'patients') AS all_of_it`;

/** @returns how many rows of those who wait each of some matches reads; a connection of its own tells when it ends */
async function rowsRead(
	owner: pg.Client,
	ownerUrl: string,
	work: (database: Database) => Promise<unknown>
): Promise<number> {
	const soFar = async () => (await owner.query<{ rows: number }>(READ_SO_FAR)).rows[0]!.rows;
	const before = await soFar();
	const { rows: began } = await owner.query<{ at: string }>('SELECT clock_timestamp()::text AS at');
	const alone = openDatabase(ownerUrl, { max: 1 });
	await work(alone);
	await alone.close();
	// What a backend has counted is there once it is gone.
	for (;;) {
		const { rows } = await owner.query<{ left: number }>(
			`SELECT count(*)::int AS left FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
				AND backend_start > $1::timestamptz AND backend_type = 'client backend'`,
			[began[0]!.at]
		);
		if (rows[0]!.left === 0) break;
	}
	return (await soFar()) - before;
}

export async function benchWaitlist({ sample }: { sample: boolean }): Promise<Figure[]> {
	const count = sample ? 5_000 : 100_000;
	const fresh = await freshDatabase();
	const owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	try {
		const clinic = await clinicFactory(fresh.database, {
			...{ practitioners: DOCTORS, rooms: DOCTORS, patients: count / SERVICES }
		});
		await addServices(fresh.database, clinic);
		await fillDay(owner, clinic);
		await fillWaitlist(owner, clinic, count);
		const freed = freedTimes(clinic);
		const match = (database: Database, one: FreedTime) =>
			matchOpening(database, clinic.organizationId, one, {
				...{ settings: WAITLIST_DEFAULTS, now: NOW, limit: LIMIT, exceptEntryIds: [] }
			});
		console.error(await planFor(fresh.database, clinic, freed[0]!));
		const read: number[] = [];
		for (const one of freed.slice(0, sample ? 3 : 40)) {
			read.push(await rowsRead(owner, fresh.ownerUrl, (alone) => match(alone, one)));
		}
		const database = openDatabase(fresh.ownerUrl);
		const taken: number[] = [];
		let found = 0;
		for (const [i, one] of [...freed.slice(0, 5), ...freed].entries()) {
			const began = performance.now();
			const matches = await match(database, one);
			if (i >= 5) taken.push(performance.now() - began);
			found += matches.length;
			if (sample && i > 10) break;
		}
		await database.close();
		const bare: number[] = [];
		for (let i = 0; i < taken.length; i++) {
			const began = performance.now();
			await owner.query({
				name: 'bare',
				text: `SELECT * FROM waitlist_keys WHERE organization_id = $1 AND entry_id > $2 ORDER BY entry_id LIMIT $3`,
				values: [clinic.organizationId, crypto.randomUUID(), median(read)]
			});
			bare.push(performance.now() - began);
		}
		console.error(`${found} matches; rows read by each: ${read.join(' ')}`);
		const rows = `${median(read)} rows read, ${Math.max(...read)} at most`;
		return [0.5, 0.99].map((share) => ({
			what: `(w) whom a freed time suits, of ${count.toLocaleString('en')} who wait, p${share * 100}; ${rows}`,
			measured: ms(quantile(taken, share)),
			limit: `${ms(quantile(bare, share))} a bare indexed read of as many rows`,
			...{ ratio: quantile(taken, share) / quantile(bare, share), aim: '< 500 rows' },
			met: Math.max(...read) < 500
		}));
	} finally {
		await owner.end();
		await fresh.drop();
	}
}
