/** A board and its people, opened together under the epoch in force, and opened anew when that changes. */
import { HocuspocusProvider, type HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import * as Y from 'yjs';
import {
	BOARD_MAPS,
	documentName,
	NO_EPOCH,
	OFFERED_MAP,
	PEOPLE_MAP
} from '#domain/board/documents.ts';

/** What the map of those who are offered times is called here: the board has one of the same name. */
export const OFFERED_PEOPLE = `${PEOPLE_MAP}/${OFFERED_MAP}`;

export interface BoardDocumentsOptions {
	socket: HocuspocusProviderWebsocket;
	clinicId: string;
	date: string;
	/**
	 * Whose visits the people document holds; `masked`: everybody's, without saying who they are; `null`: this person
	 * may not know anything about the patients.
	 */
	peopleScope: 'all' | 'masked' | string | null;
	/** One row of a shared map is now `row`, or gone. */
	onRow(map: string, id: string, row: unknown): void;
	/** A document arrived whole: `ids` are all that are in the map. */
	onWhole(map: string, ids: Set<string>): void;
	onOpened(): void;
	/** The server does not open this board for us, and will not. */
	onRefused(reason: string): void;
	onPresence(states: Map<number, Record<string, unknown>>, ownClientId: number): void;
}

const STALE = 'stale-epoch:';
const UNAVAILABLE = 'unavailable';
const TRY_AGAIN_MS = 1_000;
/** An honest answer to the server's first question is acknowledged much sooner. */
const STRAY_CHANGE_MS = 10_000;

export class BoardDocuments {
	private readonly options: BoardDocumentsOptions;
	private providers: HocuspocusProvider[] = [];
	private board: HocuspocusProvider | null = null;
	private epoch = NO_EPOCH;
	/** What this person does, to be said again where the board is opened anew. */
	private said: Record<string, unknown> = {};
	private destroyed = false;

	constructor(options: BoardDocumentsOptions) {
		this.options = options;
		this.openAt(NO_EPOCH);
	}

	/** Says what this person does; the server adds who they are. */
	say(presence: Record<string, unknown>): void {
		this.said = { ...this.said, ...presence };
		for (const [field, value] of Object.entries(presence)) {
			this.board?.setAwarenessField(field, value);
		}
	}

	destroy(): void {
		this.destroyed = true;
		this.closeAll();
	}

	private openAt(epoch: string): void {
		this.closeAll();
		this.epoch = epoch;
		const { clinicId, date, peopleScope } = this.options;
		const place = { clinicId, date, epoch };
		this.board = this.open(documentName({ kind: 'board', ...place }), BOARD_MAPS);
		const { awareness } = this.board;
		if (awareness) {
			const take = () => this.options.onPresence(awareness.getStates(), awareness.clientID);
			take();
			awareness.on('change', ({ added, updated, removed }: Record<string, number[]>) => {
				// What this person does is no news to them, and comes twenty times a second while they hold a card.
				const whose = [added, updated, removed].flatMap((ids) => ids ?? []);
				if (whose.some((id) => id !== awareness.clientID)) take();
			});
		}
		if (epoch !== NO_EPOCH) this.say(this.said);
		if (peopleScope === null || epoch === NO_EPOCH) return;
		const practitionerId = peopleScope === 'all' ? null : peopleScope;
		const name =
			peopleScope === 'masked'
				? documentName({ kind: 'masked-people', ...place })
				: documentName({ kind: 'people', ...place, practitionerId });
		this.open(name, [PEOPLE_MAP, OFFERED_MAP]);
	}

	private open(name: string, maps: readonly string[]): HocuspocusProvider {
		const document = new Y.Doc();
		const isBoard = name.startsWith('board/');
		const here = (map: string) => (!isBoard && map === OFFERED_MAP ? OFFERED_PEOPLE : map);
		const provider: HocuspocusProvider = new HocuspocusProvider({
			websocketProvider: this.options.socket,
			name,
			document,
			// The cookie is what counts; a token only starts the exchange.
			token: 'cookie',
			onAuthenticationFailed: ({ reason }) => this.refused(provider, reason),
			onSynced: ({ state }) => {
				if (!state || !this.providers.includes(provider)) return;
				for (const map of maps) this.takeWhole(document, map, here(map));
				if (isBoard) this.options.onOpened();
				this.watchForStrayChange(provider);
			}
		});
		this.providers.push(provider);
		for (const map of maps) this.mirror(document, map, here(map));
		provider.attach();
		return provider;
	}

	/** Nobody writes here; a change of our own that stays would hide the server's rows. */
	private watchForStrayChange(provider: HocuspocusProvider): void {
		setTimeout(() => {
			const open = this.providers.includes(provider);
			if (open && provider.isSynced && provider.unsyncedChanges > 0) this.openLater(this.epoch);
		}, STRAY_CHANGE_MS);
	}

	private mirror(document: Y.Doc, map: string, here: string): void {
		const rows = document.getMap(map);
		rows.observe((event) => {
			for (const id of event.keysChanged) this.options.onRow(here, id, rows.get(id));
		});
	}

	private takeWhole(document: Y.Doc, map: string, here: string): void {
		this.options.onWhole(here, new Set(document.getMap(map).keys()));
	}

	private refused(provider: HocuspocusProvider, reason: string): void {
		if (!this.providers.includes(provider)) return;
		if (reason.startsWith(STALE)) this.openLater(reason.slice(STALE.length));
		else if (reason === UNAVAILABLE) this.openLater(NO_EPOCH, TRY_AGAIN_MS);
		else this.options.onRefused(reason);
	}

	/** Not from inside a provider's own callback: it is destroyed here. */
	private openLater(epoch: string, delayMs = 0): void {
		const refused = this.providers;
		setTimeout(() => {
			if (!this.destroyed && this.providers === refused) this.openAt(epoch);
		}, delayMs);
	}

	private closeAll(): void {
		const closing = this.providers;
		this.providers = [];
		this.board = null;
		for (const provider of closing) {
			provider.destroy();
			provider.document.destroy();
		}
	}
}
