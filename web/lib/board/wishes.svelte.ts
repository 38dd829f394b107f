/** What one person asked for on this device: waiting for its verdict, accepted, or refused and not read yet. */
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { PersonRow } from '#domain/board/documents.ts';
import { MAX_AFTER, partsOf, subjectIdOf, type Intent } from '#domain/scheduling/intents.ts';
import type { Alternative, Refusal } from '#domain/scheduling/refusals.ts';
import type { Adjustment, Verdict } from '#domain/scheduling/verdict.ts';
import { pendingParts, type PendingPart } from './visit.ts';

/** An intent as the screens make it; id and time are added here. */
export type NewIntent = Intent extends infer I
	? I extends Intent
		? Omit<I, 'id' | 'madeAt'>
		: never
	: never;

/** An intent of this person and how it fares; its parts are what visits and blocks show. */
export interface PendingIntent {
	intent: Intent;
	state: PendingPart['state'];
	parts: PendingPart[];
	refusal?: Refusal;
	/** It was made without a line: its author may be busy with something else when the verdict comes. */
	isLate: boolean;
}

/** Something that was made without a line, and was done otherwise than its author could know. */
export interface AdjustedIntent {
	intent: Intent;
	adjustments: Adjustment[];
}

export interface WishesOptions {
	/** Puts an intent on the desk, from where it is judged. */
	put(intent: Intent): void;
	/** Takes it away from there. */
	drop(intentId: string): void;
	/** Whether what is made now is sent at once. */
	isLive(): boolean;
	/** Told of what this person asks for here, and of each verdict on an intent of theirs. */
	onAsked?(intent: Intent): void;
	onJudged?(intent: Intent, verdict: Verdict): void;
	/** The revision that the board shows, or `undefined` for what is not on it. */
	revisionOf(kind: 'appointment' | 'block', id: string): number | undefined;
}

export class Wishes {
	/** By intent id, in the order in which they were made. */
	readonly pending = new SvelteMap<string, PendingIntent>();
	/** Intents that carried a draft out; they stay known when the board shows all that they changed. */
	readonly drafts = new SvelteSet<string>();

	/** What is on its way back already is not laid over the rows any more. */
	takenBack: ReadonlySet<string> = $derived(
		new Set(
			[...this.pending.values()].flatMap(({ intent }) =>
				intent.kind === 'undo' ? [intent.intentId] : []
			)
		)
	);

	/** How many have no verdict. */
	waiting: number = $derived(
		[...this.pending.values()].filter(({ state }) => state === 'waiting').length
	);

	refused: PendingIntent[] = $derived(
		[...this.pending.values()].filter(({ state }) => state === 'refused')
	);

	/** What of it was made without a line: gone through in a dialogue, one after the other. */
	returned: PendingIntent[] = $derived(this.refused.filter(({ isLate }) => isLate));

	/** By intent id, until its author has read it. */
	readonly adjusted = new SvelteMap<string, AdjustedIntent>();

	private readonly options: WishesOptions;
	/** The time of the latest intent: a clock may be set back, the order in which things were done may not. */
	private lastMadeAt = 0;
	/** Whom a booking is for, until the server's row says it. Never stored: it goes with the page. */
	private readonly people = new Map<string, PersonRow>();

	constructor(options: WishesOptions) {
		this.options = options;
	}

	/**
	 * Asks for something to be done.
	 * @param person whom a new visit is for, to be shown while it is on its way
	 * @returns the intent's id
	 */
	submit(wish: NewIntent, person?: PersonRow): string {
		// $state proxies must not reach the document.
		const intent = JSON.parse(
			JSON.stringify({
				...{ ...wish, id: crypto.randomUUID() },
				madeAt: Math.max(Date.now(), this.lastMadeAt + 1)
			})
		) as Intent;
		for (const part of partsOf(intent)) {
			if (!('appointmentId' in part) || part.kind === 'book') continue;
			const unseen = this.unseenOf(part.appointmentId);
			if (unseen.length > 0) part.after = unseen;
			else delete part.after;
		}
		const about = new Set(visitIdsOf(intent));
		// New visits of one intent are one patient's.
		if (person) for (const id of about) this.people.set(id, person);
		// Whoever asks again for the same visit has read why it was refused.
		for (const [id, { intent: other, state }] of this.pending) {
			if (state === 'refused' && visitIdsOf(other).some((visit) => about.has(visit))) {
				this.dismiss(id);
			}
		}
		this.options.onAsked?.(intent);
		this.found(intent);
		this.options.put(intent);
		return intent.id;
	}

	/** The desk holds an intent: our own, another window's, or (`isFromBefore`) one from before the page was opened. */
	found(intent: Intent, isFromBefore = false): void {
		this.lastMadeAt = Math.max(this.lastMadeAt, intent.madeAt);
		if (this.pending.has(intent.id)) return;
		const isLate = isFromBefore || !this.options.isLive();
		this.pending.set(intent.id, { intent, state: 'waiting', parts: pendingParts(intent), isLate });
	}

	/**
	 * A verdict came.
	 * @returns whether the desk need not hold the intent any longer. What was made without a line and is refused stays
	 *   there until its author has decided: a page may be closed before it is read, and the verdict is asked for again.
	 */
	judged(verdict: Verdict): boolean {
		const known = this.pending.get(verdict.intentId);
		if (!known) return true;
		const { intent, isLate } = known;
		this.options.onJudged?.(intent, verdict);
		// It has no card of its own: what became of it is told where it was asked for.
		if (intent.kind === 'undo') {
			this.pending.delete(intent.id);
			return true;
		}
		const parts = pendingParts(intent, verdict);
		if (verdict.outcome === 'refused') {
			const { refusal } = verdict;
			this.pending.set(verdict.intentId, { intent, parts, state: 'refused', refusal, isLate });
			return !isLate;
		}
		if (verdict.outcome === 'adjusted' && isLate) {
			const { adjustments } = verdict;
			this.adjusted.set(intent.id, { intent, adjustments });
		}
		if (intent.kind === 'together' && intent.draftId) this.drafts.add(intent.id);
		this.pending.set(verdict.intentId, { intent, parts, state: 'accepted', isLate });
		this.forgetCarriedOut();
		return true;
	}

	/** An accepted wish is laid over the rows until they show it: no card jumps back in between. */
	forgetCarriedOut(): void {
		for (const [id, { parts, state }] of this.pending) {
			if (state === 'accepted' && parts.every((part) => this.isShown(part)))
				this.pending.delete(id);
		}
	}

	private isShown({ part, revision }: PendingPart): boolean {
		const kind = 'blockId' in part ? 'block' : 'appointment';
		const shown = this.options.revisionOf(kind, subjectIdOf(part));
		if (shown === undefined) return part.kind !== 'book' && part.kind !== 'block';
		return revision === undefined || shown >= revision;
	}

	/** Forgets what was read: a refusal, or what was otherwise than expected. */
	dismiss(intentId: string): void {
		this.pending.delete(intentId);
		this.adjusted.delete(intentId);
		this.options.drop(intentId);
	}

	/** Asks for a refused thing again, at a time that was proposed. */
	retryAt(intentId: string, { startsAt, practitionerId, roomId }: Alternative): void {
		const refused = this.pending.get(intentId);
		if (!refused) return;
		const { intent } = refused;
		this.dismiss(intentId);
		if (intent.kind === 'book') {
			const { id: _, madeAt: __, ...wish } = intent;
			this.submit({ ...wish, changes: { ...wish.changes, startsAt, practitionerId, roomId } });
		} else if (intent.kind === 'move' || intent.kind === 'resize') {
			const { appointmentId } = intent;
			const basedOnRevision = this.revisionOf(appointmentId);
			this.submit({
				...{ kind: 'move', appointmentId, basedOnRevision },
				changes: { startsAt, practitionerId, roomId }
			});
		}
	}

	/** Asks for a refused thing again, with rules set aside for a reason. */
	insist(intentId: string, override: string): void {
		const refused = this.pending.get(intentId)?.intent;
		if (!refused || !canOverride(refused)) return;
		this.dismiss(intentId);
		const { id: _, madeAt: __, ...wish } = refused;
		const person = wish.kind === 'book' ? this.people.get(wish.appointmentId) : undefined;
		const based =
			'basedOnRevision' in wish && 'appointmentId' in wish
				? { basedOnRevision: this.revisionOf(wish.appointmentId) }
				: {};
		this.submit({ ...wish, ...based, override } as NewIntent, person);
	}

	/** The revision that a change of a visit made now would be based on: the server's last that this person saw. */
	revisionOf(appointmentId: string): number {
		return this.options.revisionOf('appointment', appointmentId) ?? 1;
	}

	/** @returns own intents about a visit, whose effect the server's row does not show yet */
	private unseenOf(appointmentId: string): string[] {
		return [...this.pending.values()]
			.filter(
				({ intent, state }) => state !== 'refused' && visitIdsOf(intent).includes(appointmentId)
			)
			.map(({ intent }) => intent.id)
			.slice(-MAX_AFTER);
	}

	/** @returns whom a booking of ours is for. */
	personOf(appointmentId: string): PersonRow | null {
		return this.people.get(appointmentId) ?? null;
	}
}

const canOverride = ({ kind }: Intent) => kind === 'book' || kind === 'move' || kind === 'resize';

/** @returns the visits that an intent is about */
export function visitIdsOf(intent: Intent): string[] {
	return partsOf(intent).flatMap((part) => ('appointmentId' in part ? [part.appointmentId] : []));
}
