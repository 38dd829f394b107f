/** Writing down what was refused: each attempt, until somebody's attempts are too many to be told apart. */
import type { Database } from '../../../db/database.ts';
import type { Actor } from '../actor.ts';
import type { AuditEntry } from '../audit-entry.ts';
import { auditAlone } from './audit.ts';

/** Of one session; nobody is refused this often by hand. */
export const REFUSALS_PER_MINUTE = 60;
const MINUTE_MS = 60_000;

export type RefusedAttempt = Omit<AuditEntry, 'kind'>;

/** What one session was refused in the minute under way. */
interface Minute {
	actor: Actor;
	written: number;
	/** Beyond what is written one by one. */
	more: number;
	timer: NodeJS.Timeout;
}

/** One of each process. */
export class Refusals {
	private readonly database: Database;
	private readonly onFault: (fault: unknown) => void;
	private readonly perMinute: number;
	private readonly minuteMs: number;
	/** By session; forgotten when its minute is over. */
	private readonly minutes = new Map<string, Minute>();

	/** @param options.onFault told when something could not be written; whoever was refused stays refused */
	constructor(
		database: Database,
		options: { onFault: (fault: unknown) => void; perMinute?: number; minuteMs?: number }
	) {
		this.database = database;
		this.onFault = options.onFault;
		this.perMinute = options.perMinute ?? REFUSALS_PER_MINUTE;
		this.minuteMs = options.minuteMs ?? MINUTE_MS;
	}

	/**
	 * Writes an attempt down; a loop's attempts become one row with their number at the end of the minute.
	 * Resolves when it is written. Never throws.
	 */
	async note(actor: Actor, attempt: RefusedAttempt): Promise<void> {
		const minute = this.minuteOf(actor);
		if (minute.written >= this.perMinute) {
			minute.more++;
			return;
		}
		minute.written++;
		await this.write(actor, attempt);
	}

	/** Writes down what is only counted so far. */
	async close(): Promise<void> {
		await Promise.all([...this.minutes.keys()].map((key) => this.end(key)));
	}

	private minuteOf(actor: Actor): Minute {
		const key = actor.sessionId ?? actor.userId;
		const known = this.minutes.get(key);
		if (known) return known;
		const timer = setTimeout(() => void this.end(key), this.minuteMs);
		timer.unref();
		const minute: Minute = { actor, written: 0, more: 0, timer };
		this.minutes.set(key, minute);
		return minute;
	}

	private async end(key: string): Promise<void> {
		const minute = this.minutes.get(key);
		this.minutes.delete(key);
		if (!minute) return;
		clearTimeout(minute.timer);
		if (minute.more > 0) await this.write(minute.actor, { detail: { more: minute.more } });
	}

	private async write(actor: Actor, attempt: RefusedAttempt): Promise<void> {
		try {
			await auditAlone(this.database, actor, { ...attempt, kind: 'refused' });
		} catch (fault) {
			this.onFault(fault);
		}
	}
}
