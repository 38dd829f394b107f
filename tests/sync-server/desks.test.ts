import { expect, it } from 'vitest';
import * as Y from 'yjs';
import type { HocuspocusProvider } from '@hocuspocus/provider';
import { documentName, INTENTS_MAP } from '#domain/board/documents.ts';
import type { Intent } from '#domain/scheduling/intents.ts';
import { appointmentHistory, readAppointment } from '#domain/scheduling/queries.ts';
import type { Verdict } from '#domain/scheduling/verdict.ts';
import { bookingOf } from '../factories/clinic-factory.ts';
import { useSyncClinic } from '../support/sync-clinic.ts';
import { until } from '../support/until.ts';

/** Far enough ahead for every rule about the past. */
const MIDNIGHT = Date.UTC(2027, 0, 4);
const oclock = (hour: number) => MIDNIGHT + hour * 3_600_000;

const at = useSyncClinic();

/** Opens a window on a desk. `verdicts` are those that this window hears. */
async function openDesk(deviceId: string, document = new Y.Doc()) {
	const client = at.connect();
	const { userId } = at.clinic.receptionist;
	const verdicts: Verdict[] = [];
	const listen = (provider: HocuspocusProvider) =>
		provider.on('stateless', ({ payload }: { payload: string }) =>
			verdicts.push((JSON.parse(payload) as { verdict: Verdict }).verdict)
		);
	const name = documentName({ kind: 'desk', userId, deviceId });
	const desk = await client.mustOpen(name, document, listen);
	const put = (...intents: Intent[]) =>
		desk.document.transact(() => {
			for (const intent of intents) desk.document.getMap(INTENTS_MAP).set(intent.id, intent);
		});
	return { client, desk, verdicts, put };
}

const move = (appointmentId: string, basedOnRevision: number, startsAt: number): Intent => ({
	...{ id: crypto.randomUUID(), kind: 'move', appointmentId, basedOnRevision },
	...{ madeAt: basedOnRevision, changes: { startsAt } }
});

it('judges what was made without a line in the order in which it was made', async () => {
	const { put, verdicts } = await openDesk(crypto.randomUUID());
	const booking = bookingOf(at.clinic, { startsAt: oclock(9) });
	const { appointmentId } = booking;
	const moves = [move(appointmentId, 1, oclock(10)), move(appointmentId, 2, oclock(11))];
	// Each needs the one before; they arrive in one update and in no order.
	put(moves[1]!, booking, moves[0]!);
	await until(() => verdicts.length === 3, 'three verdicts');
	expect(verdicts.map(({ intentId, outcome }) => [intentId, outcome])).toEqual(
		[booking, ...moves].map(({ id }) => [id, 'accepted'])
	);
	const stored = await readAppointment(at.fresh.database, at.clinic.receptionist, appointmentId);
	expect(stored).toMatchObject({ ok: true, value: { startsAt: oclock(11), revision: 3 } });
});

it('carries out once what comes twice, and tells the verdict again when asked', async () => {
	const deviceId = crypto.randomUUID();
	const first = await openDesk(deviceId);
	const booking = bookingOf(at.clinic, { startsAt: oclock(12), patient: 1 });
	first.put(booking);
	await until(() => first.verdicts.length === 1, 'the verdict');
	first.client.close();
	// The browser lost the verdict with the line: its desk still holds the intent.
	const kept = new Y.Doc();
	kept.getMap(INTENTS_MAP).set(booking.id, booking);
	const again = await openDesk(deviceId, kept);
	again.desk.sendStateless(JSON.stringify({ type: 'ask', intentIds: [booking.id] }));
	await until(() => again.verdicts.length > 0, 'the verdict to be told again');
	expect(again.verdicts[0]).toEqual(first.verdicts[0]);
	const { appointmentId } = booking;
	const history = await appointmentHistory(
		at.fresh.database,
		at.clinic.receptionist,
		appointmentId
	);
	expect(history).toMatchObject({ ok: true, value: { length: 1 } });
});

it('undoes what it carried out, after a change that was made meanwhile', async () => {
	const { put, verdicts } = await openDesk(crypto.randomUUID());
	const booking = bookingOf(at.clinic, { startsAt: oclock(8), patient: 3 });
	const { appointmentId } = booking;
	const moved = move(appointmentId, 1, oclock(16));
	const undo = { id: crypto.randomUUID(), kind: 'undo', madeAt: 2, intentId: moved.id } as const;
	// Made without a line, all three: the undo is judged after what it undoes.
	put(undo, moved, booking);
	await until(() => verdicts.length === 3, 'three verdicts');
	expect(verdicts[2]).toMatchObject({
		...{ intentId: undo.id, outcome: 'accepted' },
		...{ subjectId: appointmentId, revision: 3 }
	});
	const stored = await readAppointment(at.fresh.database, at.clinic.receptionist, appointmentId);
	expect(stored).toMatchObject({ value: { startsAt: oclock(8) } });
});

it('tells a verdict to every window of the desk and to no other device', async () => {
	const deviceId = crypto.randomUUID();
	const [one, two] = [await openDesk(deviceId), await openDesk(deviceId)];
	const elsewhere = await openDesk(crypto.randomUUID());
	one.put(bookingOf(at.clinic, { startsAt: oclock(13), patient: 2 }));
	await until(() => two.verdicts.length === 1, 'the other window to hear it');
	const booking = bookingOf(at.clinic, { startsAt: oclock(14), patient: 2 });
	elsewhere.put(booking);
	await until(() => elsewhere.verdicts.length > 0, 'the other device to hear its own');
	expect(elsewhere.verdicts.map(({ intentId }) => intentId)).toEqual([booking.id]);
});

it('is closed when it holds more than anybody makes in a day without a line', async () => {
	const { client, put } = await openDesk(crypto.randomUUID());
	const codes: number[] = [];
	client.websocket.on('close', ({ event }: { event: { code: number } }) => codes.push(event.code));
	const intent = bookingOf(at.clinic, { startsAt: oclock(15) });
	put(...Array.from({ length: 501 }, (_, i) => ({ ...intent, id: `intent-${i}` })));
	await until(() => codes.includes(4429), 'the socket to be closed');
});
