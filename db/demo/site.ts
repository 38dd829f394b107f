/** The demo's public site. An invented group of clinics. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { SiteLanguage, SiteTexts } from '../../domain/site/site.ts';
import { SPECIALTY_NAMES } from './told-doctors.ts';

const TEXTS: Record<SiteLanguage, SiteTexts> = {
	en: {
		lead: 'Six clinics in the north and the west. Book a visit with a doctor near you in two minutes, day or night.',
		welcome:
			'New here? You need no account. Choose what you need and a time, tell us who is coming, and you are done.\n\nIn an emergency call 999 at once.',
		contact:
			'For a visit, a change or a cancellation it is quickest to book online, or to open the link of your visit.\n\nFor anything else write to us here. Please do not write about symptoms that cannot wait: ring your clinic instead.',
		about:
			'Fellside Clinics is a group of six practices. Our doctors and nurses look after families, from the first check of a newborn to the care of grandparents.\n\nWhichever clinic you come to, we know you: one team, one calendar, one set of notes.',
		privacy:
			'We keep your name, date of birth and how to reach you, so that we can book your visits and remind you of them. Nobody outside our clinics gets them.\n\nYou can ask us at any time what we know about you, and ask us to correct it.'
	},
	pl: {
		lead: 'Sześć przychodni na północy i zachodzie. Umów wizytę u lekarza w pobliżu w dwie minuty, o każdej porze.',
		welcome:
			'Jesteś u nas pierwszy raz? Konto nie jest potrzebne. Wybierz usługę i termin, powiedz nam, kto przyjdzie, i gotowe.\n\nW nagłych przypadkach od razu dzwoń pod numer 999.',
		contact:
			'Wizytę najszybciej umówisz, zmienisz lub odwołasz przez internet albo przez link do swojej wizyty.\n\nW innych sprawach napisz do nas tutaj. Prosimy nie opisywać objawów, które nie mogą czekać: wtedy zadzwoń do przychodni.',
		about:
			'Fellside Clinics to grupa sześciu przychodni. Nasi lekarze i pielęgniarki opiekują się całymi rodzinami, od pierwszego badania noworodka po opiekę nad dziadkami.\n\nDo której przychodni przyjdziesz, tam Cię znamy: jeden zespół, jeden kalendarz, jedna dokumentacja.',
		privacy:
			'Przechowujemy Twoje imię i nazwisko, datę urodzenia oraz dane kontaktowe, aby umawiać wizyty i o nich przypominać. Nikt spoza naszych przychodni ich nie dostaje.\n\nW każdej chwili możesz zapytać, co o Tobie wiemy, i poprosić o poprawienie danych.'
	}
};

/** @param accountId what strangers' visits are booked with */
export function siteRow(organizationId: string, accountId: string): object {
	return {
		organization_id: organizationId,
		account_id: accountId,
		slug: 'fellside',
		published: true,
		hue: 190,
		currency: 'GBP',
		texts: TEXTS,
		specialties: SPECIALTY_NAMES,
		logo: { version: 'demo', holdsName: false }
	};
}

/** A hill, for a place called Fellside; drawn for this demo. */
export function logoRow(organizationId: string): object {
	const picture = readFileSync(path.join(import.meta.dirname, 'logo.png'));
	return {
		organization_id: organizationId,
		media_type: 'image/png',
		picture: `\\x${picture.toString('hex')}`
	};
}
