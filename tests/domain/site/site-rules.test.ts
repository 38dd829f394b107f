import { describe, expect, it } from 'vitest';
import { accentContrast, LEAST_CONTRAST } from '#domain/site/colour.ts';
import { nextOpening } from '#domain/site/next-opening.ts';
import { slugFrom, textsIn, type SiteClinic } from '#domain/site/site.ts';
import { doctorInputSchema, newSiteSchema, siteInputSchema } from '#domain/site/site-input.ts';

describe('the colour', () => {
	it.each(['light', 'dark'] as const)('every hue can be read in the %s theme', (theme) => {
		const hues = Array.from({ length: 360 }, (_, hue) => hue);
		expect(hues.filter((hue) => accentContrast(hue, theme) < LEAST_CONTRAST)).toEqual([]);
	});

	it('is what WCAG says of known colours', () => {
		// oklch(0.46 0.11 191) is about #006564 on white: 6.7 : 1 by a checker of the web.
		expect(accentContrast(191, 'light')).toBeCloseTo(6.4, 0);
	});
});

describe('when somebody is there again', () => {
	const week: SiteClinic['opening'] = [
		...Array.from({ length: 4 }, (): [number, number][] => [
			[480, 720],
			[780, 1080]
		]),
		[[480, 1080]],
		[],
		[]
	];
	const at = (text: string) => Temporal.Instant.from(text).epochMilliseconds;
	const clinic = { opening: week, zone: 'Europe/Warsaw' };

	it.each([
		['in the morning before', '2027-01-11T05:00:00Z', '2027-01-11T07:00:00Z'],
		['while it is open', '2027-01-11T09:30:00Z', '2027-01-11T09:30:00Z'],
		['over lunch', '2027-01-11T11:15:00Z', '2027-01-11T12:00:00Z'],
		['in the evening', '2027-01-11T18:00:00Z', '2027-01-12T07:00:00Z'],
		['on Friday evening', '2027-01-15T18:00:00Z', '2027-01-18T07:00:00Z'],
		// Clocks went on in the night to Sunday: eight o'clock is an hour earlier.
		['over the weekend of summer time', '2027-03-27T12:00:00Z', '2027-03-29T06:00:00Z']
	])('%s', (_, now, next) => {
		expect(nextOpening(clinic, at(now))).toBe(at(next));
	});

	it('a stretch over midnight is still open after it, and who never opens is never there', () => {
		const night = { opening: [[[1_200, 1_560]], [], [], [], [], [], []], zone: 'UTC' };
		const now = at('2027-01-12T01:00:00Z');
		expect(nextOpening(night as typeof clinic, now)).toBe(now);
		expect(nextOpening({ opening: [[], [], [], [], [], [], []], zone: 'UTC' }, now)).toBeNull();
	});
});

it.each([
	['Fellside Clinics', 'fellside-clinics'],
	['Przychodnia „Zdrówko” & Łąka', 'przychodnia-zdrowko-laka'],
	['  --  ', 'clinic'],
	['日本', 'clinic'],
	['x'.repeat(90), 'x'.repeat(40)]
])('an address for %s', (name, slug) => {
	expect(slugFrom(name)).toBe(slug);
	expect(newSiteSchema.safeParse({ slug }).success).toBe(true);
});

it('a text that was never written is empty, whatever else there is', () => {
	expect(textsIn({ en: { lead: 'Hello' } }, 'en')).toMatchObject({ lead: 'Hello', about: '' });
	expect(textsIn({ en: { lead: 'Hello' } }, 'pl').lead).toBe('');
});

describe('what is not right is told at its field', () => {
	const texts = { lead: '', welcome: '', about: '', contact: '', privacy: '' };
	const site = { revision: 1, slug: 'good', hue: 10, currency: 'EUR', texts: { en: texts } };
	const issueOf = (input: unknown) => {
		const parsed = siteInputSchema.safeParse(input);
		return parsed.success ? null : parsed.error.issues[0]!.path.join('.');
	};

	it.each<[string, object, string]>([
		['an address with a blank', { slug: 'two words' }, 'slug'],
		['an address that begins with a hyphen', { slug: '-good' }, 'slug'],
		['an address of one letter', { slug: 'a' }, 'slug'],
		['an address of 61 letters', { slug: 'a'.repeat(61) }, 'slug'],
		['an address with a slash', { slug: 'a/../b' }, 'slug'],
		['a hue of 360', { hue: 360 }, 'hue'],
		['a currency that nobody knows', { currency: 'ABC' }, 'currency'],
		['a revision of nothing', { revision: 0 }, 'revision'],
		[
			'a sentence that is too long',
			{ texts: { en: { ...texts, lead: 'x'.repeat(156) } } },
			'texts.en.lead'
		],
		['a NUL in a text', { texts: { pl: { ...texts, about: 'a\0b' } } }, 'texts.pl.about'],
		['half a character', { texts: { pl: { ...texts, about: 'a\ud800' } } }, 'texts.pl.about'],
		['a language that there is not', { texts: { de: texts } }, 'texts']
	])('%s', (_, wrong, field) => {
		expect(issueOf({ ...site, ...wrong })).toBe(field);
	});

	it('the longest that is allowed is taken, and letters are made small', () => {
		const most = { ...texts, privacy: 'x'.repeat(16_000), lead: 'y'.repeat(155) };
		const parsed = siteInputSchema.parse({ ...site, slug: ' GOOD-2 ', texts: { en: most } });
		expect(parsed.slug).toBe('good-2');
		expect(parsed.texts.en).toEqual(most);
	});

	it('of a doctor', () => {
		const good = { listed: true, languages: ['pl'], about: '', aboutIn: {} };
		const parse = (wanted: object) =>
			doctorInputSchema.safeParse({ id: crypto.randomUUID(), shown: good, wanted }).success;
		expect(parse(good)).toBe(true);
		expect(parse({ ...good, languages: ['polish'] })).toBe(false);
		expect(parse({ ...good, languages: ['pl', 'pl'] })).toBe(false);
		expect(parse({ ...good, about: 'x'.repeat(2_001) })).toBe(false);
		expect(parse({ ...good, name: 'Dr Evil' })).toBe(false);
	});
});
