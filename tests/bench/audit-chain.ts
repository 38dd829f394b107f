/**
 * (h) The audit's chain: sealing beside bare hashing of the same rows, verifying 10,000 rows beside a bare SELECT of
 * them, and bookings while the job works through a year's backlog.
 */
import pg from 'pg';
import { pino } from 'pino';
import { rowHash } from '#db/audit-chain.ts';
import type { Database } from '#db/database.ts';
import { inOrganization } from '#db/transaction.ts';
import { sealAudit } from '#domain/access/commands/seal-audit.ts';
import { verifyAudit } from '#domain/access/queries/verify-audit.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import { startSealing } from '#sync-server/audit-sealing.ts';
import { bookingOf } from '../factories/clinic-factory.ts';
import { freshDatabase } from '../support/test-postgres.ts';
import { benchClinic, DOCTORS, OPENS, VISIT_MINUTES, type BenchClinic } from './bench-clinic.ts';
import { median, ms, rateOf, type Figure } from './measure.ts';

const CONNECTIONS = 12;
const PLACES_A_DAY = 27;
const DAY_MS = 86_400_000;

export async function benchAuditChain({ sample }: { sample: boolean }): Promise<Figure[]> {
	const rows = sample ? 1_000 : 10_000;
	return [...(await sealAndVerify(rows, sample ? 1 : 7)), await bookingsBeside(sample)];
}

async function sealAndVerify(rows: number, rounds: number): Promise<Figure[]> {
	const fresh = await freshDatabase();
	const owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	try {
		const clinic = await benchClinic(fresh.database, false);
		const { organizationId } = clinic;
		await writeEvents(owner, clinic, rows);
		const seal: number[] = [];
		const hash: number[] = [];
		for (let round = 0; round < rounds; round++) {
			await owner.query('TRUNCATE audit_chain');
			seal.push(await took(() => sealAll(fresh.database, organizationId)));
			hash.push(
				await took(() =>
					inOrganization(fresh.database, organizationId, ({ $client }) =>
						$client.query(`SELECT max(${rowHash('events', 'e')}) FROM events e`)
					)
				)
			);
		}
		await owner.query('ANALYZE');
		const verify: number[] = [];
		const bare: number[] = [];
		for (let round = 0; round < rounds; round++) {
			verify.push(
				await took(async () => {
					const { verified, faults } = await verifyAudit(fresh.database, organizationId);
					if (verified !== rows || faults > 0)
						throw new Error(`${verified} rows, ${faults} faults`);
				})
			);
			bare.push(
				await took(() =>
					inOrganization(fresh.database, organizationId, ({ $client }) =>
						$client.query('SELECT * FROM events')
					)
				)
			);
		}
		const perSecond = (times: number[]) => `${Math.round(rows / (median(times) / 1_000))}/s`;
		const verifyRatio = median(verify) / median(bare);
		return [
			{
				what: `(h) sealing ${rows} rows in batches`,
				measured: perSecond(seal),
				limit: `${perSecond(hash)} bare hashing of the same rows`,
				...{ ratio: median(hash) / median(seal), aim: 'none', met: true }
			},
			{
				what: `(h) verifying ${rows} rows, what is not sealed looked for too`,
				measured: ms(median(verify)),
				limit: `${ms(median(bare))} a bare SELECT of the same rows`,
				...{ ratio: verifyRatio, aim: 'at most 5', met: verifyRatio <= 5 }
			}
		];
	} finally {
		await owner.end();
		await fresh.drop();
	}
}

async function bookingsBeside(sample: boolean): Promise<Figure> {
	const [count, rounds, backlog] = sample ? [200, 1, 2_000] : [2_000, 4, 400_000];
	const fresh = await freshDatabase({ max: CONNECTIONS });
	const owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	try {
		const clinic = await benchClinic(fresh.database, false);
		await writeEvents(owner, clinic, backlog);
		await owner.query('ANALYZE');
		let next = 0;
		const book = () =>
			rateOf(count, CONNECTIONS, async () => {
				const verdict = await carryOut(
					fresh.database,
					clinic.receptionist,
					bookingAt(clinic, next++),
					{
						now: OPENS - DAY_MS
					}
				);
				if (verdict.outcome !== 'accepted') throw new Error(JSON.stringify(verdict));
			});
		await book();
		const alone: number[] = [];
		const beside: number[] = [];
		for (let round = 0; round < rounds; round++) {
			alone.push(await book());
			const stop = startSealing({ database: fresh.database, log: pino({ level: 'silent' }) });
			beside.push(await book());
			await stop();
		}
		const left = await owner.query<{ rows: number }>(
			'SELECT count(*)::int AS rows FROM audit_chain'
		);
		if (!sample && left.rows[0]!.rows >= backlog) throw new Error('the backlog was too short');
		const ratio = median(beside) / median(alone);
		return {
			what: `(h) bookings while the job seals a backlog of ${backlog} rows, ${CONNECTIONS} connections`,
			measured: `${Math.round(median(beside))}/s`,
			limit: `${Math.round(median(alone))}/s without the job`,
			...{ ratio, aim: 'none', met: true }
		};
	} finally {
		await owner.end();
		await fresh.drop();
	}
}

/** The i-th visit: doctor by doctor, then the next time. */
function bookingAt(clinic: BenchClinic, i: number) {
	const turn = Math.floor(i / DOCTORS);
	const startsAt =
		OPENS +
		Math.floor(turn / PLACES_A_DAY) * DAY_MS +
		(turn % PLACES_A_DAY) * VISIT_MINUTES * 60_000;
	const [practitioner, room, patient] = [i % DOCTORS, i % DOCTORS, i % DOCTORS];
	return bookingOf(clinic, { practitioner, room, patient, startsAt });
}

/** Events as bookings write them, past the command path. */
async function writeEvents(owner: pg.Client, clinic: BenchClinic, rows: number): Promise<void> {
	await owner.query(
		`INSERT INTO events (organization_id, actor_user_id, request_id, subject_kind, subject_id, kind, clinic_id,
				boards, after)
			SELECT $1, $2, gen_random_uuid(), 'appointment', gen_random_uuid(), 'book', $3,
				jsonb_build_array(jsonb_build_array($3::uuid, '2027-01-04')),
				jsonb_build_object('clinicId', $3::uuid, 'practitionerId', gen_random_uuid(), 'roomId', gen_random_uuid(),
					'serviceId', gen_random_uuid(), 'patientId', gen_random_uuid(), 'startsAt', 1798000000000 + n,
					'endsAt', 1798000000000 + n, 'status', 'booked')
			FROM generate_series(1, $4::int) AS n`,
		[clinic.organizationId, clinic.receptionist.userId, clinic.clinicId, rows]
	);
}

async function sealAll(database: Database, organizationId: string): Promise<void> {
	while ((await sealAudit(database, organizationId)) > 0);
}

async function took(work: () => Promise<unknown>): Promise<number> {
	const began = performance.now();
	await work();
	return performance.now() - began;
}
