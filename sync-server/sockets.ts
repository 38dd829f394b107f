/** The open sockets: how many a person may have, how much each may send, and closing them when a session ends. */
import type { WebSocket } from 'ws';
import type { Database } from '#db/database.ts';
import { peekAtSession } from '#domain/access/queries.ts';
import type { Actor } from '#domain/access/actor.ts';
import { CLOSE, type CloseCode } from './close-codes.ts';
import type { ConnectionContext } from './connection-context.ts';
import { openSockets } from './metrics.ts';

/** Windows that one person has open, on all devices together. */
export const MAX_SOCKETS_PER_PERSON = 40;
/** A drag sends about 20 messages a second. */
const MESSAGES_PER_SECOND = 100;
const BURST = 400;
/** A socket takes what its receiver is too slow for; beyond this it is cut and the browser starts anew. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024;

interface OpenSocket {
	socket: WebSocket;
	actor: Actor;
	token: string;
}

export class Sockets {
	private readonly open = new Set<OpenSocket>();

	/** @returns what the socket's documents will know of it, or `null` when the person has too many open. */
	add(socket: WebSocket, actor: Actor, token: string): ConnectionContext | null {
		const own = [...this.open].filter((other) => other.actor.userId === actor.userId);
		if (own.length >= MAX_SOCKETS_PER_PERSON) return null;
		const entry: OpenSocket = { socket, actor, token };
		this.open.add(entry);
		openSockets.set(this.open.size);
		socket.once('close', () => {
			this.open.delete(entry);
			openSockets.set(this.open.size);
		});
		return {
			actor,
			socket: {
				token,
				asked: new Set(),
				documents: 0,
				close: (code, reason) => socket.close(code, reason)
			}
		};
	}

	/** @param sessionId hash of the session that ended */
	endSession(sessionId: string): void {
		for (const { actor, socket } of this.open) {
			if (actor.sessionId === sessionId) closeWith(socket, CLOSE.sessionEnded);
		}
	}

	/** Closes the sockets whose session is over or whose roles have changed, and those that cannot keep up. */
	async review(database: Database): Promise<void> {
		const byToken = Map.groupBy(this.open, (entry) => entry.token);
		for (const [token, entries] of byToken) {
			const now = await peekAtSession(database, token);
			for (const { actor, socket } of entries) {
				const same = now !== null && JSON.stringify(now.roles) === JSON.stringify(actor.roles);
				if (!same) closeWith(socket, CLOSE.sessionEnded);
				else if (socket.bufferedAmount > MAX_BUFFERED_BYTES) socket.terminate();
			}
		}
	}

	/** Says goodbye to everybody, and cuts those who do not answer. */
	closeAll(): void {
		for (const { socket } of this.open) closeWith(socket, CLOSE.goingAway);
		for (const { socket } of this.open) setTimeout(() => socket.terminate(), 1_000).unref();
	}
}

/** @returns a function that says for each message whether it is still within what one socket may send */
export function createMessageAllowance(): () => boolean {
	let left = BURST;
	let last = performance.now();
	return () => {
		const now = performance.now();
		left = Math.min(BURST, left + ((now - last) / 1000) * MESSAGES_PER_SECOND);
		last = now;
		return --left >= 0;
	};
}

export function closeWith(socket: WebSocket, { code, reason }: CloseCode): void {
	socket.close(code, reason);
}
