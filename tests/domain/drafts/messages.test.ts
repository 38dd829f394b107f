/** Nobody is told anything of a draft until it is carried out, and then once. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDraft } from '#domain/drafts/commands.ts';
import { CHANGES_MAP } from '#domain/drafts/draft-document.ts';
import { storeKept } from '#domain/kept-documents/commands.ts';
import { planVisits } from '#domain/messaging/commands/plan.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import type { Part } from '#domain/scheduling/intents.ts';
import * as Y from 'yjs';
import { minutes, openMessageDesk, type MessageDesk } from '../messaging/message-desk.ts';

/** A Wednesday, ten in the morning in London. */
const NOW = Date.UTC(2040, 0, 4, 10);
const HOUR = 3_600_000;
const STARTS_AT = NOW + 72 * HOUR;
const PATIENTS = [0, 1, 2];

let desk: MessageDesk;
beforeAll(async () => {
	desk = await openMessageDesk();
});
afterAll(async () => {
	await desk.close();
});

const addressOf = (patient: number) => `patient${patient}@patient.example`;
const mails = () => PATIENTS.map((patient) => mailsTo(patient).length);
const mailsTo = (patient: number) =>
	desk.mailServer.mails.filter((mail) => mail.to.includes(addressOf(patient)));
const planned = () =>
	desk.ask(`SELECT singleton_key AS visit FROM pgboss.job WHERE name = 'plan-messages'`);

it('an open draft queues nothing; carried out, each patient is told once, after the grace time', async () => {
	const { clinic, database } = desk;
	const visits: string[] = [];
	for (const patient of PATIENTS) {
		await desk.person(patient, { email: addressOf(patient), givenName: 'Anna' });
		visits.push(await desk.book({ startsAt: STARTS_AT, patient, now: NOW }));
	}
	await desk.send(NOW + minutes(3));
	expect(mails()).toEqual([1, 1, 1]);
	await desk.ask('DELETE FROM pgboss.job');

	const id = crypto.randomUUID();
	const opened = await openDraft(database, clinic.receptionist, {
		...{ id, clinicId: clinic.clinicId, title: 'Everything later' },
		date: new Date(STARTS_AT).toISOString().slice(0, 10)
	});
	expect(opened.ok).toBe(true);
	const document = new Y.Doc();
	for (const visit of visits) document.getMap(CHANGES_MAP).set(visit, { kind: 'move' });
	await storeKept(database, {
		place: { organizationId: clinic.organizationId, name: { kind: 'draft', draftId: id } },
		...{ knownRevision: 0, authors: [clinic.receptionist], toAudit: [] },
		merge: () => Y.encodeStateAsUpdate(document)
	});
	await desk.send(NOW + minutes(9));
	expect([mails(), await planned()]).toEqual([[1, 1, 1], []]);

	const parts = visits.map((appointmentId, i): Part => ({
		...{ kind: 'move', appointmentId, basedOnRevision: 1 },
		// The last one changes its room alone, which is no news.
		changes: i < 2 ? { startsAt: STARTS_AT + HOUR } : { roomId: clinic.roomIds[9]! }
	}));
	const verdict = await carryOut(
		database,
		clinic.receptionist,
		{ kind: 'together', id: crypto.randomUUID(), madeAt: 0, parts, draftId: id },
		{ now: NOW + minutes(10) }
	);
	expect(verdict).toMatchObject({ outcome: 'accepted' });
	expect((await planned()).length).toBe(2);
	await planVisits(database, clinic.organizationId, visits, { now: NOW + minutes(10) });
	await desk.send(NOW + minutes(11));
	expect(mails()).toEqual([1, 1, 1]);
	await desk.send(NOW + minutes(13));
	expect(mails()).toEqual([2, 2, 1]);
	for (const patient of [0, 1]) expect(mailsTo(patient)[1]!.text).toContain('at 11:00');
	await planVisits(database, clinic.organizationId, visits, { now: NOW + minutes(14) });
	await desk.send(NOW + minutes(30));
	expect(mails()).toEqual([2, 2, 1]);
});
