/** Puts a whole organization together, in memory: nothing here touches the database. */
import type { BuiltInRole } from '../../domain/access/permissions.ts';
import { dayInterval, localDateOf } from '../../domain/availability/local-day.ts';
import { MINUTE_MS } from '../../domain/scheduling/intervals.ts';
import { CLINICS, SERVICES, SMALL_CLINIC } from './catalogue.ts';
import { makePatients, type Patient } from './patients.ts';
import { createRandom, type Random } from './random.ts';
import { DEMO_COLLEAGUES, DEMO_KEY, signInsOf } from './sign-ins.ts';
import { layOutDay } from './slots.ts';
import { makeStaff, type Clinic, type Staff } from './staff.ts';
import { makeDays, ZONE, type DemoBlock } from './timetable.ts';
import { makeVisits, type Visit } from './visits.ts';

export interface DemoOptions {
	/** The same seed, key, day and time give the same rows. */
	seed?: number;
	/** Names the organization in the database; another one has other ids and e-mail addresses. */
	key?: string;
	name?: string;
	/** Local date of the demo's middle, `YYYY-MM-DD`; the date of `now` when left out. */
	today?: string;
	/** Epoch milliseconds; the present, or eleven in the morning when only `today` is given. */
	now?: number;
	scale?: 'full' | 'small';
}

const SCALES = {
	full: { clinics: CLINICS, patients: 25_000, daysBack: 60, daysAhead: 30 },
	small: { clinics: [SMALL_CLINIC], patients: 200, daysBack: 1, daysAhead: 1 }
} as const;

const DEFAULT_SEED = 7;
const DEFAULT_NAME = 'Fellside Clinics';
const ELEVEN_O_CLOCK_MS = 11 * 60 * MINUTE_MS;

export interface DemoUser {
	id: string;
	email: string;
	name: string;
	role: BuiltInRole;
	/** `null`: nobody can sign in. */
	password: string | null;
	/** `null`: at every clinic. */
	clinicId: string | null;
	practitionerId: string | null;
}

export interface DemoOrganization {
	id: string;
	key: string;
	name: string;
	/** Epoch milliseconds. */
	now: number;
	staff: Staff;
	/** Service key → id. */
	serviceIds: ReadonlyMap<string, string>;
	users: DemoUser[];
	patients: Patient[];
	blocks: DemoBlock[];
	/** In the order of their start. */
	visits: Visit[];
	/** Generator for what is added when the rows are written. */
	seed: string;
}

export function makeOrganization(options: DemoOptions = {}): DemoOrganization {
	const key = options.key ?? DEMO_KEY;
	const today = options.today ?? localDateOf(options.now ?? Date.now(), ZONE);
	const now =
		options.now ??
		(options.today === undefined ? Date.now() : dayInterval(today, ZONE).start + ELEVEN_O_CLOCK_MS);
	const scale = SCALES[options.scale ?? 'full'];
	const seed = `${key}/${options.seed ?? DEFAULT_SEED}`;
	const random = createRandom(seed);

	const day = Temporal.PlainDate.from(today);
	const staff = makeStaff(scale.clinics, day.dayOfWeek, random.fork('staff'));
	const services = random.fork('services');
	const patients = makePatients(scale.patients, today, random.fork('patients'));
	const first = day.subtract({ days: scale.daysBack }).toString();
	const length = scale.daysBack + 1 + scale.daysAhead;
	const days = makeDays(staff, first, length, random.fork('days'));
	const layout = random.fork('slots');
	const slots = days
		.flatMap((each) => layOutDay(each, layout))
		.sort((a, b) => a.start - b.start || (a.doctor.key < b.doctor.key ? -1 : 1));
	return {
		id: random.fork('organization').uuid(),
		key,
		name: options.name ?? DEFAULT_NAME,
		now,
		staff,
		serviceIds: new Map(SERVICES.map((service) => [service.key, services.uuid()])),
		users: makeUsers(key, staff, random.fork('users')),
		patients,
		// An emergency that has not happened yet is none.
		blocks: days
			.flatMap(({ blocks }) => blocks)
			.filter((block) => block.kind !== 'emergency' || block.start <= now),
		visits: makeVisits(slots, settlePatients(patients, staff.clinics), now, random.fork('visits')),
		seed
	};
}

/** People who were added to the demo later come last, so that the ids of the others stay what they were. */
const FIRST_SIGN_INS = 3;

function makeUsers(key: string, staff: Staff, random: Random): DemoUser[] {
	const signIns = signInsOf(key).map(({ ofFirstClinic, ...signIn }): Omit<DemoUser, 'id'> => ({
		...signIn,
		clinicId: ofFirstClinic ? staff.clinics[0]!.id : null,
		practitionerId: signIn.role === 'doctor' ? staff.doctors[0]!.id : null
	}));
	const colleagues = DEMO_COLLEAGUES.map((name, index): Omit<DemoUser, 'id'> => ({
		...{ email: `reception-${index + 1}@${key}.invalid`, name, role: 'receptionist' },
		...{ password: null, clinicId: null, practitionerId: null }
	}));
	const inOrder = [
		...signIns.slice(0, FIRST_SIGN_INS),
		...colleagues,
		...signIns.slice(FIRST_SIGN_INS)
	];
	return inOrder.map((user) => ({ ...user, id: random.uuid() }));
}

/** Every clinic gets patients in proportion to its visits. */
function settlePatients(
	patients: readonly Patient[],
	clinics: readonly Clinic[]
): Map<Clinic, Patient[]> {
	const all = clinics.reduce((sum, { plan }) => sum + plan.visitsPerDay, 0);
	let start = 0;
	return new Map(
		clinics.map((clinic, index) => {
			const share = Math.round((patients.length * clinic.plan.visitsPerDay) / all);
			const end = index === clinics.length - 1 ? patients.length : start + share;
			const own = patients.slice(start, end);
			start = end;
			return [clinic, own];
		})
	);
}
