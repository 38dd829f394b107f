import { describe, expect, it } from 'vitest';
import {
	checkTemplate,
	htmlOfText,
	linksIn,
	renderTemplate,
	type Template
} from '#domain/messaging/template.ts';
import { visitValues, type VisitFacts } from '#domain/messaging/visit-words.ts';

const VISIT: VisitFacts = {
	...{ startsAt: Date.UTC(2026, 2, 3, 8, 30), zone: 'Europe/Warsaw' },
	patient: { givenName: 'Anna' },
	clinic: { name: 'North', address: 'Long Street 1', phone: '22 123' },
	doctor: { name: 'Dr Lee' },
	service: { name: 'Check-up', preparation: '' },
	organization: { name: 'Fellside' }
};
const of = (some: Partial<Template>): Template => ({
	...{ subject: 'Your visit', body: 'Hello', short: 'Hello' },
	...some
});

describe('a template is checked', () => {
	it.each<[string, Partial<Template>, object[]]>([
		['all known', { body: 'Hello {{patient.givenName}}, {{ visit.day }}' }, []],
		[
			'unknown',
			{ body: 'Hello,\nsee {{doctor.nam}}' },
			[{ field: 'body', code: 'unknown-placeholder', name: 'doctor.nam', line: 2, column: 5 }]
		],
		[
			'two unknown, in two fields',
			{ subject: '{{x}}', short: 'a {{toString}}' },
			[
				{ field: 'subject', code: 'unknown-placeholder', name: 'x', line: 1, column: 1 },
				{ field: 'short', code: 'unknown-placeholder', name: 'toString', line: 1, column: 3 }
			]
		],
		[
			'braces that are not closed',
			{ body: '{{visit.day}} and {{visit.time' },
			[{ field: 'body', code: 'unclosed-braces', line: 1, column: 19 }]
		],
		['nothing', { subject: ' ' }, [{ field: 'subject', code: 'empty' }]],
		['too long', { short: 'x'.repeat(321) }, [{ field: 'short', code: 'too-long' }]]
	])('%s', (_, some, faults) => {
		expect(checkTemplate(of(some))).toEqual(faults);
	});
});

describe('a template is filled in', () => {
	it('with one empty line where a paragraph has nothing to say', () => {
		const body = 'One\n\n{{service.preparation}}\n\n{{link.confirm}}\n\nTwo\n\n\nThree';
		const { body: text, html } = renderTemplate(of({ body }), visitValues(VISIT, 'en'));
		// Two that somebody wrote stay.
		expect(text).toBe('One\n\nTwo\n\n\nThree\n');
		expect(html).toContain('<p>One</p><p>Two</p><p>Three</p>');
	});

	it('in the language and zone', () => {
		const template = of({ body: '{{patient.givenName}}: {{visit.day}}, {{visit.time}}' });
		expect(renderTemplate(template, visitValues(VISIT, 'en')).body).toBe(
			'Anna: Tuesday 3 March, 09:30\n'
		);
		expect(renderTemplate(template, visitValues(VISIT, 'pl')).body).toBe(
			'Anna: wtorek, 3 marca, 09:30\n'
		);
	});

	it('leaves out lines that have nothing to say', () => {
		const template = of({
			body: 'One\n{{service.preparation}}\nTwo {{service.preparation}} {{doctor.name}}\n\nEnd',
			short: 'Confirm: {{link.confirm}}\nOr call {{clinic.phone}}'
		});
		const { body, short } = renderTemplate(template, visitValues(VISIT, 'en'));
		expect(body).toBe('One\nTwo  Dr Lee\n\nEnd\n');
		expect(short).toBe('Or call 22 123');
	});

	it('lets no value bring markup into a mail, or a line into its subject', () => {
		const patient = { givenName: '<img src=x onerror="alert(1)">\r\nBcc: a@b.example' };
		const values = visitValues({ ...VISIT, patient }, 'en');
		const template = of({ subject: 'For {{patient.givenName}}', body: '{{patient.givenName}}' });
		const { html, subject } = renderTemplate(template, values);
		expect(html).not.toMatch(/<img|onerror="/);
		expect(html).toContain('&#60;img src=x');
		expect(subject).not.toMatch(/[\r\n]/);
	});

	it('makes links of links, and of nothing else', () => {
		const values = visitValues(VISIT, 'en', { 'link.confirm': 'https://c.example/m/a?b=1&c=2' });
		const { html } = renderTemplate(of({ body: 'Come?\n\n{{link.confirm}}' }), values);
		expect(html).toContain('<a href="https://c.example/m/a?b=1&#38;c=2">');
		expect(linksIn(of({ body: '{{link.confirm}}', short: '{{link.cancel}}' }))).toEqual([
			'confirm',
			'cancel'
		]);
		expect(htmlOfText('See\nhttps://a.example/x\nor javascript:alert(1)')).toBe(
			'<div style="font:16px/1.5 sans-serif;max-width:520px"><p>See<br>' +
				'<a href="https://a.example/x">https://a.example/x</a><br>or javascript:alert(1)</p></div>'
		);
	});
});
