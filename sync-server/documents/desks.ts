/**
 * Desks: what one person on one device wants done. Intents are judged one by one in the order in which they were
 * made; the verdict goes to every window of that desk. The server reads a desk and never writes it.
 */
import type { Document } from '@hocuspocus/server';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Database } from '#db/database.ts';
import type { Actor } from '#domain/access/actor.ts';
import type { Refusals } from '#domain/access/commands/refusals.ts';
import { keepSession } from '#domain/access/commands/devices.ts';
import type { ChangedKind } from '#domain/board/feed.ts';
import { INTENTS_MAP } from '#domain/board/documents.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import { intentSchema, partsOf, subjectIdOf } from '#domain/scheduling/intents.ts';
import { verdictsOf } from '#domain/scheduling/queries.ts';
import type { Verdict } from '#domain/scheduling/verdict.ts';
import { verdictCount } from '../metrics.ts';
import { refusedIntent } from './traces.ts';

/** Nobody makes this many changes before a verdict comes, not even in a day without a line. */
export const MAX_INTENTS = 500;

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 10_000;
const KEEP_EVERY_MS = 60_000;

/** The one message that a desk's browser sends beside its document. */
const askMessage = z.object({
	type: z.literal('ask'),
	intentIds: z.array(z.string().max(255)).max(MAX_INTENTS)
});

type CommittedListener = (organizationId: string, kind: ChangedKind, id: string) => void;

class Desk {
	/** Ids that have their verdict, or are getting it. */
	readonly judged = new Set<string>();
	working = false;
	/** When its author's session was extended last (epoch milliseconds). */
	keptAt = 0;
	/** Whoever opened the desk; all its connections are this person's. */
	actor: Actor;

	constructor(actor: Actor) {
		this.actor = actor;
	}
}

export class Desks {
	private readonly desks = new WeakMap<Document, Desk>();
	private readonly database: Database;
	private readonly log: Logger;
	private readonly refusals: Refusals;
	private readonly onCommitted: CommittedListener;

	/**
	 * @param options.onCommitted told right after COMMIT: our own boards need not wait for the word to come round by
	 *   way of PostgreSQL
	 */
	constructor(options: {
		database: Database;
		refusals: Refusals;
		log: Logger;
		onCommitted: CommittedListener;
	}) {
		this.refusals = options.refusals;
		this.onCommitted = options.onCommitted;
		this.database = options.database;
		this.log = options.log;
	}

	/** Looks at a desk after it changed. Never throws: its caller is not awaited. */
	changed(document: Document, actor: Actor): void {
		const desk = this.desks.get(document) ?? new Desk(actor);
		desk.actor = actor;
		this.desks.set(document, desk);
		if (!desk.working) void this.work(document, desk);
	}

	/** Answers a browser that lost the line and asks what became of its intents. Never throws. */
	async asked(document: Document, actor: Actor, payload: string): Promise<void> {
		try {
			const parsed = askMessage.safeParse(JSON.parse(payload));
			if (!parsed.success) return;
			const { intentIds } = parsed.data;
			const verdicts = await verdictsOf(this.database, actor, intentIds);
			for (const verdict of verdicts) send(document, verdict);
			// A verdict that is not stored (too busy) may have been lost on the way: judge again.
			const answered = new Set(verdicts.map((verdict) => verdict.intentId));
			const desk = this.desks.get(document);
			for (const id of intentIds) if (!answered.has(id)) desk?.judged.delete(id);
			this.changed(document, actor);
		} catch (fault) {
			this.log.warn({ err: fault }, 'a desk could not be answered');
		}
	}

	private async work(document: Document, desk: Desk): Promise<void> {
		desk.working = true;
		let retryMs = FIRST_RETRY_MS;
		for (let next = nextIntent(document, desk); next; next = nextIntent(document, desk)) {
			try {
				const verdict = await this.judge(next.id, next.value, desk.actor);
				desk.judged.add(next.id);
				verdictCount.inc({ outcome: verdict.outcome });
				send(document, verdict);
				this.keep(desk);
				retryMs = FIRST_RETRY_MS;
			} catch (fault) {
				// Nothing was acknowledged and the intent is still on the desk: it waits for the database.
				this.log.error({ err: fault }, 'an intent could not be judged, trying again');
				if (document.getConnectionsCount() === 0) break;
				await new Promise((resolve) => setTimeout(resolve, retryMs));
				retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
			}
		}
		desk.working = false;
	}

	/** Whoever moves cards is there, though the browser asks for no page. */
	private keep(desk: Desk): void {
		if (Date.now() - desk.keptAt < KEEP_EVERY_MS) return;
		desk.keptAt = Date.now();
		keepSession(this.database, desk.actor).catch((fault: unknown) =>
			this.log.warn({ err: fault }, 'a session could not be extended')
		);
	}

	private async judge(id: string, value: unknown, actor: Actor): Promise<Verdict> {
		const parsed = intentSchema.safeParse(value);
		if (!parsed.success || parsed.data.id !== id) {
			const field = parsed.error?.issues[0]?.path.join('.') || 'id';
			return { intentId: id, outcome: 'refused', refusal: { code: 'invalid', field } };
		}
		const intent = parsed.data;
		const verdict = await carryOut(this.database, actor, intent);
		const attempt = refusedIntent(intent, verdict);
		if (attempt) await this.refusals.note(actor, attempt);
		if (verdict.outcome !== 'refused') {
			// What an undo changed comes round by way of PostgreSQL.
			for (const part of partsOf(intent)) {
				const kind = 'blockId' in part ? 'block' : 'appointment';
				this.onCommitted(actor.organizationId, kind, subjectIdOf(part));
			}
		}
		return verdict;
	}
}

/** Earliest first; ids decide between intents of the same millisecond, so that the order is one order. */
function nextIntent(document: Document, desk: Desk): { id: string; value: unknown } | undefined {
	const waiting = [...document.getMap(INTENTS_MAP).entries()].filter(
		([id]) => !desk.judged.has(id)
	);
	const madeAt = (value: unknown) => Number((value as { madeAt?: unknown } | null)?.madeAt) || 0;
	waiting.sort(([a, x], [b, y]) => madeAt(x) - madeAt(y) || (a < b ? -1 : 1));
	const first = waiting[0];
	return first && { id: first[0], value: first[1] };
}

function send(document: Document, verdict: Verdict): void {
	document.broadcastStateless(JSON.stringify({ type: 'verdict', verdict }));
}
