/** One draft in the browser: what is in it, laid over the real day as it is now, and who else has it open. */
import { SvelteMap } from 'svelte/reactivity';
import type { BoardIndex } from '#domain/board/situation.ts';
import { documentName } from '#domain/board/documents.ts';
import { awaySpans } from '#domain/drafts/doctor-away.ts';
import {
	isSamePlace,
	MAX_CHANGES,
	placeOf,
	readDraft,
	type Draft,
	type DraftChange,
	type DraftPlace,
	type VisitChange
} from '#domain/drafts/draft-change.ts';
import { CHANGES_MAP, type DraftOver } from '#domain/drafts/draft-document.ts';
import { draftedDay, pickIndex, type DraftedDay } from '#domain/drafts/drafted-day.ts';
import { partsOfDraft } from '#domain/drafts/draft-parts.ts';
import { nearestPlaces, placesForAll, type PlaceSearch } from '#domain/drafts/nearest-places.ts';
import { partsOf, type Intent, type Part } from '#domain/scheduling/intents.ts';
import type { Refusal } from '#domain/scheduling/refusals.ts';
import type { BoardStore } from '#web/lib/board/board-store.svelte.ts';
import { colleaguesIn } from '#web/lib/board/colleagues.ts';
import type { BoardDraft, Colleague, DraftMark } from '#web/lib/board/board-shapes.ts';
import type { Visit } from '#web/lib/board/visit.ts';
import type { NewIntent, PendingIntent } from '#web/lib/board/wishes.svelte.ts';
import { KeptDocument, type KeptStanding } from '#web/lib/sync/kept-document.ts';
import { markWords } from './draft-words.ts';

export interface DraftStoreOptions {
	board: BoardStore;
	draftId: string;
	author: { userId: string; name: string };
	clinicId: string;
	/** Set where it was over when the page was made. */
	over: Omit<DraftOver, 'type'> | null;
}

export class DraftStore implements BoardDraft {
	readonly board: BoardStore;
	private documentStanding = $state<KeptStanding>('opening');
	others = $state.raw<Colleague[]>([]);
	over = $state.raw<Omit<DraftOver, 'type'> | null>(null);
	/** Said once to screen readers: what was just done. */
	told = $state('');
	/** The intent that carries it out, while it is asked for and until somebody has read why it was refused. */
	commitId = $state<string | null>(null);

	private readonly entries = new SvelteMap<string, unknown>();
	private readonly options: DraftStoreOptions;
	private readonly kept: KeptDocument;

	/** Whether it is saved. A browser knows that there is no line before the socket does. */
	standing: KeptStanding = $derived.by(() => {
		const isWaiting = this.documentStanding === 'saving' && this.board.line.state !== 'live';
		return isWaiting ? 'no-line' : this.documentStanding;
	});
	draft: Draft = $derived(readDraft(this.entries));
	/** It was carried out here or elsewhere, or dropped: there is nothing to be judged any more. */
	isOver: boolean = $derived.by(() => this.over !== null || this.isCarriedOut);
	/** It was carried out, by whomever: this browser's own verdict may come before the news. */
	isCarriedOut: boolean = $derived.by(() => {
		const isAccepted = this.commitId !== null && this.board.wishes.drafts.has(this.commitId);
		return isAccepted || this.over?.state === 'committed';
	});
	day: DraftedDay = $derived.by(() => {
		if (!this.isOver) return draftedDay(this.board, this.board.people, this.draft);
		const { appointments, blocks } = this.board;
		return {
			...{ appointments: new Map(appointments), blocks: new Map(blocks) },
			...{ conflicts: [], unplaced: [] }
		};
	});
	index: BoardIndex = $derived.by(() => ({
		...pickIndex(this.board),
		...{ appointments: this.day.appointments, blocks: this.day.blocks }
	}));
	visits: Visit[] = $derived.by(() =>
		[...this.day.appointments].map(([id, row]) => ({
			...{ ...row, id, person: this.board.people.get(id) ?? null },
			...{ state: 'settled' as const, refusedIntentId: null }
		}))
	);
	/** What the server refused of it when somebody here tried to carry it out, by visit or block; the rules may not know. */
	refused: ReadonlyMap<string, Refusal> = $derived.by(() => {
		const refusal = this.commit?.state === 'refused' ? this.commit.refusal : undefined;
		return new Map((refusal?.parts ?? []).map((part) => [part.subjectId, part.refusal]));
	});
	/** Why each visit that cannot go where it was drafted cannot. */
	conflicts: ReadonlyMap<string, Refusal> = $derived.by(() => {
		const own = this.day.conflicts.map(({ key, refusal }) => [key, refusal] as const);
		const theirs = [...this.refused].filter(([id]) => this.draft.visits.has(id));
		return new Map([...theirs, ...own]);
	});
	marks: ReadonlyMap<string, DraftMark> = $derived.by(() => {
		const marks = new Map<string, DraftMark>();
		if (this.isOver && !this.isCarriedOut) return marks;
		const mark = (id: string, kind: DraftMark['kind']) =>
			marks.set(id, { kind, words: markWords(kind, id, this) });
		for (const [id, change] of this.draft.visits) {
			if (change.kind === 'move' && !isSamePlace(change.from, change.to)) mark(id, 'moved');
		}
		for (const id of this.day.unplaced) mark(id, 'unplaced');
		for (const id of this.conflicts.keys()) if (this.draft.visits.has(id)) mark(id, 'conflict');
		return marks;
	});
	/** How the attempt to carry it out fares; `null`: there is none, or it was carried out. */
	commit: PendingIntent | null = $derived.by(() =>
		this.commitId === null ? null : (this.board.wishes.pending.get(this.commitId) ?? null)
	);
	changeCount: number = $derived(this.draft.visits.size + this.draft.away.size);
	conflictCount: number = $derived(this.conflicts.size + this.day.unplaced.length);
	isEditable: boolean = $derived(
		this.over === null && this.standing !== 'opening' && this.standing !== 'refused'
	);

	constructor(options: DraftStoreOptions) {
		this.options = options;
		this.board = options.board;
		this.over = options.over;
		this.kept = new KeptDocument({
			socket: options.board.socket,
			name: documentName({ kind: 'draft', draftId: options.draftId }),
			onStanding: (standing) => (this.documentStanding = standing)
		});
		const { provider } = this.kept;
		const entries = this.map;
		entries.observe(({ keysChanged }) => {
			for (const key of keysChanged) {
				if (entries.has(key)) this.entries.set(key, entries.get(key));
				else this.entries.delete(key);
			}
		});
		provider.on('stateless', ({ payload }: { payload: string }) => this.hear(payload));
		provider.awareness?.on('change', () => this.takePresence());
		this.board.drafted = this;
	}

	/** Why the document was refused; `null`: it was not. */
	get refusedReason(): string | null {
		return this.standing === 'refused' ? this.kept.reason : null;
	}

	destroy(): void {
		if (this.board.drafted === this) this.board.drafted = null;
		this.kept.destroy();
	}

	say(presence: Record<string, unknown>): void {
		for (const [field, value] of Object.entries(presence)) {
			this.kept.provider.setAwarenessField(field, value);
		}
	}

	/** A card was dropped on the board. */
	take(wish: NewIntent): null {
		for (const part of partsOf({ ...wish, id: '', madeAt: 0 } as Intent)) {
			if (part.kind === 'move') this.takeMove(part);
		}
		return null;
	}

	/** Drafts a visit somewhere else; back where it lies on the real day there is nothing to be changed. */
	move(id: string, to: DraftPlace): void {
		const from = this.livePlace(id);
		if (!from) return;
		const isWaiting = this.board.appointments.get(id)?.status === 'needs-review';
		if (isSamePlace(from.place, to) && !isWaiting) this.putBack(id);
		else this.put(id, { ...this.about(from), kind: 'move', to: placeOf(to) });
	}

	/** It loses its time: somebody calls the patient. */
	toReview(id: string): void {
		const from = this.livePlace(id);
		if (from) this.put(id, { ...this.about(from), kind: 'review' });
	}

	/** Nothing of it is changed any more: a visit, or a doctor's absence. */
	putBack(key: string): void {
		this.remove(key);
	}

	/** Takes a doctor's day from now on. @returns whether anything was left of it */
	takeAway(practitionerId: string): boolean {
		const spans = awaySpans(this.board, practitionerId, Date.now());
		if (spans.length === 0) return false;
		this.put(practitionerId, { kind: 'away', by: this.options.author, spans });
		return true;
	}

	/** The nearest other places of a visit on the drafted day. */
	nearest(id: string): DraftPlace[] {
		const wanted = this.wantedPlace(id);
		if (!wanted) return [];
		const shown = this.day.appointments.get(id);
		return nearestPlaces(id, wanted, this.search).filter(
			(place) => this.conflicts.has(id) || !shown || !isSamePlace(shown, place)
		);
	}

	/** Finds a place for each of the visits that need one. @returns for how many there was one */
	placeAll(): number {
		const places = placesForAll(this.day.unplaced, this.search);
		this.kept.document.transact(() => {
			for (const [id, place] of places) this.move(id, place);
		});
		return places.size;
	}

	/** Removes what cannot be read. */
	removeUnreadable(): void {
		const known = new Set([...this.draft.visits.keys(), ...this.draft.away.keys()]);
		this.kept.document.transact(() => {
			for (const key of [...this.map.keys()]) if (!known.has(key)) this.map.delete(key);
		});
	}

	/** Asks for all of it to be done, as it is shown now. */
	carryOut(): void {
		const parts = this.parts();
		this.forgetCommit();
		this.commitId = this.board.wishes.submit({
			...{ kind: 'together', parts },
			draftId: this.options.draftId
		});
	}

	/** Somebody has read why it could not be carried out. */
	forgetCommit(): void {
		if (this.commitId !== null) this.board.wishes.dismiss(this.commitId);
		this.commitId = null;
	}

	parts(): Part[] {
		return partsOfDraft(this.draft, this.board, this.options.clinicId);
	}

	/** Where a visit lies on the real day, and what is known of it. */
	livePlace(id: string): { place: DraftPlace; revision: number } | null {
		const row = this.board.appointments.get(id);
		return row ? { place: placeOf(row), revision: row.revision } : null;
	}

	private get map() {
		return this.kept.document.getMap<unknown>(CHANGES_MAP);
	}

	private get search(): PlaceSearch {
		return {
			...{ board: this.index, people: this.board.people },
			away: new Set(this.draft.away.keys()),
			notBefore: Date.now()
		};
	}

	/** Near which a place is looked for: where it was drafted, or where it lies. */
	private wantedPlace(id: string): DraftPlace | null {
		const change = this.draft.visits.get(id);
		if (change?.kind === 'move') return change.to;
		return this.livePlace(id)?.place ?? null;
	}

	private takeMove({ appointmentId, changes }: Extract<Part, { kind: 'move' }>): void {
		const shown = this.day.appointments.get(appointmentId);
		if (!shown) return;
		this.move(appointmentId, {
			startsAt: changes.startsAt ?? shown.startsAt,
			practitionerId: changes.practitionerId ?? shown.practitionerId,
			roomId: changes.roomId ?? shown.roomId
		});
	}

	private about({ place, revision }: { place: DraftPlace; revision: number }): {
		by: VisitChange['by'];
		from: DraftPlace;
		basedOnRevision: number;
	} {
		return { by: this.options.author, from: place, basedOnRevision: revision };
	}

	private put(key: string, change: DraftChange): void {
		if (!this.isEditable) return;
		if (!this.map.has(key) && this.map.size >= MAX_CHANGES) {
			this.told = `A draft holds ${MAX_CHANGES} changes at the most.`;
			return;
		}
		this.forgetRefused(key);
		this.map.set(key, change);
	}

	private remove(key: string): void {
		if (!this.isEditable) return;
		this.forgetRefused(key);
		this.map.delete(key);
	}

	/** What the server said of it was said of another place. */
	private forgetRefused(key: string): void {
		if (this.commit?.state === 'refused' && this.refused.has(key)) this.forgetCommit();
	}

	private hear(payload: string): void {
		const message = JSON.parse(payload) as DraftOver | { type: string };
		if (message.type === 'draft-over') this.over = message as DraftOver;
	}

	private takePresence(): void {
		const { awareness } = this.kept.provider;
		if (awareness) this.others = colleaguesIn(awareness.getStates(), awareness.clientID);
	}
}
