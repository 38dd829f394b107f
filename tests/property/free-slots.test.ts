import { expect, it } from 'vitest';
import { createRandom } from '#db/demo/random.ts';
import { freeSlotsOn } from '#domain/availability/free-slots.ts';
import { randomClinic } from './random-clinic.ts';
import { slotOracle } from './slot-oracle.ts';

/** `npm run property` tries 500. */
const CLINICS = Math.min(500, Number(process.env.DAYBOARD_SEQUENCES ?? 150));
const SEED = process.env.DAYBOARD_SEED ?? 'free slots';

it(
	`agrees with a search minute by minute on ${CLINICS} random clinics (seed "${SEED}")`,
	{ timeout: 300_000 },
	() => {
		const random = createRandom(SEED);
		const found = { one: 0, several: 0 };
		for (let clinic = 0; clinic < CLINICS; clinic++) {
			const { day, wish } = randomClinic(random);
			const oracle = slotOracle(day, wish);
			const { slots } = freeSlotsOn(day, wish);
			const starts = slots.map(({ startsAt, practitionerId }) => `${startsAt}/${practitionerId}`);
			expect([clinic, starts.toSorted()]).toEqual([clinic, oracle.starts().sort()]);
			const wrong = slots.filter(({ steps }) => !oracle.fits(steps));
			expect([clinic, wrong]).toEqual([clinic, []]);
			if (wish.services.length > 1) {
				found.several += Number(slots.length > 0);
				continue;
			}
			found.one += Number(slots.length > 0);
			for (const { practitionerId, startsAt, roomId } of slots) {
				const first = oracle.firstRoom(wish.services[0]!, practitionerId, startsAt);
				expect([clinic, startsAt, roomId]).toEqual([clinic, startsAt, first]);
			}
		}
		// A search that finds nothing agrees with everything.
		expect(found.one).toBeGreaterThan(CLINICS / 8);
		expect(found.several).toBeGreaterThan(CLINICS / 50);
	}
);
