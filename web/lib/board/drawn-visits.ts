/** The visits of a board as they are drawn: the server's rows with this person's own wishes laid over them. */
import type { AppointmentRow, PersonRow, ServiceRow } from '#domain/board/documents.ts';
import { subjectIdOf } from '#domain/scheduling/intents.ts';
import { visitFrom, type Visit } from './visit.ts';
import type { Wishes } from './wishes.svelte.ts';

export interface DrawnFrom {
	appointments: ReadonlyMap<string, AppointmentRow>;
	people: ReadonlyMap<string, PersonRow>;
	services: ReadonlyMap<string, ServiceRow>;
	wishes: Pick<Wishes, 'pending' | 'takenBack' | 'personOf'>;
	/** A desk is one for all boards: what is asked for on another day is not drawn here. */
	isOnThisDay(visit: Visit): boolean;
}

export class DrawnVisits {
	/** Those drawn last, so that those which did not change stay the same objects. */
	private drawn = new Map<string, { from: unknown[]; visit: Visit }>();
	private readonly source: DrawnFrom;

	constructor(source: DrawnFrom) {
		this.source = source;
	}

	draw(): Visit[] {
		const { appointments, people, services, wishes, isOnThisDay } = this.source;
		const parts = [...wishes.pending.values()].flatMap(({ intent, parts }) =>
			wishes.takenBack.has(intent.id) ? [] : parts
		);
		const wished = Map.groupBy(
			parts.filter(({ part }) => 'appointmentId' in part),
			({ part }) => subjectIdOf(part)
		);
		const service = (serviceId: string) => services.get(serviceId);
		const drawn = new Map<string, { from: unknown[]; visit: Visit }>();
		for (const id of new Set([...appointments.keys(), ...wished.keys()])) {
			const row = appointments.get(id) ?? null;
			const person = people.get(id) ?? wishes.personOf(id);
			const own = wished.get(id) ?? [];
			const from = [row, person, ...own];
			const before = this.drawn.get(id);
			const same =
				before?.from.length === from.length && before.from.every((part, i) => part === from[i]);
			const visit = same ? before!.visit : visitFrom(id, row, person, own, service);
			if (visit && (row !== null || isOnThisDay(visit))) drawn.set(id, { from, visit });
		}
		this.drawn = drawn;
		return [...drawn.values()].map(({ visit }) => visit);
	}
}
