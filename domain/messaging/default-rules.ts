/** The rules that an organization has until it makes its own, for every clinic and service. Pure. */
import type { RuleTiming } from './due-time.ts';
import type { Channel, RuleKind } from './message.ts';
import type { RuleTemplates, Template } from './template.ts';
import type { SiteLanguage } from '../site/site.ts';

export interface DefaultRule extends RuleTiming {
	kind: RuleKind;
	channels: Channel[];
	templates: RuleTemplates;
}

const QUIET = { quietFromMinute: 21 * 60, quietUntilMinute: 8 * 60 };
const AT_ONCE = { offsetMinutes: 0, localMinute: null, ...QUIET };
const DAY_MINUTES = 1_440;

/** Lines that stand in several templates of a language. */
const PARTS: Record<SiteLanguage, { visit: string; reach: string; hello: string }> = {
	en: {
		hello: 'Hello {{patient.givenName}},',
		visit:
			'{{visit.day}} at {{visit.time}}\n{{service.name}}, {{doctor.name}}\n{{clinic.name}}\n{{clinic.address}}',
		reach: 'Questions? Call us: {{clinic.phone}}\n\n{{organization.name}}'
	},
	pl: {
		hello: 'Dzień dobry {{patient.givenName}},',
		visit:
			'{{visit.day}}, godz. {{visit.time}}\n{{service.name}}, {{doctor.name}}\n{{clinic.name}}\n{{clinic.address}}',
		reach: 'Pytania? Zadzwoń do nas: {{clinic.phone}}\n\n{{organization.name}}'
	}
};

const LINKS: Record<SiteLanguage, string> = {
	en: 'I will come: {{link.confirm}}\nAnother time: {{link.reschedule}}\nI cannot come: {{link.cancel}}',
	pl: 'Przyjdę: {{link.confirm}}\nInny termin: {{link.reschedule}}\nNie mogę przyjść: {{link.cancel}}'
};

function text(language: SiteLanguage, subject: string, middle: string[], short: string): Template {
	const { hello, reach } = PARTS[language];
	return { subject, body: [hello, ...middle, reach].join('\n\n'), short };
}

const { en, pl } = PARTS;

export const DEFAULT_RULES: readonly DefaultRule[] = [
	{
		...{ kind: 'confirmation', channels: ['push', 'email', 'sms'], ...AT_ONCE },
		templates: {
			en: text(
				'en',
				'Your visit on {{visit.day}} at {{visit.time}}',
				['Your visit is booked:', en.visit, '{{service.preparation}}', LINKS.en],
				'{{clinic.name}}: your visit is booked for {{visit.day}} at {{visit.time}}, {{doctor.name}}.\n{{link.reschedule}}'
			),
			pl: text(
				'pl',
				'Twoja wizyta: {{visit.day}}, {{visit.time}}',
				['Twoja wizyta jest umówiona:', pl.visit, '{{service.preparation}}', LINKS.pl],
				'{{clinic.name}}: wizyta umówiona, {{visit.day}}, {{visit.time}}, {{doctor.name}}.\n{{link.reschedule}}'
			)
		}
	},
	{
		...{ kind: 'reminder', channels: ['push', 'sms', 'email'], ...AT_ONCE },
		offsetMinutes: -2 * DAY_MINUTES,
		templates: {
			en: text(
				'en',
				'Reminder: {{visit.day}} at {{visit.time}}',
				['We expect you:', en.visit, '{{service.preparation}}', 'Will you come?', LINKS.en],
				'{{clinic.name}}: we expect you {{visit.day}} at {{visit.time}}, {{doctor.name}}. Will you come? Answer YES or NO.\n{{link.confirm}}'
			),
			pl: text(
				'pl',
				'Przypomnienie: {{visit.day}}, {{visit.time}}',
				['Czekamy na Ciebie:', pl.visit, '{{service.preparation}}', 'Czy przyjdziesz?', LINKS.pl],
				'{{clinic.name}}: czekamy {{visit.day}}, {{visit.time}}, {{doctor.name}}. Czy wizyta jest aktualna? Odpisz TAK lub NIE.\n{{link.confirm}}'
			)
		}
	},
	{
		...{ kind: 'same-day-reminder', channels: ['push', 'sms'], ...AT_ONCE, localMinute: 8 * 60 },
		templates: {
			en: text(
				'en',
				'Today at {{visit.time}}',
				['Today you have a visit with us:', en.visit, 'Here already? {{link.checkIn}}'],
				'{{clinic.name}}: today at {{visit.time}}, {{doctor.name}}.\n{{link.checkIn}}'
			),
			pl: text(
				'pl',
				'Dzisiaj o {{visit.time}}',
				['Dzisiaj masz u nas wizytę:', pl.visit, 'Jesteś już u nas? {{link.checkIn}}'],
				'{{clinic.name}}: dzisiaj o {{visit.time}}, {{doctor.name}}.\n{{link.checkIn}}'
			)
		}
	},
	{
		...{ kind: 'change', channels: ['push', 'sms', 'email'], ...AT_ONCE },
		templates: {
			en: text(
				'en',
				'Your visit has changed: {{visit.day}} at {{visit.time}}',
				['Something has changed. Your visit is now:', en.visit, LINKS.en],
				'{{clinic.name}}: your visit has changed: {{visit.day}} at {{visit.time}}, {{doctor.name}}.\n{{link.reschedule}}'
			),
			pl: text(
				'pl',
				'Zmiana wizyty: {{visit.day}}, {{visit.time}}',
				['Zaszła zmiana. Twoja wizyta teraz:', pl.visit, LINKS.pl],
				'{{clinic.name}}: zmiana wizyty: {{visit.day}}, {{visit.time}}, {{doctor.name}}.\n{{link.reschedule}}'
			)
		}
	},
	{
		...{ kind: 'cancellation', channels: ['push', 'sms', 'email'], ...AT_ONCE },
		templates: {
			en: text(
				'en',
				'Your visit on {{visit.day}} is cancelled',
				['This visit does not take place:', en.visit],
				'{{clinic.name}}: your visit on {{visit.day}} at {{visit.time}} is cancelled. Questions: {{clinic.phone}}'
			),
			pl: text(
				'pl',
				'Wizyta odwołana: {{visit.day}}',
				['Ta wizyta się nie odbędzie:', pl.visit],
				'{{clinic.name}}: wizyta {{visit.day}}, {{visit.time}} jest odwołana. Pytania: {{clinic.phone}}'
			)
		}
	},
	{
		...{ kind: 'missed', channels: ['email', 'sms'], ...AT_ONCE, offsetMinutes: 120 },
		templates: {
			en: text(
				'en',
				'We missed you on {{visit.day}}',
				[
					'You had a visit with us and could not come:',
					en.visit,
					'Please call us for another time.'
				],
				'{{clinic.name}}: we missed you on {{visit.day}}. For another time call {{clinic.phone}}'
			),
			pl: text(
				'pl',
				'Nie udało się spotkać: {{visit.day}}',
				['Wizyta się nie odbyła:', pl.visit, 'Zadzwoń do nas, aby umówić inny termin.'],
				'{{clinic.name}}: wizyta {{visit.day}} się nie odbyła. Inny termin: {{clinic.phone}}'
			)
		}
	},
	// Organizations that had rules already have it from migration 0041, in the same words.
	{
		...{ kind: 'delay', channels: ['push', 'sms', 'email'], ...AT_ONCE },
		templates: {
			en: text(
				'en',
				'A little later today: {{visit.time}}',
				[
					'{{doctor.name}} is running late. Your visit now begins at about {{visit.time}}:',
					en.visit,
					'We are sorry that you have to wait.'
				],
				'{{clinic.name}}: {{doctor.name}} is running late. Your visit now begins at about {{visit.time}}. Sorry for the wait. Questions: {{clinic.phone}}'
			),
			pl: text(
				'pl',
				'Dzisiaj trochę później: {{visit.time}}',
				[
					'Wizyty się opóźniają ({{doctor.name}}). Twoja wizyta zacznie się około {{visit.time}}:',
					pl.visit,
					'Przepraszamy, że trzeba poczekać.'
				],
				'{{clinic.name}}: wizyty się opóźniają ({{doctor.name}}). Twoja wizyta zacznie się około {{visit.time}}. Przepraszamy. Pytania: {{clinic.phone}}'
			)
		}
	},
	// Organizations that had rules already have it from migration 0031, in the same words.
	{
		...{ kind: 'waitlist-offer', channels: ['push', 'sms', 'email'], ...AT_ONCE },
		templates: {
			en: text(
				'en',
				'A time has come free: {{visit.day}} at {{visit.time}}',
				[
					'A time that you are waiting for has come free:',
					en.visit,
					'We keep it for you until {{offer.until}}.',
					'Yes, I take it: {{link.acceptOffer}}\nNot this one: {{link.declineOffer}}'
				],
				'{{clinic.name}}: {{visit.day}} at {{visit.time}} has come free, {{doctor.name}}. We keep it for you until {{offer.until}}. Answer YES or NO.\n{{link.acceptOffer}}'
			),
			pl: text(
				'pl',
				'Zwolnił się termin: {{visit.day}}, {{visit.time}}',
				[
					'Zwolnił się termin, na który czekasz:',
					pl.visit,
					'Trzymamy go dla Ciebie do: {{offer.until}}.',
					'Tak, biorę: {{link.acceptOffer}}\nNie ten: {{link.declineOffer}}'
				],
				'{{clinic.name}}: zwolnił się termin {{visit.day}}, {{visit.time}}, {{doctor.name}}. Trzymamy go do {{offer.until}}. Odpisz TAK lub NIE.\n{{link.acceptOffer}}'
			)
		}
	}
];
