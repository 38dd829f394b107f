/** What the demo's patients are told of its services before they book. Prices are invented, in pence. */
import type { ServiceText } from '../../domain/site/translations.ts';

type Texts = Record<ServiceText, string>;

interface ToldService {
	priceMinor: number;
	/** In English; the name stands in the catalogue. */
	en: Omit<Texts, 'name'>;
	pl: Texts;
}

const LETTERS =
	'Please bring a list of the medicines that you take, and letters from other doctors.';
const LETTERS_PL = 'Prosimy przynieść listę przyjmowanych leków i dokumenty od innych lekarzy.';

/** By the service's key. */
export const TOLD_OF_SERVICES: Readonly<Record<string, ToldService>> = {
	consultation: {
		priceMinor: 5_500,
		en: { description: 'For whatever you would like a doctor to look at.', preparation: LETTERS },
		pl: {
			name: 'Konsultacja',
			description: 'We wszystkich sprawach, z którymi chcesz przyjść do lekarza.',
			preparation: LETTERS_PL
		}
	},
	short: {
		priceMinor: 3_500,
		en: { description: 'For one question, a prescription or a result.', preparation: '' },
		pl: {
			name: 'Krótka konsultacja',
			description: 'Jedno pytanie, recepta lub omówienie wyniku.',
			preparation: ''
		}
	},
	long: {
		priceMinor: 9_500,
		en: {
			description: 'When there is more than one thing to speak about.',
			preparation: `${LETTERS}\n\nIt helps to write down beforehand what you would like to speak about.`
		},
		pl: {
			name: 'Długa konsultacja',
			description: 'Gdy jest więcej niż jedna sprawa do omówienia.',
			preparation: `${LETTERS_PL}\n\nWarto wcześniej zapisać, o czym chcesz porozmawiać.`
		}
	},
	check: {
		priceMinor: 11_000,
		en: {
			description: 'Blood pressure, heart, lungs, weight and what follows from them.',
			preparation:
				'Please wear something with sleeves that can be rolled up.\n\nIf you have measured your blood pressure at home, bring what you wrote down.'
		},
		pl: {
			name: 'Badanie profilaktyczne',
			description: 'Ciśnienie, serce, płuca, waga i wnioski z nich.',
			preparation:
				'Prosimy założyć coś z rękawami, które można podwinąć.\n\nJeśli mierzysz ciśnienie w domu, przynieś zapiski.'
		}
	},
	child: {
		priceMinor: 6_000,
		en: {
			description: 'Growth, sight, hearing and vaccinations, up to twelve years.',
			preparation:
				'Please bring the child’s health record and a favourite toy. Somebody who may decide for the child has to come along.'
		},
		pl: {
			name: 'Bilans zdrowia dziecka',
			description: 'Wzrost, wzrok, słuch i szczepienia, do dwunastu lat.',
			preparation:
				'Prosimy przynieść książeczkę zdrowia dziecka i ulubioną zabawkę. Z dzieckiem musi przyjść osoba, która może o nim decydować.'
		}
	},
	vaccination: {
		priceMinor: 2_500,
		en: {
			description: 'Influenza, tetanus, travel and all others that are due.',
			preparation:
				'Please bring your vaccination record. Come on another day if you have a fever.\n\nStay with us for 15 minutes after the injection.'
		},
		pl: {
			name: 'Szczepienie',
			description: 'Grypa, tężec, przed podróżą i wszystkie inne zalecane.',
			preparation:
				'Prosimy przynieść książeczkę szczepień. W razie gorączki przyjdź innego dnia.\n\nPo zastrzyku zostań u nas 15 minut.'
		}
	},
	blood: {
		priceMinor: 3_000,
		en: {
			description: 'Results are there on the next working day.',
			preparation:
				'Please eat nothing for 10 hours before the test. Water is fine, and so are your usual medicines unless your doctor said otherwise.\n\nTell us if you take blood thinners or have fainted at a test before.'
		},
		pl: {
			name: 'Badanie krwi',
			description: 'Wyniki są następnego dnia roboczego.',
			preparation:
				'Przez 10 godzin przed badaniem nic nie jedz. Możesz pić wodę i brać swoje leki, chyba że lekarz zalecił inaczej.\n\nPowiedz nam, jeśli bierzesz leki rozrzedzające krew lub zdarzyło Ci się zemdleć przy badaniu.'
		}
	},
	wound: {
		priceMinor: 0,
		en: {
			description: 'New dressings, and stitches that come out.',
			preparation: 'Please leave the dressing on until you are here.'
		},
		pl: {
			name: 'Opatrunek',
			description: 'Zmiana opatrunku i zdejmowanie szwów.',
			preparation: 'Prosimy nie zdejmować opatrunku przed przyjściem.'
		}
	},
	surgery: {
		priceMinor: 24_000,
		en: {
			description: 'Moles, cysts and nails, with a local anaesthetic.',
			preparation:
				'Please tell us before the day if you take blood thinners, are allergic to anaesthetics or have a pacemaker.\n\nDo not drive home by yourself, and have somebody come along.'
		},
		pl: {
			name: 'Drobny zabieg chirurgiczny',
			description: 'Znamiona, torbiele i paznokcie, w znieczuleniu miejscowym.',
			preparation:
				'Powiedz nam wcześniej, jeśli bierzesz leki rozrzedzające krew, masz uczulenie na środki znieczulające lub rozrusznik serca.\n\nNie wracaj samochodem jako kierowca i przyjdź z kimś bliskim.'
		}
	},
	ultrasound: {
		priceMinor: 12_500,
		en: {
			description: 'Belly, bladder, thyroid or joints; you see the picture too.',
			preparation:
				'For the belly: please eat nothing for 6 hours before. For the bladder: drink half a litre of water an hour before, and wait with going to the toilet.'
		},
		pl: {
			name: 'USG',
			description: 'Brzuch, pęcherz, tarczyca lub stawy; obraz widzisz razem z lekarzem.',
			preparation:
				'Brzuch: przez 6 godzin przed badaniem nic nie jedz. Pęcherz: godzinę wcześniej wypij pół litra wody i poczekaj z pójściem do toalety.'
		}
	},
	heart: {
		priceMinor: 9_000,
		en: {
			description: 'An ECG at rest, and what it says.',
			preparation:
				'Please put no cream on your chest on the day, and drink no coffee for 2 hours before.'
		},
		pl: {
			name: 'Badanie serca (EKG)',
			description: 'EKG spoczynkowe z omówieniem.',
			preparation:
				'W dniu badania nie smaruj klatki piersiowej kremem, a przez 2 godziny wcześniej nie pij kawy.'
		}
	},
	physio: {
		priceMinor: 5_000,
		en: {
			description: 'Backs, knees and shoulders, and exercises for at home.',
			preparation:
				'Please wear clothes in which you can move, and bring the letter of whoever sent you.'
		},
		pl: {
			name: 'Fizjoterapia',
			description: 'Plecy, kolana i barki oraz ćwiczenia do domu.',
			preparation: 'Prosimy o wygodny strój i skierowanie, jeśli je masz.'
		}
	}
};
