/** Small files of each kind that may be uploaded, and of kinds that may not. */

/** One page, without words on it. `text` is in it in the clear. */
export function pdf(text = 'Referral of Jadwiga Nowak'): Buffer {
	return Buffer.from(
		`%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n% ${text}\ntrailer<</Root 1 0 R>>\n%%EOF\n`
	);
}

/** One grey point. */
export const PNG = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==',
	'base64'
);

/** The beginning of a photograph. */
export const JPEG = Buffer.concat([
	Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10]),
	Buffer.from('JFIF\0'),
	Buffer.alloc(200, 7),
	Buffer.from([0xff, 0xd9])
]);

export const FORBIDDEN: [what: string, bytes: Buffer][] = [
	['a program', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(300)])],
	['a page', Buffer.from('<!doctype html><script>alert(1)</script>')],
	['a drawing with scripts', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>')],
	['a moving picture', Buffer.concat([Buffer.from('GIF89a'), Buffer.alloc(100)])],
	['an archive', Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(100)])],
	['plain text', Buffer.from('Dear colleague')],
	['a PDF that begins with something else', Buffer.concat([Buffer.from('MZ'), pdf()])]
];
