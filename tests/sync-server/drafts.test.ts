/** Drafts that several people have open: what is in them, who put it there, and what becomes of them once they are over. */
import pg from 'pg';
import * as Y from 'yjs';
import { describe, expect, it } from 'vitest';
import { documentName } from '#domain/board/documents.ts';
import { dropDraft, openDraft } from '#domain/drafts/commands.ts';
import { readDraft, type DraftChange } from '#domain/drafts/draft-change.ts';
import { CHANGES_MAP } from '#domain/drafts/draft-document.ts';
import { readKept } from '#domain/kept-documents/queries.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import { bookingOf, sessionFactory, staffFactory } from '../factories/clinic-factory.ts';
import { Drafter } from '../support/drafter.ts';
import { useSyncClinic } from '../support/sync-clinic.ts';
import { until } from '../support/until.ts';

const at = useSyncClinic({ patients: 12, practitioners: 3, rooms: 3 });
const MINUTE_MS = 60_000;

let days = 0;
async function newDraft(): Promise<{ draftId: string; midnight: number }> {
	const midnight = Date.UTC(2040, 1, 1 + days++);
	const made = await openDraft(at.fresh.database, at.clinic.receptionist, {
		...{ id: crypto.randomUUID(), clinicId: at.clinic.clinicId, title: 'Tried out' },
		date: new Date(midnight).toISOString().slice(0, 10)
	});
	if (!made.ok) throw new Error(made.refusal.code);
	return { draftId: made.value.id, midnight };
}

const opened = (draftId: string, token?: string) => Drafter.at(at.connect(token), draftId);

const me = () => ({ userId: at.clinic.receptionist.userId, name: at.clinic.receptionist.name });
const moveOf = (midnight: number, by = me()): DraftChange => {
	const place = {
		practitionerId: at.clinic.practitionerIds[0]!,
		roomId: at.clinic.roomIds[0]!
	};
	return {
		...{ kind: 'move', by, basedOnRevision: 1 },
		from: { ...place, startsAt: midnight + 9 * 60 * MINUTE_MS },
		to: { ...place, startsAt: midnight + 10 * 60 * MINUTE_MS }
	};
};

async function storedContent(draftId: string): Promise<Record<string, unknown>> {
	const stored = await readKept(at.fresh.database, {
		...{ organizationId: at.clinic.organizationId, name: { kind: 'draft', draftId } }
	});
	if (stored === null || stored === 'unreadable') return {};
	const document = new Y.Doc();
	Y.applyUpdate(document, stored.state);
	return document.getMap(CHANGES_MAP).toJSON();
}

async function colleague() {
	const actor = await staffFactory(at.fresh.database, at.clinic, { role: 'clinic-administrator' });
	return { actor, token: await sessionFactory(at.fresh.database, actor) };
}

describe('a draft', () => {
	it('is the same for two who change it at once, and is stored before it shows that it is saved', async () => {
		const { draftId, midnight } = await newDraft();
		const { actor, token } = await colleague();
		const [one, two] = [await opened(draftId), await opened(draftId, token)];
		const [mine, theirs, both] = [1, 2, 3].map(() => crypto.randomUUID());
		const byThem = { userId: actor.userId, name: actor.name };
		one.map.set(mine!, moveOf(midnight));
		two.map.set(theirs!, moveOf(midnight, byThem));
		one.map.set(both!, moveOf(midnight));
		two.map.set(both!, moveOf(midnight, byThem));
		expect([one.kept.standing, two.kept.standing]).toEqual(['saving', 'saving']);
		await one.shows('saved');
		expect(Object.keys(await storedContent(draftId))).toContain(mine);
		await two.shows('saved');
		await until(
			() => one.map.size === 3 && JSON.stringify(sorted(one)) === JSON.stringify(sorted(two)),
			'both have the same'
		);
		expect(await storedContent(draftId)).toEqual(one.content);
		expect(readDraft(Object.entries(one.content)).unreadable).toEqual([]);
		// Whoever comes later finds it.
		const late = await opened(draftId);
		expect(late.content).toEqual(one.content);
	});

	it('names whoever put an entry there, whatever the entry says', async () => {
		const { draftId, midnight } = await newDraft();
		const { actor, token } = await colleague();
		const [liar, witness] = [await opened(draftId, token), await opened(draftId)];
		const id = crypto.randomUUID();
		const seen: unknown[] = [];
		witness.map.observe(() => seen.push((witness.map.get(id) as DraftChange).by));
		liar.map.set(id, moveOf(midnight, me()));
		await until(() => seen.length > 0, 'the entry arrives');
		await until(
			() => (liar.map.get(id) as DraftChange).by.userId === actor.userId,
			'also with whoever wrote it'
		);
		expect(seen).toEqual([{ userId: actor.userId, name: actor.name }]);
		await liar.shows('saved');
		expect(await storedContent(draftId)).toMatchObject({ [id]: { by: { userId: actor.userId } } });
	});

	it('takes in what is no entry, which every browser shows as such', async () => {
		const { draftId } = await newDraft();
		const [one, two] = [await opened(draftId), await opened(draftId)];
		const values = [null, 7, 'x', [1], { kind: 'move' }, { by: 3 }];
		for (const [i, value] of values.entries()) one.map.set(`key ${i}`, value);
		await one.shows('saved');
		await until(() => two.map.size === values.length, 'all arrive');
		const read = readDraft(Object.entries(two.content));
		expect([read.visits.size, read.away.size, read.unreadable.length]).toEqual([
			0,
			0,
			values.length
		]);
		// The server goes on.
		one.map.clear();
		await until(() => two.map.size === 0, 'and all go');
	});

	it('has no other shared types than its own', async () => {
		const { draftId } = await newDraft();
		const one = await opened(draftId);
		one.kept.document.getMap('appointments').set('x', 1);
		await one.shows('refused');
		expect(await storedContent(draftId)).toEqual({});
	});
});

describe('who has a draft open', () => {
	it('is said by the server, with what they hold', async () => {
		const { draftId, midnight } = await newDraft();
		const { actor, token } = await colleague();
		const [one, two] = [await opened(draftId), await opened(draftId, token)];
		const drag = {
			...{ appointmentId: crypto.randomUUID(), practitionerId: at.clinic.practitionerIds[0]! },
			...{ roomId: at.clinic.roomIds[0]!, startsAt: midnight, durationMinutes: 20 }
		};
		two.kept.provider.setAwarenessField('drag', drag);
		const seen = () => one.present.find(({ user }) => user?.userId === actor.userId);
		await until(() => 'drag' in (seen() ?? {}) && seen(), 'what is held is seen');
		expect(seen()).toMatchObject({ user: { userId: actor.userId, name: actor.name }, drag });
	});

	it('cannot be somebody else', async () => {
		const { draftId } = await newDraft();
		const { token } = await colleague();
		const [one, two] = [await opened(draftId), await opened(draftId, token)];
		two.kept.provider.setAwarenessField('user', { ...me(), colorIndex: 1 });
		await two.shows('refused');
		const asMe = one.present.filter(({ user }) => user?.userId === me().userId);
		expect(asMe.length).toBeLessThanOrEqual(1);
	});
});

describe('a draft that is over', () => {
	it.each(['committed', 'dropped'] as const)(
		'is told to all who have it open, and takes no more: %s',
		async (state) => {
			const { draftId, midnight } = await newDraft();
			const { actor, token } = await colleague();
			const booking = bookingOf(at.clinic, { startsAt: midnight + 9 * 60 * MINUTE_MS });
			await carryOut(at.fresh.database, at.clinic.receptionist, booking);
			const [one, two] = [await opened(draftId), await opened(draftId, token)];
			one.map.set(booking.appointmentId, moveOf(midnight));
			await one.shows('saved');
			if (state === 'dropped') await dropDraft(at.fresh.database, actor, draftId);
			else {
				const verdict = await carryOut(at.fresh.database, actor, {
					...{ kind: 'together', id: crypto.randomUUID(), madeAt: 0, draftId },
					parts: [
						{
							...{ kind: 'move', appointmentId: booking.appointmentId, basedOnRevision: 1 },
							changes: { startsAt: midnight + 10 * 60 * MINUTE_MS }
						}
					]
				});
				expect(verdict).toMatchObject({ outcome: 'accepted' });
			}
			for (const drafter of [one, two]) {
				await until(() => drafter.told.length > 0, 'both are told');
				expect(drafter.told).toMatchObject([{ state, by: actor.name }]);
			}
			const before = await storedContent(draftId);
			one.map.set(crypto.randomUUID(), moveOf(midnight));
			await one.shows('refused');
			expect(await storedContent(draftId)).toEqual(before);
			// It is still there to be looked at.
			const late = await opened(draftId);
			expect([late.kept.isReadOnly, Object.keys(late.content)]).toEqual([
				true,
				[booking.appointmentId]
			]);
		}
	);

	it('stays open to be read, also where nobody was told that it ended', async () => {
		const { draftId } = await newDraft();
		const one = await opened(draftId);
		let closed = 0;
		one.kept.provider.on('close', () => closed++);
		// As another server does it, whose word is lost.
		const owner = new pg.Client(at.fresh.ownerUrl);
		await owner.connect();
		await owner.query(
			`UPDATE drafts SET state = 'dropped', ended_by = $2, ended_at = now() WHERE id = $1`,
			[draftId, at.clinic.receptionist.userId]
		);
		await owner.end();
		await until(() => one.told.length > 0, 'it is told of at the next review');
		expect(one.told).toMatchObject([{ state: 'dropped', by: at.clinic.receptionist.name }]);
		expect(closed).toBe(0);
		// Whoever comes later hears it as well.
		const late = await opened(draftId);
		await until(() => late.told.length > 0, 'whoever opens it is told');
		expect(late.told).toMatchObject([{ state: 'dropped' }]);
	});

	it('is opened by nobody who may not move everybody’s visits, open or not', async () => {
		const { draftId } = await newDraft();
		const doctor = await staffFactory(at.fresh.database, at.clinic, {
			...{ role: 'doctor', practitionerId: at.clinic.practitionerIds[0]! }
		});
		const token = await sessionFactory(at.fresh.database, doctor);
		const name = documentName({ kind: 'draft', draftId });
		expect(await at.connect(token).open(name)).toBe('forbidden');
		const unknown = documentName({ kind: 'draft', draftId: crypto.randomUUID() });
		expect(await at.connect().open(unknown)).toBe('not-found');
	});
});

const sorted = ({ content }: Drafter) =>
	Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1));
