import { beforeEach, expect, it } from 'vitest';
import pg from 'pg';
import type { AuditKind } from '#domain/access/audit-entry.ts';
import { verifyAudit } from '#domain/access/queries/verify-audit.ts';
import { documentName, INTENTS_MAP } from '#domain/board/documents.ts';
import {
	bookingOf,
	clinicFactory,
	sessionFactory,
	staffFactory
} from '../factories/clinic-factory.ts';
import { auditRows } from '../support/audit-rows.ts';
import { openSocket } from '../support/sync-client.ts';
import { useSyncClinic } from '../support/sync-clinic.ts';
import { until } from '../support/until.ts';

const DATE = '2027-01-04';

const at = useSyncClinic();

let known = 0;
beforeEach(async () => {
	known = (await auditRows(at.fresh.database, at.clinic.organizationId)).length;
});
/** What this test left behind. */
async function traces(...kinds: AuditKind[]) {
	const rows = await auditRows(at.fresh.database, at.clinic.organizationId);
	return rows.slice(known).filter(({ kind }) => kinds.includes(kind));
}

const people = (epoch: string, practitionerId: string | null = null) =>
	documentName({ kind: 'people', clinicId: at.clinic.clinicId, date: DATE, epoch, practitionerId });

it('writes down who opens the patients of a day, once for each opening', async () => {
	const client = at.connect();
	const epoch = await client.epochOf(at.clinic.clinicId, DATE);
	await client.mustOpen(people(epoch));
	const rows = await traces('people-opened');
	expect(rows).toMatchObject([
		{
			actorUserId: at.clinic.receptionist.userId,
			clinicId: at.clinic.clinicId,
			detail: { date: DATE, view: 'all' },
			address: expect.stringContaining('127.0.0.1') as string,
			requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string
		}
	]);
	const again = at.connect();
	await again.mustOpen(people(epoch));
	expect(await traces('people-opened')).toHaveLength(2);
});

it('shows nobody whose look it cannot write down', async () => {
	const owner = new pg.Client(at.fresh.ownerUrl);
	await owner.connect();
	const client = at.connect();
	const epoch = await client.epochOf(at.clinic.clinicId, DATE);
	try {
		await owner.query('REVOKE INSERT ON audit_entries FROM dayboard_app');
		expect(await client.open(people(epoch))).toBe('unavailable');
	} finally {
		await owner.query('GRANT INSERT ON audit_entries TO dayboard_app');
		await owner.end();
	}
	expect(await traces('people-opened')).toEqual([]);
});

it('writes down which documents were refused', async () => {
	const doctor = await staffFactory(at.fresh.database, at.clinic, {
		...{ role: 'doctor', practitionerId: at.clinic.practitionerIds[0]! }
	});
	const client = at.connect(await sessionFactory(at.fresh.database, doctor));
	const stranger = await clinicFactory(at.fresh.database);
	const userId = at.clinic.receptionist.userId;
	const [mine, theirs] = [at.clinic.clinicId, stranger.clinicId];
	const others = at.clinic.practitionerIds[1]!;
	expect(await client.open(people('none', others))).toBe('forbidden');
	expect(
		await client.open(documentName({ kind: 'board', clinicId: theirs, date: DATE, epoch: 'none' }))
	).toBe('not-found');
	expect(
		await client.open(documentName({ kind: 'desk', userId, deviceId: crypto.randomUUID() }))
	).toBe('forbidden');
	const rows = await traces('refused');
	expect(rows.map(({ actorUserId }) => actorUserId)).toEqual(Array(3).fill(doctor.userId));
	expect(rows).toMatchObject([
		{ clinicId: mine, detail: { document: 'people', date: DATE, view: others, code: 'forbidden' } },
		{ clinicId: theirs, detail: { document: 'board', date: DATE, code: 'not-found' } },
		{ subjectKind: 'user', subjectId: userId, detail: { document: 'desk', code: 'forbidden' } }
	]);
});

it('writes down an intent that is not allowed, alone or among others', async () => {
	const doctor = await staffFactory(at.fresh.database, at.clinic, {
		...{ role: 'doctor', practitionerId: at.clinic.practitionerIds[0]! }
	});
	const client = at.connect(await sessionFactory(at.fresh.database, doctor));
	const deviceId = crypto.randomUUID();
	const name = documentName({ kind: 'desk', userId: doctor.userId, deviceId });
	const desk = await client.mustOpen(name);
	const booking = bookingOf(at.clinic, { startsAt: Date.UTC(2027, 0, 4, 9) });
	const {
		id: _,
		madeAt: __,
		...part
	} = bookingOf(at.clinic, { startsAt: Date.UTC(2027, 0, 4, 10) });
	const together = {
		id: crypto.randomUUID(),
		madeAt: Date.now() + 1,
		kind: 'together',
		parts: [part]
	};
	for (const intent of [booking, together]) {
		desk.document.getMap(INTENTS_MAP).set(intent.id, intent);
	}
	const rows = await until(async () => {
		const found = await traces('refused');
		return found.length === 2 && found;
	}, 'two refusals');
	expect(rows).toMatchObject([
		{
			...{ clinicId: at.clinic.clinicId, subjectKind: 'appointment' },
			...{ subjectId: booking.appointmentId, detail: { intent: 'book', code: 'not-allowed' } }
		},
		{
			actorUserId: doctor.userId,
			detail: { intent: 'together', code: 'some-refused', subjectIds: [part.appointmentId] }
		}
	]);
});

it('writes down that another site came with somebody’s session; a stranger is in nobody’s audit', async () => {
	const headers = { origin: 'https://elsewhere.example', cookie: `dayboard_session=${at.token}` };
	expect(await openSocket(at.under.host, headers)).toBe(403);
	expect(await openSocket(at.under.host, { origin: headers.origin })).toBe(403);
	const rows = await until(async () => {
		const found = await traces('refused');
		return found.length > 0 && found;
	}, 'a refusal');
	expect(rows).toMatchObject([
		{
			actorUserId: at.clinic.receptionist.userId,
			detail: { code: 'foreign-origin', status: 403 }
		}
	]);
});

it('seals by itself, within seconds', async () => {
	const report = await until(async () => {
		const verified = await verifyAudit(at.fresh.database, at.clinic.organizationId);
		// What is sealed between its two reads is in neither.
		return verified.unsealed.rows === 0 && verified.verified > 5 ? verified : null;
	}, 'everything is sealed');
	expect(report).toMatchObject({ faults: 0, first: null });
});
