import * as encoding from 'lib0/encoding';
import { describe, expect, it } from 'vitest';
import { carryOut } from '#domain/scheduling/commands.ts';
import {
	bookingOf,
	clinicFactory,
	sessionFactory,
	staffFactory
} from '../factories/clinic-factory.ts';
import {
	authenticationFrame,
	closedDocument,
	frame,
	honestSocket
} from '../support/sync-client.ts';
import { useSyncClinic } from '../support/sync-clinic.ts';
import { until } from '../support/until.ts';

const DATE = '2027-01-04';

const at = useSyncClinic();

describe('presence', () => {
	it('carries the identity that the server knows, whatever the client says', async () => {
		const watcher = await at.connect().openBoard(at.clinic.clinicId, DATE);
		const board = await at.connect().openBoard(at.clinic.clinicId, DATE);
		board.setAwarenessField('drag', null);
		const seen = () =>
			watcher.awareness?.getStates().get(board.document.clientID)?.user as { userId: string };
		await until(() => seen() !== undefined, 'the colleague to appear');
		expect(seen()).toMatchObject({
			userId: at.clinic.receptionist.userId,
			name: at.clinic.receptionist.name
		});
	});

	it('of somebody else closes the document', async () => {
		const watcher = await at.connect().openBoard(at.clinic.clinicId, DATE);
		const name = watcher.configuration.name;
		const socket = await honestSocket(at.under.host, at.token);
		const closed = closedDocument(socket);
		const state = JSON.stringify({ user: { userId: crypto.randomUUID(), name: 'Boss' } });
		socket.send(authenticationFrame(name));
		socket.send(
			frame(name, 1, (encoder) => {
				const update = encoding.createEncoder();
				encoding.writeVarUint(update, 1);
				encoding.writeVarUint(update, 4242);
				encoding.writeVarUint(update, 1);
				encoding.writeVarString(update, state);
				encoding.writeVarUint8Array(encoder, encoding.toUint8Array(update));
			})
		);
		expect(await closed).toBe('forged-presence');
		expect(watcher.awareness?.getStates().has(4242)).toBe(false);
		socket.terminate();
	});

	it('of a colleague cannot be overwritten', async () => {
		const victim = await at.connect().openBoard(at.clinic.clinicId, DATE);
		const watcher = await at.connect().openBoard(at.clinic.clinicId, DATE);
		victim.setAwarenessField('at', {});
		const victimId = victim.document.clientID;
		const state = () => watcher.awareness?.getStates().get(victimId);
		await until(() => state()?.user !== undefined, 'the victim to appear');
		const attacker = await at.connect().openBoard(at.clinic.clinicId, DATE);
		attacker.setAwarenessField('at', {});
		const meta = attacker.awareness!.meta.get(victimId);
		attacker.awareness!.states.set(victimId, { at: null, drag: null });
		attacker.awareness!.meta.set(victimId, {
			clock: (meta?.clock ?? 0) + 50,
			lastUpdated: Date.now()
		});
		attacker.awareness!.emit('update', [{ added: [], updated: [victimId], removed: [] }, 'local']);
		attacker.setAwarenessField('drag', null);
		const attackerId = attacker.document.clientID;
		await until(
			() => watcher.awareness?.getStates().get(attackerId)?.user !== undefined,
			'the attacker’s own state, sent after the forgery'
		);
		expect(state()?.at).toEqual({});
	});
});

describe('what somebody is doing', () => {
	type State = { at?: unknown; drag?: unknown; user?: unknown };
	const NINE = Date.UTC(2027, 0, 4, 9);

	/** Says it on a board and waits until a colleague has heard. @returns what the colleague sees */
	async function heard(token: string | undefined, said: Record<string, unknown>): Promise<State> {
		const watcher = await at.connect().openBoard(at.clinic.clinicId, DATE);
		const board = await at.connect(token).openBoard(at.clinic.clinicId, DATE);
		board.awareness!.setLocalState(said);
		const state = () => watcher.awareness?.getStates().get(board.document.clientID) as State;
		await until(() => state()?.user !== undefined, 'the colleague to be seen');
		return state();
	}
	async function booked(hour: number, clinic = at.clinic, practitioner = 0): Promise<string> {
		const startsAt = NINE + hour * 3_600_000;
		const booking = bookingOf(clinic, {
			...{ startsAt, practitioner, room: practitioner, patient: practitioner }
		});
		const verdict = await carryOut(at.fresh.database, clinic.receptionist, booking, { now: 0 });
		expect(verdict).toMatchObject({ outcome: 'accepted' });
		return booking.appointmentId;
	}
	const dragOf = (appointmentId: string) => ({
		...{ appointmentId, practitionerId: null, roomId: null },
		...{ startsAt: NINE, durationMinutes: 20 }
	});
	const tokenOf = async (role: string, practitionerId: string | null = null) =>
		sessionFactory(
			at.fresh.database,
			await staffFactory(at.fresh.database, at.clinic, { role, practitionerId })
		);

	it('is seen with the card, its ghost and the field', async () => {
		const id = await booked(0);
		const said = { at: { appointmentId: id, field: 'note' }, drag: dragOf(id) };
		expect(await heard(undefined, said)).toMatchObject(said);
	});

	it('is not seen where the card is on no board of this day', async () => {
		const stranger = await clinicFactory(at.fresh.database);
		const foreign = await booked(1, stranger);
		for (const id of [foreign, crypto.randomUUID()]) {
			const said = { at: { appointmentId: id, field: 'note' }, drag: dragOf(id) };
			expect(await heard(undefined, said)).toMatchObject({ at: null, drag: null });
		}
	});

	it('is seen as far as somebody may do it', async () => {
		const [own, other] = [await booked(2), await booked(2, at.clinic, 1)];
		const [practitionerId] = at.clinic.practitionerIds as [string];
		const doctor = await tokenOf('doctor', practitionerId);
		const says = (id: string) => ({ at: { appointmentId: id, field: 'note' }, drag: dragOf(id) });
		expect(await heard(doctor, says(own))).toMatchObject({
			...{ at: { field: 'note' }, drag: { appointmentId: own } }
		});
		const seen = await heard(doctor, says(other));
		expect(seen).toMatchObject({ at: { appointmentId: other }, drag: null });
		expect(seen.at).not.toHaveProperty('field');
	});

	it.each([
		['a field that there is not', { at: { appointmentId: crypto.randomUUID(), field: 'name' } }],
		[
			'a text in place of a field',
			{ at: { appointmentId: crypto.randomUUID(), text: 'Kowalska' } }
		],
		['more than presence', { at: null, note: 'Kowalska' }]
	])('with %s closes the document', async (_, said) => {
		const watcher = await at.connect().openBoard(at.clinic.clinicId, DATE);
		const socket = await honestSocket(at.under.host, at.token);
		const closed = closedDocument(socket);
		const { name } = watcher.configuration;
		socket.send(authenticationFrame(name));
		socket.send(
			frame(name, 1, (encoder) => {
				const update = encoding.createEncoder();
				encoding.writeVarUint(update, 1);
				encoding.writeVarUint(update, 4343);
				encoding.writeVarUint(update, 1);
				encoding.writeVarString(update, JSON.stringify(said));
				encoding.writeVarUint8Array(encoder, encoding.toUint8Array(update));
			})
		);
		expect(await closed).toBe('malformed');
		socket.terminate();
	});
});
