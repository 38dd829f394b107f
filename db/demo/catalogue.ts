/** The demo organization's clinics, services and specialties. Places are real, clinics and people are invented. */

import type { ServiceNeeds } from '../../domain/scheduling/visit-time.ts';

export type RoomKind =
	'consulting' | 'treatment' | 'ultrasound' | 'diagnostics' | 'procedure' | 'therapy';

/** Minutes after local midnight. */
export interface OpeningHours {
	start: number;
	end: number;
}

export interface ClinicPlan {
	key: string;
	name: string;
	address: string;
	phone: string;
	/** Of the town, rounded: © OpenStreetMap contributors (docs/DEMO-DATA.md). */
	latitude: number;
	longitude: number;
	/** Kept visits on an average working day. */
	visitsPerDay: number;
	/** By ISO weekday, Monday first; `null`: closed. */
	opening: readonly (OpeningHours | null)[];
	rooms: Partial<Record<RoomKind, number>>;
	/** One entry per doctor. */
	doctors: readonly SpecialtyKey[];
	/** How many of the doctors are there on Saturday and on Sunday. */
	weekendStaff: readonly [saturday: number, sunday: number];
}

const WEEK = { start: 8 * 60, end: 18 * 60 };
const weekdaysOnly = [WEEK, WEEK, WEEK, WEEK, WEEK, null, null];

/** The first is open every day, so that the demo shows a filled board whenever it is first started. */
export const CLINICS: readonly ClinicPlan[] = [
	{
		key: 'alnwick',
		name: 'Alnwick Hotspur Clinic',
		address: '4 Bondgate Yard, Alnwick',
		phone: '0191 498 0100',
		latitude: 55.41,
		longitude: -1.7,
		visitsPerDay: 198,
		opening: [
			WEEK,
			WEEK,
			WEEK,
			WEEK,
			WEEK,
			{ start: 9 * 60, end: 16 * 60 },
			{ start: 9 * 60, end: 15 * 60 }
		],
		rooms: {
			consulting: 9,
			treatment: 2,
			ultrasound: 1,
			diagnostics: 1,
			procedure: 1,
			therapy: 1
		},
		doctors: [
			'general',
			'general',
			'general',
			'general',
			'general',
			'general',
			'general',
			'children',
			'children',
			'heart',
			'imaging',
			'skin',
			'physio',
			'travel'
		],
		weekendStaff: [8, 7]
	},
	{
		key: 'frome',
		name: 'Frome Cheap Street Surgery',
		address: '19 Stony Row, Frome',
		phone: '0117 496 0110',
		latitude: 51.23,
		longitude: -2.32,
		visitsPerDay: 112,
		opening: [WEEK, WEEK, WEEK, WEEK, WEEK, { start: 9 * 60, end: 13 * 60 }, null],
		rooms: { consulting: 5, treatment: 1, ultrasound: 1, diagnostics: 1, therapy: 1 },
		doctors: ['general', 'general', 'general', 'general', 'children', 'heart', 'imaging', 'physio'],
		weekendStaff: [4, 0]
	},
	{
		key: 'hexham',
		name: 'Hexham Tyne Green Practice',
		address: '2 Fellmongers’ Lane, Hexham',
		phone: '0191 498 0120',
		latitude: 54.97,
		longitude: -2.1,
		visitsPerDay: 84,
		opening: weekdaysOnly,
		rooms: { consulting: 4, treatment: 1, ultrasound: 1, therapy: 1 },
		doctors: ['general', 'general', 'general', 'children', 'imaging', 'physio'],
		weekendStaff: [0, 0]
	},
	{
		key: 'kendal',
		name: 'Kendal Stramongate Health Centre',
		address: '7 Kirk Yard, Kendal',
		phone: '01632 960130',
		latitude: 54.33,
		longitude: -2.74,
		visitsPerDay: 72,
		opening: weekdaysOnly,
		rooms: { consulting: 4, treatment: 1, procedure: 1 },
		doctors: ['general', 'general', 'general', 'children', 'skin'],
		weekendStaff: [0, 0]
	},
	{
		key: 'ludlow',
		name: 'Ludlow Broadgate Surgery',
		address: '31 Raven Walk, Ludlow',
		phone: '0121 496 0140',
		latitude: 52.37,
		longitude: -2.72,
		visitsPerDay: 56,
		opening: weekdaysOnly,
		rooms: { consulting: 4, treatment: 1 },
		doctors: ['general', 'general', 'general', 'children'],
		weekendStaff: [0, 0]
	},
	{
		key: 'whitby',
		name: 'Whitby Harbour Practice',
		address: '12 Flowergate Steps, Whitby',
		phone: '0113 496 0150',
		latitude: 54.49,
		longitude: -0.61,
		visitsPerDay: 40,
		opening: weekdaysOnly,
		rooms: { consulting: 2, treatment: 1 },
		doctors: ['general', 'general', 'general'],
		weekendStaff: [0, 0]
	}
];

/** The one clinic of the small demo, for tests: open every day. */
export const SMALL_CLINIC: ClinicPlan = {
	...CLINICS[0]!,
	visitsPerDay: 66,
	rooms: { consulting: 3, treatment: 1, ultrasound: 1 },
	doctors: ['general', 'general', 'children', 'imaging'],
	weekendStaff: [4, 4]
};

export interface ServicePlan extends ServiceNeeds {
	key: string;
	name: string;
	durationMinutes: number;
	roomKind: RoomKind | null;
	/** Degrees. */
	hue: number;
	/** Whole years that the patients of this service have, both included. */
	ages: readonly [from: number, to: number];
}

const ANY_AGE = [0, 120] as const;
const GROWN = [16, 120] as const;

function service(
	key: string,
	name: string,
	minutes: readonly [before: number, visit: number, after: number],
	roomKind: RoomKind | null,
	hue: number,
	ages: readonly [number, number] = ANY_AGE
): ServicePlan {
	const [bufferBeforeMinutes, durationMinutes, bufferAfterMinutes] = minutes;
	return {
		...{ key, name, durationMinutes, bufferBeforeMinutes, bufferAfterMinutes },
		roomBufferBeforeMinutes: bufferBeforeMinutes,
		roomBufferAfterMinutes: bufferAfterMinutes,
		...{ places: 1, equipmentKinds: [], staffKinds: [] },
		...{ roomKind, hue, ages }
	};
}

export const SERVICES = [
	service('consultation', 'Consultation', [0, 15, 0], 'consulting', 215),
	service('short', 'Short consultation', [0, 10, 0], null, 190),
	service('long', 'Long consultation', [0, 30, 5], 'consulting', 245, GROWN),
	service('check', 'Health check', [0, 30, 0], 'consulting', 150, GROWN),
	service('child', 'Child health check', [0, 20, 0], 'consulting', 45, [0, 12]),
	service('vaccination', 'Vaccination', [0, 10, 0], null, 95),
	service('blood', 'Blood test', [0, 10, 0], 'treatment', 5),
	service('wound', 'Wound care', [0, 20, 5], 'treatment', 25),
	service('surgery', 'Minor surgery', [5, 30, 10], 'procedure', 330),
	service('ultrasound', 'Ultrasound', [0, 20, 5], 'ultrasound', 275),
	service('heart', 'Heart check (ECG)', [0, 20, 5], 'diagnostics', 300, GROWN),
	service('physio', 'Physiotherapy', [0, 30, 5], 'therapy', 70, [8, 120])
] as const;

export interface Specialty {
	name: string;
	title: 'Dr' | '';
	/** Kinds of room in which the doctor sits, the best first. */
	rooms: readonly RoomKind[];
	/** Service keys and how often each is drawn. */
	services: Readonly<Record<string, number>>;
}

export const SPECIALTIES = {
	general: {
		name: 'General practice',
		title: 'Dr',
		rooms: ['consulting', 'treatment'],
		services: {
			...{ consultation: 42, short: 20, long: 9, check: 8 },
			...{ vaccination: 8, blood: 9, wound: 4 }
		}
	},
	children: {
		name: 'Paediatrics',
		title: 'Dr',
		rooms: ['consulting', 'treatment'],
		services: { child: 38, consultation: 28, vaccination: 20, short: 14 }
	},
	heart: {
		name: 'Cardiology',
		title: 'Dr',
		rooms: ['diagnostics', 'consulting'],
		services: { heart: 55, long: 20, short: 25 }
	},
	imaging: {
		name: 'Ultrasound',
		title: 'Dr',
		rooms: ['ultrasound', 'consulting'],
		services: { ultrasound: 78, short: 22 }
	},
	skin: {
		name: 'Dermatology',
		title: 'Dr',
		rooms: ['consulting', 'procedure'],
		services: { consultation: 48, short: 30, surgery: 22 }
	},
	physio: {
		name: 'Physiotherapy',
		title: '',
		rooms: ['therapy', 'consulting'],
		services: { physio: 82, short: 18 }
	},
	travel: {
		name: 'Travel medicine',
		title: 'Dr',
		rooms: ['treatment', 'consulting'],
		services: { vaccination: 48, blood: 32, short: 20 }
	}
} as const satisfies Record<string, Specialty>;

export type SpecialtyKey = keyof typeof SPECIALTIES;

/** Forty doctors' names, without titles. Long ones are here on purpose: columns are narrow. */
export const DOCTOR_NAMES: readonly string[] =
	`Katarzyna Nowak|James Robson|Aleksandra Krzyżanowska-Brzęczyszczewska|
	Samuel Adeyemi|Friedrich-Wilhelm Oberländer-Schwarzenberg|Meera Iyer|Thomas Charlton|Fiona Macdonald|Yusuf Rahman|
	Annegret Müller-Lüdenscheidt|Wei Zhang|Sarah Bainbridge|Tomasz Wiśniewski|Grace Penhaligon|Chidi Okonkwo|
	Eleanor Fenwick|Stanisław Świętochowski|Rhys Llewellyn|Priyanka Chakraborty|Oliver Dodds|
	Bartholomäus Hohenstein-Wittelsbach|Niamh Gallagher|Daniel Osei|Charlotte Trelawney|Małgorzata Szczepańska|
	Hamish Fraser|Sofia Papadopoulou|George Haughton|Ines Carvalho|Jonas Schröder|Beatrice Ogle|Imran Siddiqui|
	Margaret Elliott|Paweł Gwiazdowski|Ruth Armstrong|Henry Featherstonehaugh|Layla Haddad|Ewan Nixon|
	Agnieszka Wójcik|Isabel Moreau`
		.split('|')
		.map((name) => name.trim());

export const ROOM_NAMES: Record<RoomKind, string> = {
	consulting: 'Room',
	treatment: 'Treatment',
	ultrasound: 'Ultrasound',
	diagnostics: 'Diagnostics',
	procedure: 'Minor surgery',
	therapy: 'Therapy'
};
