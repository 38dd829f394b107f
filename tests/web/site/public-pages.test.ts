/** The public pages as a stranger's browser without scripts, and as a search engine, get them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_DESCRIPTION_LENGTH, MAX_TITLE_LENGTH } from '#web/lib/site/page-head.ts';
import { startDayboard, type RunningDayboard } from '../../support/dayboard.ts';
import { browserAt, saidOn, timesOn } from './public-booking.ts';

let dayboard: RunningDayboard;
let addresses: string[];

beforeAll(async () => {
	dayboard = await startDayboard({ scale: 'small' });
	const map = await (await fetch(`${dayboard.url}/sitemap.xml`)).text();
	addresses = [...map.matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, address]) => address!);
});
afterAll(() => dayboard?.close());

const read = async (path: string) => (await fetch(dayboard.url + path)).text();
const found = (html: string, pattern: RegExp) => pattern.exec(html)?.[1] ?? null;

interface Thing {
	'@type': string;
	[field: string]: unknown;
}

function thingsOf(html: string): Thing[] {
	const json = found(html, /<script type="application\/ld\+json">(.*?)<\/script>/s);
	return (JSON.parse(json!) as { '@graph': Thing[] })['@graph'];
}

it('the sitemap lists every page in both languages, and robots may follow it', async () => {
	expect(addresses).toContain(`${dayboard.url}/en/fellside`);
	expect(addresses).toContain(`${dayboard.url}/pl/fellside/doctors`);
	expect(addresses).toContain(`${dayboard.url}/pl/fellside/contact`);
	expect(addresses.filter((address) => address.includes('/clinics/'))).toHaveLength(2);
	expect(addresses.filter((address) => address.includes('/en/fellside/doctors/'))).toHaveLength(4);
	expect(await read('/robots.txt')).toContain(`Sitemap: ${dayboard.url}/sitemap.xml`);
});

it('every page says what it is, within what search results show', async () => {
	const seen = new Set<string>();
	for (const address of addresses) {
		const answer = await fetch(address);
		expect([address, answer.status]).toEqual([address, 200]);
		const html = await answer.text();
		const title = found(html, /<title>([^<]*)<\/title>/)!;
		const description = found(html, /<meta name="description" content="([^"]*)"/)!;
		expect([address, title.length <= MAX_TITLE_LENGTH]).toEqual([address, true]);
		expect([address, title.length >= 10]).toEqual([address, true]);
		expect([address, description.length <= MAX_DESCRIPTION_LENGTH]).toEqual([address, true]);
		expect([address, description.length >= 40]).toEqual([address, true]);
		expect(found(html, /<link rel="canonical" href="([^"]*)"/)).toBe(address);
		expect(html.match(/rel="alternate" hreflang=/g)).toHaveLength(2);
		expect(html.match(/<h1[ >]/g)).toHaveLength(1);
		expect(found(html, /<html lang="([a-z]*)"/)).toBe(address.split('/')[3]);
		expect(thingsOf(html)[0]!['@type']).toBe('BreadcrumbList');
		expect(found(html, /<meta property="og:title" content="([^"]*)"/)).toBe(title);
		expect(found(html, /<meta property="og:description" content="([^"]*)"/)).toBe(description);
		expect(found(html, /<meta property="og:url" content="([^"]*)"/)).toBe(address);
		seen.add(`${title}|${address.split('/')[3]}`);
	}
	expect(seen.size).toBe(addresses.length);
});

describe('what search engines read', () => {
	const pageOf = (kind: string) =>
		addresses.find((address) => address.includes(`/en/fellside/${kind}/`))!;

	it('of a clinic', async () => {
		const html = await (await fetch(pageOf('clinics'))).text();
		const clinic = thingsOf(html).find((thing) => thing['@type'] === 'MedicalClinic')!;
		expect(clinic).toMatchObject({ name: 'Alnwick Hotspur Clinic', telephone: '0191 498 0100' });
		expect(clinic.openingHoursSpecification).toHaveLength(7);
		expect(html).toMatch(/Monday[\s\S]*08:00–18:00/);
	});

	it('of a doctor', async () => {
		const html = await (await fetch(pageOf('doctors'))).text();
		const doctor = thingsOf(html).find((thing) => thing['@type'] === 'Physician')!;
		expect(doctor).toMatchObject({ memberOf: [{ name: 'Alnwick Hotspur Clinic' }] });
		expect(html).toContain(String(doctor.name));
		expect(doctor.potentialAction).toMatchObject({ '@type': 'ReserveAction' });
	});
});

describe('the next free times', () => {
	const doctorsPage = async (name: string) =>
		new RegExp(`href="(/en/fellside/doctors/${name}-[0-9a-f]{8})"`).exec(
			await read('/en/fellside/doctors')
		)![1]!;

	it('of a doctor are those that booking offers first, and each leads on to its details', async () => {
		const path = await doctorsPage('dr-katarzyna-nowak');
		const answer = await fetch(dayboard.url + path);
		expect(answer.headers.get('cache-control')).toBe('private, no-store');
		const html = await answer.text();
		const action = found(html, /<form class="place[^"]*" method="post" action="([^"]*)"/)!;
		const shown = timesOn(html);
		expect(shown).toHaveLength(4);
		const query = action.replaceAll('&amp;', '&').replace('?/keep&', '?');
		expect(timesOn(await read(query)).slice(0, 4)).toEqual(shown);
		const browser = browserAt(dayboard.url, dayboard.url);
		const kept = await browser.post(action.replaceAll('&amp;', '&'), { time: shown[0]! });
		expect(saidOn(kept.html)).toContain('Kept for you until');
		expect(saidOn(kept.html)).toContain('Dr Katarzyna Nowak');
		// What is kept is not offered any more: nothing comes from a cache.
		expect(timesOn(await read(path))).not.toContain(shown[0]);
	});

	it('are asked for another service too, and for nonsense the usual one is shown', async () => {
		const path = await doctorsPage('dr-katarzyna-nowak');
		const serviceOf = (html: string) => found(html, /<option value="([\w-]+)" selected/) ?? 'none';
		const blood = found(await read(path), /<option value="(blood-test-[0-9a-f]{8})"/)!;
		expect(serviceOf(await read(`${path}?service=${blood}`))).toBe(blood);
		const usual = serviceOf(await read(path));
		expect(serviceOf(await read(`${path}?service=${'x'.repeat(5_000)}`))).toBe(usual);
	});

	it('of a clinic name the doctor', async () => {
		const path = found(
			await read('/en/fellside/clinics'),
			/href="(\/en\/fellside\/clinics\/[\w-]+)"/
		)!;
		const html = await read(path);
		expect(timesOn(html)).toHaveLength(4);
		expect(html).toMatch(/name="time"[\s\S]*?<span[^>]*>(Dr )?[A-Z]/);
	});

	it('whoever searches without end sees the page without them, and is led on', async () => {
		const path = await doctorsPage('dr-katarzyna-nowak');
		const crawler = browserAt(dayboard.url, dayboard.url);
		let page = await crawler.get(path);
		for (let i = 0; i < 130 && timesOn(page.html).length > 0; i++) page = await crawler.get(path);
		expect(page.status).toBe(200);
		expect(page.html).toContain('Many people are looking just now.');
		expect(page.html).toContain('Dr Katarzyna Nowak');
	});
});

it('what a service costs and how to prepare is told with the services and before a time is chosen', async () => {
	const services = await read('/en/fellside/services');
	expect(services).toMatch(/Blood test<\/h2>\s*<p[^>]*>10 minutes · £30<\/p>/);
	expect(services).toContain('Please eat nothing for 10 hours before the test.');
	expect(services).toContain('20 minutes · Free of charge');
	expect(await read('/pl/fellside/services')).toMatch(/10 minut · 30\s?GBP/);
	expect(await read('/en/fellside/book')).toMatch(/Ultrasound[\s\S]{0,200}£125/);
});

describe('looking for a doctor', () => {
	const doctorsFor = async (query: string) =>
		[
			...(await read(`/en/fellside/doctors?${query}`)).matchAll(/<strong[^>]*>([^<]*)<\/strong>/g)
		].map(([, name]) => name);

	it.each([
		['as written', 'text=Nowak', ['Dr Katarzyna Nowak']],
		['mistyped', 'text=Novak', ['Dr Katarzyna Nowak']],
		['without its accents', 'text=Krzyzanowska', ['Dr Aleksandra Krzyżanowska-Brzęczyszczewska']],
		['by specialty', 'specialty=Paediatrics', ['Dr Aleksandra Krzyżanowska-Brzęczyszczewska']],
		['by language', 'language=pl&text=Nowak', ['Dr Katarzyna Nowak']],
		['nobody', 'text=Xqwzzy', []]
	])('%s', async (_, query, expected) => {
		expect(await doctorsFor(query)).toEqual(expected);
	});

	it('strange input finds everybody or nobody, and breaks nothing', async () => {
		expect(await doctorsFor(`text=${'x'.repeat(500)}`)).toHaveLength(4);
		expect(await doctorsFor('text=%25%27%3B--')).toEqual([]);
		const html = await read(
			`/en/fellside/doctors?text=${encodeURIComponent('"><script>alert(1)</script>')}`
		);
		expect(html).not.toContain('<script>alert');
	});
});

it.each([
	'/en/nobody',
	'/de/fellside',
	'/en/fellside/doctors/x-00000000',
	'/en/fellside/clinics/..%2f'
])('%s is not there', async (path) => {
	expect((await fetch(dayboard.url + path)).status).toBe(404);
});

it('speaks Polish', async () => {
	const html = await read('/pl/fellside/clinics');
	expect(html).toContain('Przychodnie');
	expect(html).not.toContain('Clinics</h1>');
});
