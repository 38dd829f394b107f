/** What the server knows of a socket, worked out before the upgrade. Hocuspocus hands it to every hook. */
import type { Actor } from '#domain/access/actor.ts';

export interface SocketState {
	/** Secret of the session, to ask again whether it still holds. */
	readonly token: string;
	/** Names that the browser asked to open and that were neither refused nor closed since. */
	readonly asked: Set<string>;
	/** Documents that are open on this socket. */
	documents: number;
	/** Closes the socket. */
	close(code: number, reason: string): void;
}

export interface ConnectionContext {
	actor: Actor;
	socket: SocketState;
	/** The one presence that this document connection may set; fixed by its first message. */
	presenceClientId?: number;
}
