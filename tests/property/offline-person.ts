/** Somebody with a board and a desk of their own: real Yjs documents that meet others only by way of the server. */
import { isDeepStrictEqual } from 'node:util';
import type { HocuspocusProvider } from '@hocuspocus/provider';
import * as Y from 'yjs';
import type { Actor } from '#domain/access/actor.ts';
import { documentName, INTENTS_MAP, type AppointmentRow } from '#domain/board/documents.ts';
import type { Intent } from '#domain/scheduling/intents.ts';
import type { Verdict } from '#domain/scheduling/verdict.ts';
import { Wishes } from '#web/lib/board/wishes.svelte.ts';
import { Client, honestHeaders } from '../support/sync-client.ts';
import { watchBoard, type WatchedBoard } from '../support/watched-board.ts';

export interface Place {
	host: string;
	clinicId: string;
	date: string;
}

export class Person {
	readonly actor: Actor;
	/** Every intent that was ever put on the desk, in the order in which it was made. */
	readonly asked: Intent[] = [];
	/** The first verdict on each, by intent id, in the order in which they came. */
	readonly verdicts = new Map<string, Verdict>();
	/** Intents on which a second verdict said something else. */
	readonly contradictions: string[] = [];
	/** Whatever was wrong on a board that this person had open. */
	readonly watched: WatchedBoard[] = [];
	wishes: Wishes;
	private readonly place: Place;
	private readonly token: string;
	private readonly deviceId = crypto.randomUUID();
	/** What the browser keeps of the desk while it is closed. */
	private desk = new Y.Doc();
	private client: Client | null = null;
	private board: HocuspocusProvider | null = null;
	private deskLine: HocuspocusProvider | null = null;
	/** The rows as they were last seen. */
	private rows = new Map<string, AppointmentRow>();
	private blocks = new Map<string, { revision: number }>();

	constructor(actor: Actor, token: string, place: Place) {
		this.actor = actor;
		this.token = token;
		this.place = place;
		this.wishes = this.newWishes();
	}

	get isOnline(): boolean {
		return this.client !== null;
	}

	get knownVisits(): string[] {
		return [...this.rows.keys()];
	}

	/** Rows of the board that is open. */
	shown(map: string): unknown {
		return this.board?.document.getMap(map).toJSON();
	}

	/** What waits for a verdict. */
	get waiting(): number {
		return this.intents.size;
	}

	/** Asks for something, with or without a line, as the screens do. */
	ask(wish: Parameters<Wishes['submit']>[0]): void {
		this.wishes.submit(wish);
	}

	/** Gives the server again what it has judged: a browser that did not hear of it, and asks. */
	repeat(intent: Intent): void {
		this.intents.set(intent.id, intent);
		this.askAgain();
	}

	async goOnline(): Promise<void> {
		if (this.client) return;
		const { host, clinicId, date } = this.place;
		this.client = new Client(host, honestHeaders(host, this.token));
		const { userId } = this.actor;
		const name = documentName({ kind: 'desk', userId, deviceId: this.deviceId });
		const opened = this.client.mustOpen(name, this.desk, (provider) =>
			provider.on('stateless', ({ payload }: { payload: string }) => this.hear(payload))
		);
		this.board = await this.client.openBoard(clinicId, date);
		this.watched.push(watchBoard(this.board.document));
		this.board.document.on('afterTransaction', () => this.see());
		this.see();
		this.deskLine = await opened;
		this.askAgain();
	}

	/** The line is gone: whatever is on its way may or may not have arrived. */
	goOffline(): void {
		this.see();
		this.client?.close();
		this.client = null;
		this.board = null;
		this.deskLine = null;
	}

	/** The browser ends and is started again: what it stored of the desk is all that is left. */
	restart(): void {
		this.goOffline();
		const stored = Y.encodeStateAsUpdate(this.desk);
		this.desk.destroy();
		this.desk = new Y.Doc();
		Y.applyUpdate(this.desk, stored);
		this.wishes = this.newWishes();
		const left = [...this.intents.values()].sort((a, b) => a.madeAt - b.madeAt);
		for (const intent of left) this.wishes.found(intent, true);
	}

	private askAgain(): void {
		const intentIds = [...this.intents.keys()];
		if (intentIds.length === 0) return;
		this.deskLine?.sendStateless(JSON.stringify({ type: 'ask', intentIds }));
	}

	private get intents() {
		return this.desk.getMap<Intent>(INTENTS_MAP);
	}

	private newWishes(): Wishes {
		return new Wishes({
			put: (intent) => {
				this.asked.push(intent);
				this.intents.set(intent.id, intent);
			},
			drop: (id) => this.intents.delete(id),
			isLive: () => this.isOnline,
			revisionOf: (kind, id) => (kind === 'block' ? this.blocks : this.rows).get(id)?.revision
		});
	}

	private see(): void {
		if (!this.board) return;
		const { document } = this.board;
		this.rows = new Map(document.getMap<AppointmentRow>('appointments'));
		this.blocks = new Map(document.getMap<{ revision: number }>('blocks'));
		this.wishes.forgetCarriedOut();
	}

	private hear(payload: string): void {
		const { type, verdict } = JSON.parse(payload) as { type: string; verdict: Verdict };
		if (type !== 'verdict') return;
		const known = this.verdicts.get(verdict.intentId);
		if (!known) this.verdicts.set(verdict.intentId, verdict);
		else if (!isDeepStrictEqual(known, verdict)) this.contradictions.push(verdict.intentId);
		// Nobody goes through a dialogue here: whatever was refused is dropped at once.
		this.wishes.judged(verdict);
		this.intents.delete(verdict.intentId);
	}
}
