/** The picture in the head of the public pages over HTTP: shown to everybody, put there by an administrator. */
import { error } from '@sveltejs/kit';
import type { Actor } from '#domain/access/actor.ts';
import { putLogo } from '#domain/site/commands/logo.ts';
import { LOGO_WORDS, MAX_LOGO_BYTES } from '#domain/site/logo.ts';
import { readLogo } from '#domain/site/queries/logo.ts';
import { SLUG } from '#domain/site/site.ts';
import { m } from '#web/lib/paraglide/messages.js';
import { database } from './database.ts';

/** @param slug of a site. Addresses of pictures name their version, so browsers keep each for good. */
export async function logoPicture(slug: string): Promise<Response> {
	const logo = SLUG.test(slug) ? await readLogo(database(), slug) : null;
	if (!logo) error(404, m.not_found());
	return new Response(new Uint8Array(logo.picture), {
		headers: {
			'content-type': logo.mediaType,
			'content-length': String(logo.picture.length),
			'content-security-policy': "default-src 'none'; sandbox",
			'x-content-type-options': 'nosniff',
			'cache-control': 'public, max-age=31536000, immutable'
		}
	});
}

/** Takes the body of a request in as the logo of whoever sends it. */
export async function uploadLogo(actor: Actor, request: Request): Promise<Response> {
	const bytes = await bytesOf(request);
	if (bytes === null) return refused(413, LOGO_WORDS['too-large']);
	const put = await putLogo(database(), actor, { bytes, holdsName: false });
	if (put.ok) return new Response(null, { status: 204 });
	const { code, field } = put.refusal;
	if (code === 'not-allowed') error(403, 'You do not have permission to change the public site.');
	if (code === 'invalid' && field === 'kind') return refused(415, LOGO_WORDS['wrong-kind']);
	return refused(404, 'There is no site to put this picture on.');
}

const refused = (status: number, message: string) => Response.json({ message }, { status });

/** Nothing is kept beyond the limit, whatever the request announces. */
async function bytesOf({ body, headers }: Request): Promise<Uint8Array | null> {
	if (Number(headers.get('content-length') ?? 0) > MAX_LOGO_BYTES) return null;
	const chunks: Uint8Array[] = [];
	let length = 0;
	for await (const chunk of (body ?? []) as unknown as AsyncIterable<Uint8Array>) {
		length += chunk.byteLength;
		if (length > MAX_LOGO_BYTES) return null;
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}
