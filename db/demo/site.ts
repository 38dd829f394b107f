/** The demo's public site. An invented group of clinics. */
import type { SiteLanguage, SiteTexts } from '../../domain/site/site.ts';

const TEXTS: Record<SiteLanguage, SiteTexts> = {
	en: {
		lead: 'Six clinics in the north and the west. Book a visit with a doctor near you in two minutes, day or night.',
		about:
			'Fellside Clinics is a group of six practices. Our doctors and nurses look after families, from the first check of a newborn to the care of grandparents.\n\nWhichever clinic you come to, we know you: one team, one calendar, one set of notes.',
		privacy:
			'We keep your name, date of birth and how to reach you, so that we can book your visits and remind you of them. Nobody outside our clinics gets them.\n\nYou can ask us at any time what we know about you, and ask us to correct it.'
	},
	pl: {
		lead: 'Sześć przychodni na północy i zachodzie. Umów wizytę u lekarza w pobliżu w dwie minuty, o każdej porze.',
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
		texts: TEXTS
	};
}
