/** A patient's own data as a file: JSON for programs, HTML for people. */
import { error, type RequestEvent } from '@sveltejs/kit';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { z } from 'zod';
import { readOwnData, type OwnData } from '#domain/patients/queries/own-data.ts';
import { peopleOf } from '#domain/patients/signed-in.ts';
import type { SiteLanguage } from '#domain/site/site.ts';
import { m } from '#web/lib/paraglide/messages.js';
import { database } from './database.ts';
import { dataAsHtml } from './own-data-html.ts';
import { historyTold } from './own-history-words.ts';
import { signedIn } from './patient-session.ts';
import { siteOf } from './site-page.ts';

const formatSchema = z.enum(['json', 'html']);
const TYPES = { json: 'application/json', html: 'text/html' } as const;

/** Reading everything of somebody costs more than a page does. */
export const FILES_PER_HOUR = 10;
const files = new RateLimiterMemory({ points: FILES_PER_HOUR, duration: 3_600 });

/** @returns the file, of the patient and of the children that they act for */
export async function ownDataFile(event: RequestEvent): Promise<Response> {
	const format = formatSchema.safeParse((await event.request.formData()).get('format'));
	if (!format.success) error(400, m.account_choose_listed());
	const patient = signedIn(event);
	try {
		await files.consume(`${patient.actor.organizationId}/${patient.self.id}`);
	} catch {
		error(429, m.account_data_wait());
	}
	const site = await siteOf(event.params.site!);
	const lang = event.params.lang as SiteLanguage;
	const people: OwnData[] = [];
	for (const { id } of peopleOf(patient)) {
		const read = await readOwnData(database(), patient.actor, id, { format: format.data, lang });
		if (!read.ok) error(404, m.not_found());
		people.push(read.value);
	}
	const now = Date.now();
	const body =
		format.data === 'json'
			? JSON.stringify({ organization: site.name, madeAt: now, people: people.map(told) }, dated, 2)
			: dataAsHtml(people, { organization: site.name, lang, now });
	const day = new Date(now).toISOString().slice(0, 10);
	return new Response(body, {
		headers: {
			'content-type': `${TYPES[format.data]}; charset=utf-8`,
			'content-disposition': `attachment; filename="${m.account_data_file()}-${day}.${format.data}"`,
			// Whoever opens it where it came from gets words, and nothing that runs.
			'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
			'cache-control': 'private, no-store'
		}
	});
}

/** What happened to each visit, in words too. */
function told(person: OwnData) {
	return {
		...person,
		visits: person.visits.map((visit) => ({
			...visit,
			history: visit.history.map((entry) => ({ ...entry, what: historyTold(entry, visit) }))
		}))
	};
}

const INSTANT = /(At|^at|^since)$/;

/** Instants as everybody reads them. */
function dated(name: string, value: unknown): unknown {
	return typeof value === 'number' && INSTANT.test(name) ? new Date(value).toISOString() : value;
}
