/** Somebody who has a draft open, as the browser has it. */
import type * as Y from 'yjs';
import { documentName } from '#domain/board/documents.ts';
import { CHANGES_MAP, type DraftOver } from '#domain/drafts/draft-document.ts';
import { KeptDocument, type KeptStanding } from '#web/lib/sync/kept-document.ts';
import type { Client } from './sync-client.ts';
import { until } from './until.ts';

export class Drafter {
	readonly kept: KeptDocument;
	/** What the server said of the draft's end. */
	readonly told: DraftOver[] = [];
	private standing: KeptStanding = 'opening';

	constructor(client: Client, draftId: string) {
		this.kept = new KeptDocument({
			socket: client.websocket,
			name: documentName({ kind: 'draft', draftId }),
			onStanding: (standing) => (this.standing = standing)
		});
		client.providers.push(this.kept.provider);
		this.kept.provider.on('stateless', ({ payload }: { payload: string }) => {
			const message = JSON.parse(payload) as DraftOver;
			if (message.type === 'draft-over') this.told.push(message);
		});
	}

	/** Opens a draft. */
	static async at(client: Client, draftId: string): Promise<Drafter> {
		const drafter = new Drafter(client, draftId);
		await drafter.shows('saved');
		return drafter;
	}

	get map(): Y.Map<unknown> {
		return this.kept.document.getMap(CHANGES_MAP);
	}

	get content(): Record<string, unknown> {
		return this.map.toJSON();
	}

	/** What colleagues say of themselves, with who they are. */
	get present(): { user?: { userId: string } }[] {
		return [...this.kept.provider.awareness!.getStates().values()];
	}

	shows(standing: KeptStanding): Promise<unknown> {
		return until(() => this.standing === standing, `a draft is ${standing}`);
	}
}
