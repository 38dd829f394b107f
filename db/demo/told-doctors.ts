/** What the demo's patients read of its doctors. Invented; in words that fit whoever it is. */
import type { SiteLanguage, SpecialtyNames } from '../../domain/site/site.ts';
import { SPECIALTIES, type Specialty, type SpecialtyKey } from './catalogue.ts';

type About = Record<SiteLanguage, string>;

const ABOUT: Record<SpecialtyKey, readonly About[]> = {
	general: [
		{
			en: 'Looks after families, often three generations of one. Takes time for the second question, which is often the real one.',
			pl: 'Opiekuje się rodzinami, nieraz trzema pokoleniami jednej. Znajduje czas na drugie pytanie, bo często to ono jest najważniejsze.'
		},
		{
			en: 'Is especially interested in diabetes and high blood pressure, and in doing with as few tablets as possible.',
			pl: 'Zajmuje się szczególnie cukrzycą i nadciśnieniem, i tym, aby wystarczyło jak najmniej tabletek.'
		},
		{
			en: 'Came to general practice from emergency medicine. Calm, quick, and good at explaining.',
			pl: 'Zna medycynę ratunkową z wielu lat pracy. Działa spokojnie i szybko, a wszystko jasno tłumaczy.'
		}
	],
	children: [
		{
			en: 'Sees newborns, schoolchildren and everybody between. Parents may ask anything, children too.',
			pl: 'Przyjmuje noworodki, uczniów i wszystkich pomiędzy. Rodzice mogą pytać o wszystko, dzieci też.'
		},
		{
			en: 'Is interested in allergies and asthma, and has a drawer full of stickers.',
			pl: 'Zajmuje się alergiami i astmą, a w szufladzie zawsze ma naklejki.'
		}
	],
	heart: [
		{
			en: 'Listens to hearts for a living: rhythm, pressure and what sport does to both.',
			pl: 'Na co dzień słucha serc: rytm, ciśnienie i to, co robi z nimi sport.'
		}
	],
	imaging: [
		{
			en: 'Shows you on the screen what there is to see, and says at once what it means.',
			pl: 'Pokazuje na ekranie to, co widać, i od razu mówi, co to znaczy.'
		}
	],
	skin: [
		{
			en: 'Checks moles, treats eczema and acne, and takes off what should go.',
			pl: 'Ogląda znamiona, leczy egzemę i trądzik, a to, co trzeba, usuwa.'
		}
	],
	physio: [
		{
			en: 'Gets backs, knees and shoulders moving again, with exercises that fit into a day.',
			pl: 'Przywraca ruch plecom, kolanom i barkom ćwiczeniami, które mieszczą się w zwykłym dniu.'
		}
	],
	travel: [
		{
			en: 'Advises before long journeys: vaccinations, malaria, and what belongs in the bag.',
			pl: 'Doradza przed daleką podróżą: szczepienia, malaria i co spakować do apteczki.'
		}
	]
};

const POLISH: Record<SpecialtyKey, string> = {
	general: 'Medycyna rodzinna',
	children: 'Pediatria',
	heart: 'Kardiologia',
	imaging: 'Ultrasonografia',
	skin: 'Dermatologia',
	physio: 'Fizjoterapia',
	travel: 'Medycyna podróży'
};

const KEYS = Object.keys(SPECIALTIES) as SpecialtyKey[];

/** @param number of the doctor: neighbours in a list read differently */
export function toldOfDoctor(specialty: Specialty, number: number): About {
	const texts = ABOUT[KEYS.find((key) => SPECIALTIES[key] === specialty)!];
	return texts[number % texts.length]!;
}

/** What the specialties are called in the other languages. */
export const SPECIALTY_NAMES: SpecialtyNames = Object.fromEntries(
	KEYS.map((key) => [SPECIALTIES[key].name, { pl: POLISH[key] }])
);
