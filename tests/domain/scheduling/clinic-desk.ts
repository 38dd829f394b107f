/** What the tests of the command path have in common: a clinic, a day of its own for each test, and short words. */
import { carryOut, type CarryOutOptions } from '#domain/scheduling/commands.ts';
import type { Intent, Part } from '#domain/scheduling/intents.ts';
import { MINUTE_MS } from '#domain/scheduling/intervals.ts';
import type { Verdict } from '#domain/scheduling/verdict.ts';
import type { Actor } from '#domain/access/actor.ts';
import { bookingOf, type Booking, type Clinic } from '../../factories/clinic-factory.ts';
import type { FreshDatabase } from '../../support/test-postgres.ts';

/** Before all the days of the tests. */
export const NOW = Date.UTC(2027, 0, 1);

export const at = (midnight: number, hour: number, minute = 0) =>
	midnight + (hour * 60 + minute) * MINUTE_MS;

export const refusedWith = (code: string) => ({ outcome: 'refused', refusal: { code } });
export const ACCEPTED = { outcome: 'accepted' };

/** So many days of winter are left: no file needs as many, and each has a clinic of its own. */
const WINTER_DAYS = 80;
let day = 0;
/** Midnight of the next day that no test has used; London is at UTC then. */
export const nextDay = () => Date.UTC(2027, 0, 4 + (day++ % WINTER_DAYS));

export function deskOf(fresh: FreshDatabase, clinic: Clinic) {
	const perform = (
		part: Part,
		actor: Actor = clinic.receptionist,
		options: CarryOutOptions = {}
	): Promise<Verdict> => {
		const intent = { id: crypto.randomUUID(), madeAt: 0, ...part } as Intent;
		return carryOut(fresh.database, actor, intent, { now: NOW, ...options });
	};
	const together = (parts: Part[], actor: Actor = clinic.receptionist): Promise<Verdict> =>
		carryOut(
			fresh.database,
			actor,
			{ id: crypto.randomUUID(), madeAt: 0, kind: 'together', parts },
			{ now: NOW }
		);
	return {
		perform,
		together,
		/** A booking without its envelope. */
		booking: (booking: Booking): Extract<Part, { kind: 'book' }> => {
			const { id: _, madeAt: __, ...part } = bookingOf(clinic, booking);
			return part;
		},
		/** Books and gives the visit's id. */
		async booked(booking: Booking): Promise<string> {
			const intent = bookingOf(clinic, booking);
			const verdict = await perform(intent);
			if (verdict.outcome !== 'accepted') throw new Error(JSON.stringify(verdict));
			return intent.appointmentId;
		}
	};
}
