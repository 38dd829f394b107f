/** Patients are told that the doctor runs late when somebody says so, once, and by nobody who may not move the visit. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Actor } from '#domain/access/actor.ts';
import { tellDelay } from '#domain/messaging/commands/tell-delay.ts';
import { clinicFactory, staffFactory } from '../../factories/clinic-factory.ts';
import { minutes, openMessageDesk, type MessageDesk } from './message-desk.ts';

/** A Wednesday, ten in the morning in London. */
const NOW = Date.UTC(2040, 0, 4, 10);
const HOUR = 3_600_000;
const LATE = { kind: 'move', because: 'running-late' };

let desk: MessageDesk;
/** Of the clinic's first practitioner, whose patients are the first one's. */
let doctor: Actor;
beforeAll(async () => {
	desk = await openMessageDesk();
	doctor = await staffFactory(desk.database, desk.clinic, {
		...{ role: 'doctor', practitionerId: desk.clinic.practitionerIds[0]! }
	});
});
afterAll(() => desk.close());

const tell = (appointmentIds: string[], now: number, actor = doctor) =>
	tellDelay(desk.database, actor, { appointmentIds }, now);
const mailsTo = (to: string) => desk.mailServer.mails.filter((mail) => mail.to.includes(to));

it('is told once somebody says so, in words of its own, and nothing else is sent', async () => {
	const email = 'waits@patient.example';
	await desk.person(0, { email, givenName: 'Anna' });
	const visit = await desk.book({ startsAt: NOW + 2 * HOUR, patient: 0, now: NOW });
	await desk.send(NOW + minutes(3));
	const later = { ...LATE, changes: { startsAt: NOW + 2 * HOUR + minutes(20) } };
	await desk.change(visit, later, NOW + minutes(10));
	await desk.send(NOW + minutes(20));
	expect(mailsTo(email)).toHaveLength(1);

	expect(await tell([visit], NOW + minutes(20))).toEqual({
		ok: true,
		value: { told: [visit], untold: [] }
	});
	// Twice is once.
	expect(await tell([visit], NOW + minutes(20))).toEqual({
		ok: true,
		value: { told: [], untold: [{ appointmentId: visit, reason: 'told-already' }] }
	});
	await desk.send(NOW + minutes(23));
	const [, told, ...others] = mailsTo(email);
	expect(told!.text).toContain('is running late. Your visit now begins at about 12:20');
	expect(others).toEqual([]);
	expect((await desk.messagesOf(visit)).has('change')).toBe(false);
	const audited = await desk.ask(
		`SELECT actor_user_id, detail FROM audit_entries WHERE kind = 'delay-told'`
	);
	expect(audited).toEqual([{ actor_user_id: doctor.userId, detail: { appointmentIds: [visit] } }]);

	// From there to another time by reception is a change like any other.
	const other = { kind: 'move', changes: { startsAt: NOW + 5 * HOUR } };
	await desk.change(visit, other, NOW + minutes(30));
	await desk.send(NOW + minutes(33));
	expect(mailsTo(email).at(-1)!.text).toContain('Your visit is now:');
});

it('is for those who may move every one of the visits', async () => {
	const own = await desk.book({ startsAt: NOW + 4 * HOUR, patient: 0, now: NOW });
	const colleagues = await desk.book({ startsAt: NOW + 4 * HOUR, patient: 1, now: NOW });
	const refused = { ok: false, refusal: { code: 'not-allowed' } };
	expect(await tell([own, colleagues], NOW)).toMatchObject(refused);
	const support = await staffFactory(desk.database, desk.clinic, { role: 'support' });
	expect(await tell([own], NOW, support)).toMatchObject(refused);
	const stranger = await clinicFactory(desk.database);
	const notFound = { ok: false, refusal: { code: 'not-found' } };
	expect(await tell([own], NOW, stranger.receptionist)).toMatchObject(notFound);
	// Nobody was late: there is nothing to tell.
	expect(await tell([own, colleagues], NOW, desk.clinic.receptionist)).toMatchObject({
		value: {
			told: [],
			untold: [own, colleagues].map((appointmentId) => ({ appointmentId, reason: 'not-waiting' }))
		}
	});
});
