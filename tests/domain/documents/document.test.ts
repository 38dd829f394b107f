import { describe, expect, it } from 'vitest';
import { documentName, type DocumentKind } from '#domain/documents/document.ts';

describe('the name of a document', () => {
	it.each([
		['Referral.pdf', 'application/pdf', 'Referral.pdf'],
		['Überweisung Łódź.PDF', 'application/pdf', 'Überweisung Łódź.pdf'],
		['photo.jpeg', 'image/jpeg', 'photo.jpeg'],
		['photo.pdf', 'image/jpeg', 'photo.jpg'],
		['setup.exe', 'application/pdf', 'setup.pdf'],
		['results', 'image/png', 'results.png'],
		['Dr. Nowak', 'application/pdf', 'Dr. Nowak.pdf'],
		['v1.2 final', 'application/pdf', 'v1.2 final.pdf'],
		['C:\\Users\\me\\x.png', 'image/png', 'x.png'],
		['../../etc/passwd', 'application/pdf', 'passwd.pdf'],
		['', 'application/pdf', 'document.pdf'],
		['.pdf', 'application/pdf', 'pdf.pdf'],
		['..', 'application/pdf', 'document.pdf'],
		['a"b\r\nset-cookie: x.pdf', 'application/pdf', 'abset-cookie x.pdf'],
		// Written from right to left it would read exe.pdf the other way round.
		['evil\u202efdp.exe', 'application/pdf', 'evilfdp.pdf'],
		['half \ud800 a letter.pdf', 'application/pdf', 'half \ufffd a letter.pdf'],
		[`${'x'.repeat(300)}.pdf`, 'application/pdf', `${'x'.repeat(120)}.pdf`]
	] as [string, DocumentKind, string][])('%j (%s) is %j', (given, mediaType, name) => {
		expect(documentName(given, mediaType)).toBe(name);
	});
});
