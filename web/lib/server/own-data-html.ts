/** A patient's own data as a page that anybody can read and print; it loads nothing and runs nothing. */
import type { OwnData, OwnVisit } from '#domain/patients/queries/own-data.ts';
import type { SiteLanguage } from '#domain/site/site.ts';
import { m } from '#web/lib/paraglide/messages.js';
import { languageName } from '#web/lib/site/language-name.ts';
import { channelTold, kindTold, messageStateTold, taskTold } from '#web/lib/site/message-words.ts';
import { reasonTold, statusTold } from '#web/lib/site/visit-words.ts';
import { dateWords, datedTime } from '#web/lib/site/visit-time.ts';
import { historyTold } from './own-history-words.ts';

interface Frame {
	organization: string;
	lang: SiteLanguage;
	/** Epoch milliseconds. */
	now: number;
}

/** What stands in a patient's record is text, whatever it looks like. */
function escaped(text: string): string {
	return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:760px;margin:24px auto;padding:0 16px;color:#1b1e23}
h2{margin-top:40px;border-bottom:1px solid #ccc}h3{margin-top:28px}dt{color:#4d545e}dd{margin:0 0 8px}li{margin:4px 0}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:4px 12px 4px 0}`;

/** @returns a whole document */
export function dataAsHtml(people: readonly OwnData[], frame: Frame): string {
	const title = m.account_data_title();
	const made = m.account_data_made({
		...{ name: frame.organization, time: datedTime(frame.now, 'UTC', frame.lang) }
	});
	return `<!doctype html>
<html lang="${frame.lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><style>${STYLE}</style></head>
<body><h1>${escaped(title)}</h1><p>${escaped(made)}</p><p>${escaped(m.account_data_without())}</p>
${people.map((person) => personPart(person, frame)).join('\n')}
</body></html>
`;
}

function personPart(person: OwnData, { lang }: Frame): string {
	const { profile } = person;
	const at = (instant: number, zone = 'UTC') => datedTime(instant, zone, lang);
	const language = profile.language === null ? '' : languageName(profile.language, lang);
	const messages = person.messages.map((one) => [
		...[at(one.madeAt), kindTold(one.kind), messageStateTold(one.state)],
		one.attempts.map(({ channel }) => channelTold(channel)).join(', ')
	]);
	const waited = person.waitlist.map(({ since, service, firstDate, lastDate, offers }) => {
		const times = offers.map(({ startsAt, zone }) => at(startsAt, zone)).join('; ');
		return [
			...[at(since), service, `${dateWords(firstDate, lang)} – ${dateWords(lastDate, lang)}`],
			times === '' ? '' : m.account_data_offered({ times })
		];
	});
	const devices = person.sessions.map(({ device, signedInAt }) => [device, at(signedInAt)]);
	const pushed = person.pushSubscriptions.map(({ device, madeAt }) => [device, at(madeAt)]);
	const written = person.tasks.map(({ madeAt, kind, text }) => [
		...[at(madeAt), taskTold(kind), text ?? '']
	]);
	return [
		`<h2>${escaped(`${profile.givenName} ${profile.familyName}`)}</h2>`,
		facts([
			[m.details_born(), profile.birthDate === null ? '' : dateWords(profile.birthDate, lang)],
			[m.details_phone(), profile.phone ?? ''],
			[m.details_email(), profile.email ?? ''],
			[m.account_language(), language],
			[m.account_channel(), channelTold(profile.contactChannel)]
		]),
		`<h3>${escaped(m.account_visits())}</h3>`,
		person.visits.length === 0
			? `<p>${escaped(m.account_data_none())}</p>`
			: person.visits.map((visit) => visitPart(visit, lang)).join('\n'),
		table(m.account_data_waitlist(), waited),
		table(m.account_data_messages(), messages),
		table(m.account_data_written(), written),
		table(m.account_data_push(), pushed),
		table(m.account_data_devices(), devices)
	].join('\n');
}

function visitPart(visit: OwnVisit, lang: SiteLanguage): string {
	const history = visit.history.map(
		(entry) =>
			`<li>${escaped(`${datedTime(entry.at, visit.zone, lang)}: ${historyTold(entry, visit)}`)}</li>`
	);
	return `<section><h4>${escaped(`${datedTime(visit.startsAt, visit.zone, lang)}: ${visit.service}`)}</h4>
${facts([
	[m.visit_with(), visit.doctor],
	[m.visit_where(), [visit.clinic, visit.address].filter(Boolean).join(', ')],
	[m.account_state(), statusTold(visit.status)],
	[m.account_reason(), visit.cancelReason === null ? '' : reasonTold(visit.cancelReason)]
])}
<ul>${history.join('')}</ul></section>`;
}

function facts(pairs: [string, string][]): string {
	const told = pairs.filter(([, value]) => value !== '');
	return `<dl>${told.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join('')}</dl>`;
}

function table(title: string, rows: string[][]): string {
	const cells = (row: string[]) => row.map((cell) => `<td>${escaped(cell)}</td>`).join('');
	const body =
		rows.length === 0
			? `<p>${escaped(m.account_data_none())}</p>`
			: `<table>${rows.map((row) => `<tr>${cells(row)}</tr>`).join('')}</table>`;
	return `<h3>${escaped(title)}</h3>${body}`;
}
