/**
 * For installations from before notes were sealed: seals what is left in the clear, once. Runs as the owner, for the
 * application cannot change what has happened; before anything is served, and before the audit's chain reaches it.
 */
import pg from 'pg';
import type { Database } from '../database.ts';
import { everyOrganization } from './check-keys.ts';
import { currentDataKey, keyVersionOf, type DataKey } from './sealing.ts';
import { sealVisitText } from './visit-texts.ts';

/** Rows in one transaction. */
const BATCH = 1_000;

/** Where texts may lie in the clear. `read` takes organization, last id and limit; `write` organization and rows. */
const PLACES = [
	{
		table: 'appointments',
		constraint: 'appointments_texts_sealed',
		firstId: '00000000-0000-0000-0000-000000000000',
		read: `SELECT id::text, id AS "appointmentId", jsonb_build_object('remark', remark) AS before,
				jsonb_build_object('overrideReason', override_reason) AS after
			FROM appointments WHERE organization_id = $1 AND id > $2
				AND NOT (is_sealed(remark) AND is_sealed(override_reason))
			ORDER BY appointments.id LIMIT $3 FOR UPDATE`,
		write: `UPDATE appointments a
			SET remark = r.before ->> 'remark', override_reason = r.after ->> 'overrideReason'
			FROM jsonb_to_recordset($2) AS r(id uuid, before jsonb, after jsonb)
			WHERE a.organization_id = $1 AND a.id = r.id`
	},
	{
		table: 'events',
		constraint: 'events_texts_sealed',
		firstId: '0',
		read: `SELECT id::text, subject_id AS "appointmentId", before, after
			FROM events WHERE organization_id = $1 AND id > $2
				AND NOT (is_sealed(before ->> 'remark') AND is_sealed(before ->> 'overrideReason')
					AND is_sealed(after ->> 'remark') AND is_sealed(after ->> 'overrideReason'))
			ORDER BY events.id LIMIT $3 FOR UPDATE`,
		write: `UPDATE events e SET before = nullif(r.before, 'null'::jsonb), after = r.after
			FROM jsonb_to_recordset($2) AS r(id bigint, before jsonb, after jsonb)
			WHERE e.organization_id = $1 AND e.id = r.id`
	}
] as const;
type Place = (typeof PLACES)[number];

interface Row {
	id: string;
	appointmentId: string;
	before: Fields | null;
	after: Fields;
}
type Fields = Record<string, unknown>;

/**
 * Seals old notes, then lets the database vouch for all of them (constraints of migration 0017); does nothing when
 * that was done before. Killed half way, it goes on at the next start.
 * @param say is told in one line when there is something to do
 */
export async function sealOldTexts(
	ownerUrl: string,
	database: Database,
	say: (line: string) => void = () => {}
): Promise<void> {
	const owner = new pg.Client({ connectionString: ownerUrl });
	await owner.connect();
	try {
		for (const place of PLACES) {
			if (await isValidated(owner, place)) continue;
			let count = 0;
			for (const { id } of await everyOrganization(database)) {
				count += await sealPlace(owner, database, place, id);
			}
			if (count > 0) say(`Encrypted ${count} notes of ${place.table} that were there already.`);
			await owner.query(`ALTER TABLE ${place.table} VALIDATE CONSTRAINT ${place.constraint}`);
		}
	} finally {
		await owner.end();
	}
}

async function isValidated(owner: pg.Client, { table, constraint }: Place): Promise<boolean> {
	const { rows } = await owner.query<{ convalidated: boolean }>(
		'SELECT convalidated FROM pg_constraint WHERE conrelid = $1::regclass AND conname = $2',
		[table, constraint]
	);
	return rows[0]!.convalidated;
}

/** @returns how many rows were sealed */
async function sealPlace(
	owner: pg.Client,
	database: Database,
	place: Place,
	organizationId: string
): Promise<number> {
	let sum = 0;
	for (let after: string = place.firstId; ;) {
		await owner.query('BEGIN');
		// Row-level security binds the owner too.
		await owner.query(`SELECT set_config('dayboard.organization_id', $1, true)`, [organizationId]);
		const { rows } = await owner.query<Row>(place.read, [organizationId, after, BATCH]);
		if (rows.length > 0) {
			const key = await currentDataKey(database, organizationId);
			const sealed = rows.map((row) => sealedRow(key, organizationId, row));
			await owner.query(place.write, [organizationId, JSON.stringify(sealed)]);
		}
		await owner.query('COMMIT');
		const last = rows.at(-1);
		if (!last) return sum;
		sum += rows.length;
		after = last.id;
	}
}

function sealedRow(key: DataKey, organizationId: string, row: Row): Row {
	const visit = { organizationId, appointmentId: row.appointmentId };
	const sealed = (fields: Fields): Fields => {
		const { remark, overrideReason } = fields;
		const clear = { remark, overrideReason };
		const texts = Object.entries(clear).filter(
			(entry): entry is ['remark' | 'overrideReason', string] =>
				typeof entry[1] === 'string' && keyVersionOf(entry[1]) === 0
		);
		return {
			...fields,
			...Object.fromEntries(
				texts.map(([field, text]) => [field, sealVisitText(key, visit, field, text)])
			)
		};
	};
	return { ...row, before: row.before && sealed(row.before), after: sealed(row.after) };
}
