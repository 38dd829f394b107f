/** Invented people. Any likeness is chance: given and family names are drawn independently from common ones. */
import type { Random } from './random.ts';

const GIVEN =
	`Olivia Amelia Isla Ava Mia Ivy Lily Grace Freya Florence Willow Emily Sophie Evie Poppy Charlotte
	Elsie Rosie Daisy Alice Harriet Martha Eleanor Margaret Susan Linda Jean Patricia Christine Helen Janet Ruth Carol
	Noah Oliver George Arthur Leo Harry Oscar Jack Theo Freddie Alfie Charlie Henry Thomas Archie Joshua William Daniel
	James Edward David John Peter Michael Robert Alan Keith Brian Kenneth Malcolm Stephen Graham Neil Ian Gareth Rhys
	Muhammad Aisha Fatima Yusuf Zainab Ibrahim Maryam Omar Priya Anjali Rohan Arjun Meera Sanjay Kavita Amara Chidi
	Ngozi Kwame Ama Tunde Wei Mei Jun Ling Anh Minh Yuki Haruto Zofia Jakub Agnieszka Krzysztof Małgorzata Łukasz
	Magdalena Paweł Jürgen Anneliese Heinrich Käthe Lukas Björn Ingrid Siobhán Niamh Aoife Ciarán Eilidh Hamish Sofia
	Matteo Giulia Inês João Camille Étienne Zoë Ana María José Elena Dimitrios Ioana Andrei`.split(
		/\s+/
	);

const FAMILY =
	`Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White
	Roberts Green Hall Wood Jackson Clarke Clark Harrison Scott Cooper Ward Morris Moore King Watson Baker Turner Hill
	Phillips Mitchell James Campbell Lee Harris Stewart Bell Murphy Bailey Cox Kelly Shaw Richardson Marshall Fraser
	Macdonald Dodds Armstrong Charlton Robson Nixon Elliott Bainbridge Featherstonehaugh Cholmondeley Fenwick Ogle
	Trelawney Penhaligon Llewellyn Prothero O’Sullivan O’Connor Byrne Gallagher Khan Ahmed Hussain Ali Begum Patel
	Singh Kaur Shah Sharma Iyer Chakraborty Subramaniam Okonkwo Adeyemi Mensah Boateng Nguyen Tran Chen Wang Li Wong
	Tanaka Nowak Kowalski Wiśniewska Wójcik Lewandowska Szymański Krzyżanowska Świętochowski Müller Schmidt Schröder
	Hohenzollern-Brandt Oberländer Silva Santos Rossi Bianchi García Fernández Dubois Lefèvre Popescu Papadopoulos
	Jensen Lindqvist Johansson de-la-Cruz van-der-Berg Haughton-Wickersley`
		.split(/\s+/)
		.map((name) =>
			name.startsWith('de-') || name.startsWith('van-') ? name.replaceAll('-', ' ') : name
		);

export interface InventedName {
	givenName: string;
	familyName: string;
}

/** @returns a patient's name; frequent family names first in the list are drawn more often. */
export function inventName(random: Random): InventedName {
	const rank = Math.floor(FAMILY.length * random.next() ** 1.5);
	const familyName =
		random.chance(0.03) && !FAMILY[rank]!.includes('-')
			? `${FAMILY[rank]}-${random.pick(FAMILY.slice(0, 40))}`
			: FAMILY[rank]!;
	return { givenName: random.pick(GIVEN), familyName };
}

/**
 * Ranges that Ofcom keeps free for drama: nobody is ever rung by mistake.
 * https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama
 */
const PHONES: readonly { prefix: string; digits: number; weight: number }[] = [
	{ prefix: '07700 900', digits: 3, weight: 8 },
	{ prefix: '01632 960', digits: 3, weight: 2 },
	{ prefix: '0191 498 0', digits: 3, weight: 1 },
	{ prefix: '0117 496 0', digits: 3, weight: 1 },
	{ prefix: '0113 496 0', digits: 3, weight: 1 },
	{ prefix: '0161 496 0', digits: 3, weight: 1 },
	{ prefix: '0121 496 0', digits: 3, weight: 1 }
];

/** @returns a telephone number that belongs to nobody. */
export function inventPhone(random: Random): string {
	const range = PHONES[random.weighted(PHONES.map(({ weight }) => weight))]!;
	return range.prefix + String(random.whole(0, 10 ** range.digits - 1)).padStart(range.digits, '0');
}

/** @returns an address that can receive nothing (example.org, RFC 2606). */
export function inventEmail(name: InventedName, random: Random): string {
	const plain = (text: string) =>
		text
			.toLowerCase()
			.replaceAll('ł', 'l')
			.normalize('NFD')
			.replace(/[^a-z]/g, '');
	return `${plain(name.givenName)}.${plain(name.familyName)}${random.whole(1, 99)}@example.org`;
}
