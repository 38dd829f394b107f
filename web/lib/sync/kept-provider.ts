/** Hocuspocus's provider for documents that are kept: nothing is sent that builds upon what the server may not have. */
import { HocuspocusProvider } from '@hocuspocus/provider';

type Sending = Parameters<HocuspocusProvider['send']>;

/** `WebSocket.OPEN` */
const OPEN = 1;

/**
 * A change that is made while the line comes back would reach the server before those that were made without one. They
 * all go together instead, in the answer to the server's question for what it lacks. Nor does anything wait in the
 * socket's queue, which is emptied into another connection than it was said on.
 */
export class KeptProvider extends HocuspocusProvider {
	/** Whether the server has been given, on this connection, all that it lacked. */
	private hasAnswered = false;

	/** Whether what is sent now reaches the server after all that was changed before. */
	get isInStep(): boolean {
		const { readyState } = this.configuration.websocketProvider.webSocket ?? {};
		return this.hasAnswered && this.isAuthenticated && readyState === OPEN;
	}

	override send(...[message, content]: Sending): void {
		const said = content as { update?: unknown; encoder?: unknown };
		if (said.update !== undefined && !this.isInStep) return;
		super.send(message, content);
		// The one message that comes with an encoder of its own answers the server's question.
		if (said.encoder !== undefined) this.hasAnswered = true;
	}

	override async onOpen(event: Event): Promise<void> {
		this.hasAnswered = false;
		await super.onOpen(event);
	}

	override onClose(): void {
		this.hasAnswered = false;
		super.onClose();
	}
}
