/** The whole way of a draft: two people draft forty visits, one carries it out, and a third watches the board. */
import { expect, it } from 'vitest';
import {
	documentName,
	INTENTS_MAP,
	type AppointmentRow,
	type BlockRow,
	type ClinicRow
} from '#domain/board/documents.ts';
import type { BoardIndex } from '#domain/board/situation.ts';
import { openDraft } from '#domain/drafts/commands.ts';
import { readDraft, type DraftChange } from '#domain/drafts/draft-change.ts';
import { draftedDay } from '#domain/drafts/drafted-day.ts';
import { partsOfDraft } from '#domain/drafts/draft-parts.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import type { IntentOf } from '#domain/scheduling/intents.ts';
import type { Verdict } from '#domain/scheduling/verdict.ts';
import type * as Y from 'yjs';
import { bookingOf, sessionFactory, staffFactory } from '../factories/clinic-factory.ts';
import { Drafter } from '../support/drafter.ts';
import { useSyncClinic } from '../support/sync-clinic.ts';
import { until } from '../support/until.ts';
import { watchBoard } from '../support/watched-board.ts';

const CARDS = 40;
const DOCTORS = 4;
const DATE = '2040-03-05';
const NINE = Date.UTC(2040, 2, 5, 9);
const at = useSyncClinic({ practitioners: DOCTORS + 1, rooms: DOCTORS + 1, patients: CARDS + 1 });

const startOf = (card: number) => NINE + Math.floor(card / DOCTORS) * 20 * 60_000;
const placeOf = (card: number) => ({
	startsAt: startOf(card),
	practitionerId: at.clinic.practitionerIds[card % DOCTORS]!,
	roomId: at.clinic.roomIds[card % DOCTORS]!
});

/** A board document as the rules read it. */
function indexOf(document: Y.Doc): BoardIndex {
	const mapOf = <T>(name: string) => new Map(document.getMap<T>(name));
	return {
		clinic: document.getMap<ClinicRow>('clinic').get('clinic')!,
		practitioners: mapOf('practitioners'),
		...{ rooms: mapOf('rooms'), support: mapOf('support'), services: mapOf('services') },
		appointments: mapOf<AppointmentRow>('appointments'),
		...{ blocks: mapOf<BlockRow>('blocks'), offers: mapOf('offers') }
	};
}

it('forty cards change places at once on every board, or none does and the one that cannot is named', async () => {
	const { clinic, fresh } = at;
	const cards: string[] = [];
	for (let card = 0; card < CARDS; card++) {
		const doctor = card % DOCTORS;
		const booking = { practitioner: doctor, room: doctor, patient: card };
		const intent = bookingOf(clinic, { ...booking, startsAt: startOf(card) });
		await carryOut(fresh.database, clinic.receptionist, intent);
		cards.push(intent.appointmentId);
	}
	const made = await openDraft(fresh.database, clinic.receptionist, {
		...{ id: crypto.randomUUID(), clinicId: clinic.clinicId, date: DATE, title: 'All later' }
	});
	if (!made.ok) throw new Error(made.refusal.code);
	const draftId = made.value.id;
	const colleague = await staffFactory(fresh.database, clinic, { role: 'receptionist' });
	const theirs = at.connect(await sessionFactory(fresh.database, colleague));
	const mine = at.connect();
	const [one, two] = [await Drafter.at(mine, draftId), await Drafter.at(theirs, draftId)];
	const board = await at.connect().openBoard(clinic.clinicId, DATE);
	const watched = watchBoard(board.document);

	// Each drafts half of it, at the same time: every card to where another one lies.
	for (const [card, id] of cards.entries()) {
		const { userId, name } = card % 2 === 0 ? clinic.receptionist : colleague;
		const change: DraftChange = {
			...{ kind: 'move', by: { userId, name }, basedOnRevision: 1 },
			...{ from: placeOf(card), to: placeOf((card + 5) % CARDS) }
		};
		(card % 2 === 0 ? one : two).map.set(id, change);
	}
	await Promise.all([one.shows('saved'), two.shows('saved')]);
	await until(() => one.map.size === CARDS && two.map.size === CARDS, 'both have all of it');
	const shownBy = (drafter: Drafter) =>
		draftedDay(indexOf(board.document), new Map(), readDraft(Object.entries(drafter.content)));
	expect(shownBy(one).conflicts).toEqual([]);

	const desk = { kind: 'desk', userId: clinic.receptionist.userId, deviceId: crypto.randomUUID() };
	const verdicts: Verdict[] = [];
	const provider = await mine.mustOpen(
		documentName({ ...desk, kind: 'desk' }),
		undefined,
		(opening) =>
			opening.on('stateless', ({ payload }: { payload: string }) => {
				verdicts.push((JSON.parse(payload) as { verdict: Verdict }).verdict);
			})
	);
	const commit = async () => {
		const draft = readDraft(Object.entries(one.content));
		const intent: IntentOf<'together'> = {
			...{ kind: 'together', id: crypto.randomUUID(), madeAt: Date.now(), draftId },
			parts: partsOfDraft(draft, indexOf(board.document), clinic.clinicId)
		};
		const { length } = verdicts;
		provider.document.getMap(INTENTS_MAP).set(intent.id, intent);
		await until(() => verdicts.length > length, 'there is a verdict');
		return verdicts.at(-1)!;
	};
	const places = () =>
		cards.map((id) => {
			const row = board.document.getMap<AppointmentRow>('appointments').get(id)!;
			return [row.startsAt, clinic.practitionerIds.indexOf(row.practitionerId)];
		});
	const before = places();

	// Somebody is booked where the last card is to go: with a doctor whom nobody drafted.
	const lost = cards[17]!;
	const taken = bookingOf(clinic, {
		...{ startsAt: startOf(39), practitioner: DOCTORS, room: DOCTORS, patient: CARDS }
	});
	await carryOut(fresh.database, clinic.receptionist, taken);
	await until(() => indexOf(board.document).appointments.has(taken.appointmentId), 'it is shown');
	const entry = one.map.get(lost) as DraftChange & { kind: 'move' };
	const nowhere = { ...placeOf(39), practitionerId: clinic.practitionerIds[DOCTORS]! };
	one.map.set(lost, {
		...entry,
		by: { userId: clinic.receptionist.userId, name: clinic.receptionist.name },
		to: { ...nowhere, roomId: clinic.roomIds[DOCTORS]! }
	});
	await until(() => shownBy(two).conflicts.length === 1, 'the other one sees the conflict');
	expect(shownBy(two).conflicts).toMatchObject([
		{ key: lost, refusal: { code: 'practitioner-busy' } }
	]);
	expect(await commit()).toMatchObject({
		outcome: 'refused',
		refusal: {
			code: 'some-refused',
			parts: [{ subjectId: lost, refusal: { code: 'practitioner-busy' } }]
		}
	});
	expect(places()).toEqual(before);
	expect([one.told, two.told]).toEqual([[], []]);

	one.map.set(lost, { ...entry, to: placeOf(22) });
	await one.shows('saved');
	expect(await commit()).toMatchObject({ outcome: 'accepted' });
	const after = cards.map((_, card) => [startOf((card + 5) % CARDS), (card + 5) % DOCTORS]);
	await until(() => JSON.stringify(places()) === JSON.stringify(after), 'the board follows');
	for (const drafter of [one, two]) {
		await until(() => drafter.told.length === 1, 'both are told');
	}
	expect(watched.broken()).toEqual([]);
});
