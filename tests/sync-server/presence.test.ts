import * as encoding from 'lib0/encoding';
import { describe, expect, it } from 'vitest';
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
