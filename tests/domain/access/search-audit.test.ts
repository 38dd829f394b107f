import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#domain/access/actor.ts';
import {
	auditCursorSchema,
	auditFilterSchema,
	AUDIT_GROUPS,
	type AuditFilter,
	type AuditRow
} from '#domain/access/audit-search.ts';
import { AUDIT_KINDS } from '#domain/access/audit-entry.ts';
import { auditAlone } from '#domain/access/commands/audit.ts';
import { chainState, searchAudit } from '#domain/access/queries/search-audit.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import { readAppointment } from '#domain/scheduling/queries.ts';
import {
	bookingOf,
	clinicFactory,
	staffFactory,
	type Clinic
} from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

let fresh: FreshDatabase;
let clinic: Clinic;
let keeper: Actor;
let visit: string;
beforeAll(async () => {
	fresh = await freshDatabase();
	clinic = await clinicFactory(fresh.database);
	keeper = await staffFactory(fresh.database, clinic, { role: 'organization-administrator' });
	const { receptionist } = clinic;
	const booking = bookingOf(clinic, { startsAt: Date.UTC(2027, 0, 4, 9) });
	visit = booking.appointmentId;
	await carryOut(fresh.database, receptionist, booking);
	await carryOut(fresh.database, receptionist, {
		...{ kind: 'remark', id: crypto.randomUUID(), madeAt: 1, appointmentId: visit },
		...{ basedOnRevision: 1, changes: { remark: 'afraid of needles' } }
	});
	await readAppointment(fresh.database, receptionist, visit);
	await auditAlone(fresh.database, keeper, {
		kind: 'settings-changed',
		detail: { idleMinutes: 5 }
	});
	await auditAlone(fresh.database, keeper, {
		...{ kind: 'people-opened', clinicId: clinic.clinicId },
		detail: { date: '2027-01-04', view: 'all' }
	});
});
afterAll(() => fresh?.drop());

async function search(filter: AuditFilter = {}, actor = keeper, limit = 50): Promise<AuditRow[]> {
	const rows: AuditRow[] = [];
	let after: string | null = null;
	do {
		const found = await searchAudit(fresh.database, actor, {
			...{ filter, zone: 'Europe/London', limit },
			...(after === null ? {} : { after: auditCursorSchema.parse(after) })
		});
		if (!found.ok) throw new Error(found.refusal.code);
		rows.push(...found.value.rows);
		after = found.value.next;
	} while (after !== null);
	return rows;
}
const kindsOf = (rows: AuditRow[]) => rows.map(({ kind }) => kind);

const ALL = ['people-opened', 'settings-changed', 'visit-read', 'remark', 'book'];

describe('the audit as one list', () => {
	it('holds both tables, newest first', async () => {
		expect(kindsOf(await search())).toEqual(ALL);
	});

	it.each([1, 2, 3])('comes in pages of %i without gaps or repeats', async (limit) => {
		expect(kindsOf(await search({}, keeper, limit))).toEqual(ALL);
	});

	it.each<[string, () => AuditFilter, string[]]>([
		['looks', () => ({ group: 'looks' }), ['people-opened', 'visit-read']],
		['changes to visits', () => ({ group: 'schedule' }), ['remark', 'book']],
		['administration', () => ({ group: 'administration' }), ['settings-changed']],
		['refusals', () => ({ group: 'refused' }), []],
		['somebody', () => ({ who: clinic.receptionist.userId }), ['visit-read', 'remark', 'book']],
		['a visit', () => ({ subject: visit }), ['visit-read', 'remark', 'book']],
		['a patient', () => ({ subject: clinic.patientIds[0]! }), ['visit-read', 'book']],
		[
			'a clinic',
			() => ({ clinic: clinic.clinicId }),
			['people-opened', 'visit-read', 'remark', 'book']
		],
		['the days before', () => ({ until: '2020-01-01' }), []],
		['the days after', () => ({ from: '2020-01-01' }), ALL]
	])('finds %s', async (_, filter, kinds) => {
		expect(kindsOf(await search(filter()))).toEqual(kinds);
	});

	it('shows no text that somebody wrote about a patient', async () => {
		expect(JSON.stringify(await search())).not.toContain('needles');
		const [remark] = await search({ subject: visit, group: 'schedule' });
		expect(remark).toMatchObject({ kind: 'remark', after: { remark: true } });
	});

	it('is for those alone who may read it, of their own organization', async () => {
		const found = await searchAudit(fresh.database, clinic.receptionist, {
			...{ filter: {}, zone: 'UTC', limit: 5 }
		});
		expect(found).toMatchObject({ ok: false, refusal: { code: 'not-allowed' } });
		expect(await chainState(fresh.database, clinic.receptionist)).toMatchObject({ ok: false });
		const other = await clinicFactory(fresh.database);
		const stranger = await staffFactory(fresh.database, other, { role: 'system-administrator' });
		expect(await search({}, stranger)).toEqual([]);
	});

	it('is read at one clinic by whose role holds there', async () => {
		const role = { role: 'own-keeper', clinicId: clinic.clinicId, practitionerId: null };
		const ofClinic = {
			...keeper,
			roles: [{ ...role, grants: { 'audit.read': 'clinic' as const } }]
		};
		expect(kindsOf(await search({}, ofClinic))).toEqual(
			ALL.filter((kind) => kind !== 'settings-changed')
		);
		const elsewhere = {
			...ofClinic,
			roles: [{ ...ofClinic.roles[0]!, clinicId: crypto.randomUUID() }]
		};
		expect(await search({}, elsewhere)).toEqual([]);
	});
});

it('every kind of entry is in exactly one group', () => {
	expect(Object.values(AUDIT_GROUPS).flat().toSorted()).toEqual(AUDIT_KINDS.toSorted());
});

it.each([
	['a day that is none', { from: '2026-02-30' }],
	['days in the wrong order', { from: '2026-02-02', until: '2026-02-01' }],
	['a name', { subject: 'Nowak' }],
	['another group', { group: 'everything' }],
	['another field', { text: 'x' }]
])('%s is no search', (_, filter) => {
	expect(auditFilterSchema.safeParse(filter).success).toBe(false);
});
