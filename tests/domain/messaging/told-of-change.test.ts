/** What a patient has in mind of a visit is read from what was sent, and from how the visit was made. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { minutes, openMessageDesk, type MessageDesk } from './message-desk.ts';

/** A Wednesday, ten in the morning in London. */
const NOW = Date.UTC(2040, 0, 4, 10);
const HOUR = 3_600_000;
const STARTS_AT = NOW + 72 * HOUR;
let desk: MessageDesk;
beforeAll(async () => {
	desk = await openMessageDesk();
});
afterAll(async () => {
	await desk.close();
});

const mailsTo = (to: string) => desk.mailServer.mails.filter((mail) => mail.to.includes(to));

it('another doctor alone is told once, by name', async () => {
	const email = 'doctor@patient.example';
	await desk.person(0, { email, givenName: 'Anna' });
	const visit = await desk.book({ startsAt: STARTS_AT, patient: 0, now: NOW });
	await desk.send(NOW + minutes(3));
	const other = desk.clinic.practitionerIds[7]!;
	await desk.change(visit, { kind: 'move', changes: { practitionerId: other } }, NOW + minutes(10));
	await desk.send(NOW + minutes(13));
	const told = mailsTo(email);
	expect(told).toHaveLength(2);
	expect(told[0]!.text).toContain('Dr A');
	expect(told[1]!.text).toContain('Your visit has changed');
	expect(told[1]!.text).toContain('Dr H');
	expect((await desk.messagesOf(visit)).get('change')).toMatchObject({
		...{ state: 'sent', aboutPractitionerId: other }
	});
	// Another room is no news.
	const room = desk.clinic.roomIds[8]!;
	await desk.change(visit, { kind: 'move', changes: { roomId: room } }, NOW + minutes(20));
	await desk.send(NOW + minutes(23));
	expect(mailsTo(email)).toHaveLength(2);
});

it('a visit that no message was ever planned for is told of a move', async () => {
	const email = 'never@patient.example';
	await desk.person(1, { email });
	const visit = await desk.book({ startsAt: STARTS_AT, patient: 1, now: NOW });
	// As one that was booked long before there were rules.
	await desk.owner.query('DELETE FROM messages WHERE appointment_id = $1', [visit]);
	await desk.owner.query(
		`UPDATE appointments SET booked_at = booked_at - interval '9 days' WHERE id = $1`,
		[visit]
	);
	const move = (startsAt: number, now: number) =>
		desk.change(visit, { kind: 'move', changes: { startsAt } }, now);
	await move(STARTS_AT + HOUR, NOW + minutes(10));
	// A slip, put right before it was told.
	await move(STARTS_AT, NOW + minutes(11));
	await desk.send(NOW + minutes(14));
	expect(mailsTo(email)).toEqual([]);
	await move(STARTS_AT + 2 * HOUR, NOW + minutes(20));
	await desk.send(NOW + minutes(23));
	expect(mailsTo(email)).toMatchObject([{ text: expect.stringContaining('at 12:00') }]);
});
