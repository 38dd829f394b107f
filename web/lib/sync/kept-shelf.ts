/** The kept documents of one page. One that is closed while something in it is not stored stays until it is. */
import type { HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { keptName, type KeptName } from '#domain/kept-documents/kept-name.ts';
import { KeptDocument, type KeptStanding } from './kept-document.ts';

export class KeptShelf {
	private readonly held = new Map<string, KeptDocument>();
	private readonly socket: HocuspocusProviderWebsocket;

	constructor(socket: HocuspocusProviderWebsocket) {
		this.socket = socket;
	}

	/** Whether something was typed that would be lost with the page. */
	get isUnsaved(): boolean {
		return [...this.held.values()].some((kept) => kept.isUnsaved);
	}

	/** Opens a document; one that was closed here and is not stored yet is the same again. */
	open(name: KeptName, onStanding: (standing: KeptStanding) => void): KeptDocument {
		const text = keptName(name);
		const known = this.held.get(text);
		if (known && known.standing !== 'refused') {
			known.onStanding = onStanding;
			queueMicrotask(() => onStanding(known.standing));
			return known;
		}
		known?.destroy();
		const fresh = new KeptDocument({ socket: this.socket, name: text, onStanding });
		this.held.set(text, fresh);
		return fresh;
	}

	/** Nobody shows it any longer. */
	close(kept: KeptDocument): void {
		const letGo = () => {
			for (const [text, held] of this.held) if (held === kept) this.held.delete(text);
			kept.destroy();
		};
		kept.onStanding = (standing) => {
			// Not from inside its own callback.
			if (standing === 'saved' || standing === 'refused') setTimeout(letGo);
		};
		if (!kept.isUnsaved || kept.standing === 'refused') letGo();
	}

	destroy(): void {
		for (const kept of this.held.values()) kept.destroy();
		this.held.clear();
	}
}
