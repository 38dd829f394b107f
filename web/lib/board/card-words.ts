/** What a screen reader says of a card. */
import { blockOver } from './blocked.ts';
import type { BoardStore } from './board-store.svelte.ts';
import type { Visit } from './visit.ts';
import { spanWords } from './words.ts';

export function visitLabel(store: BoardStore, visit: Visit): string {
	return [
		spanWords(visit.startsAt, visit.durationMinutes, store.zone),
		visit.person?.name ?? 'Patient',
		store.services.get(visit.serviceId)?.name,
		store.options.statusLabels[visit.status].label,
		visit.newPatient ? 'new patient' : 'established patient',
		visit.source === 'online' ? 'booked online' : '',
		visit.overridden ? 'rules set aside' : '',
		blockOver(store.shownBlocks.values(), visit) ? 'in blocked time' : '',
		visit.repeats ? 'one of several' : '',
		visit.walkIn ? 'walk-in' : '',
		visit.confirmedAt ? (visit.confirmedBy ? 'confirmed' : 'confirmed by the patient') : '',
		...whereWords(store, visit),
		visit.state === 'pending' ? 'sending, not confirmed yet' : '',
		visit.state === 'refused' ? 'change refused' : ''
	]
		.filter(Boolean)
		.join(', ');
}

/** @returns `AN` for Anna Nowak */
export function initialsOf(name: string): string {
	return name
		.split(' ')
		.map((word) => word[0])
		.slice(0, 2)
		.join('');
}

/** @param members at least one */
export function groupLabel(store: BoardStore, members: readonly Visit[]): string {
	const [first] = members;
	if (!first) return '';
	return [
		spanWords(first.startsAt, first.durationMinutes, store.zone),
		store.services.get(first.serviceId)?.name,
		`group, ${placesWords(store, members)}`,
		...whereWords(store, first),
		members.some(({ state }) => state === 'pending') ? 'sending, not confirmed yet' : '',
		members.some(({ state }) => state === 'refused') ? 'change refused' : ''
	]
		.filter(Boolean)
		.join(', ');
}

/** @returns `3 of 8`; more than there are when the service was given fewer places since */
export function placesWords(store: BoardStore, members: readonly Visit[]): string {
	const places = store.services.get(members[0]?.serviceId ?? '')?.places ?? members.length;
	return `${members.length} of ${places}`;
}

function whereWords(store: BoardStore, visit: Visit) {
	return [store.practitioners.get(visit.practitionerId)?.name, store.rooms.get(visit.roomId)?.name];
}
