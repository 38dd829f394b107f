/** The parts of a request, read and checked. Each answers with the value or with the problem. */
import { problem } from './problem.ts';

/** The longest remark, in any script, fits many times. */
export const MAX_BODY_BYTES = 64 * 1024;

/** @returns the body as JSON says it, or the problem. */
export async function readJson(request: Request): Promise<{ json: unknown } | Response> {
	const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
	if (type !== 'application/json') {
		return problem('unsupported-media-type', 'The body must be application/json.', {
			errors: [{ field: 'Content-Type', message: 'must be application/json' }]
		});
	}
	const bytes = await readAtMost(request, MAX_BODY_BYTES);
	if (bytes === null) {
		return problem('too-large', 'The body must be at most 64 KiB.', {
			errors: [{ field: 'body', message: 'must be at most 64 KiB' }]
		});
	}
	try {
		return { json: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
	} catch {
		return problem('malformed-request', 'The body is not JSON in UTF-8.', {
			errors: [{ field: 'body', message: 'is not JSON in UTF-8' }]
		});
	}
}

/** @returns the bytes, or `null` when there are more than `limit`; the length that was announced may be wrong. */
export async function readAtMost(request: Request, limit: number): Promise<Uint8Array | null> {
	if (Number(request.headers.get('content-length') ?? 0) > limit) return null;
	const chunks: Uint8Array[] = [];
	let length = 0;
	for await (const chunk of request.body ?? []) {
		length += chunk.byteLength;
		if (length > limit) return null;
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

/** @returns the `Idempotency-Key`, or the problem. */
export function readKey({ headers }: Request): string | Response {
	const key = headers.get('idempotency-key')?.trim() ?? '';
	if (key.length >= 1 && key.length <= 255) return key;
	return problem('malformed-request', 'Every change needs an Idempotency-Key of its own.', {
		errors: [{ field: 'Idempotency-Key', message: 'must be 1 to 255 characters' }]
	});
}

/** @returns the revision in `If-Match`, or the problem. */
export function readRevision({ headers }: Request): number | Response {
	const given = headers.get('if-match');
	if (given === null) {
		return problem('precondition-required', 'Send the ETag that you read as If-Match.', {
			errors: [{ field: 'If-Match', message: 'is missing' }]
		});
	}
	const revision = Number(/^"([1-9]\d{0,9})"$/.exec(given.trim())?.[1] ?? 0);
	if (revision >= 1 && revision <= 2_147_483_647) return revision;
	return problem('malformed-request', 'If-Match must be one ETag as it was answered.', {
		errors: [{ field: 'If-Match', message: 'must be a revision in quotes, as in "3"' }]
	});
}
