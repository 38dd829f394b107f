import { expect, it } from 'vitest';
import { inLanguage, specialtyIn } from '#domain/site/translations.ts';

const FIRST = { name: 'Blood test', preparation: 'Eat nothing.' };

it.each([
	['the first language', 'en', { pl: { name: 'Badanie krwi' } }, FIRST],
	['nothing written', 'pl', undefined, FIRST],
	['all written', 'pl', { pl: { name: 'Badanie krwi', preparation: 'Nic nie jedz.' } }, null],
	[
		'one is missing, one is empty',
		'pl',
		{ pl: { name: 'Badanie krwi', preparation: '' } },
		{ name: 'Badanie krwi', preparation: 'Eat nothing.' }
	]
] as const)('texts: %s', (_, language, translations, expected) => {
	const told = inLanguage(FIRST, translations, language);
	expect(told).toEqual(expected ?? { name: 'Badanie krwi', preparation: 'Nic nie jedz.' });
});

it('a specialty that has no name in a language is called as in the first', () => {
	const names = { Cardiology: { pl: 'Kardiologia' }, Dermatology: { pl: '' } };
	const called = ['Cardiology', 'Dermatology', 'Surgery'].map((one) =>
		specialtyIn(names, one, 'pl')
	);
	expect(called).toEqual(['Kardiologia', 'Dermatology', 'Surgery']);
	expect(specialtyIn(names, 'Cardiology', 'en')).toBe('Cardiology');
});
