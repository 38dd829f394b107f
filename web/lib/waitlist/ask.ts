/** Asking the server from a page: the answer, or in words why there is none. */

export type Answer<T> = { ok: true; value: T } | { ok: false; status: number; message: string };

const UNREACHABLE = 'Dayboard could not be reached. Please try again when the line is back.';
const FAILED = 'This did not work. Please try again in a minute.';

/**
 * @param body sent as JSON; `undefined`: nothing is sent
 * @returns `status` 0: nobody answered
 */
export async function ask<T>(
	path: string,
	method: 'GET' | 'POST' = 'GET',
	body?: unknown,
	signal?: AbortSignal
): Promise<Answer<T>> {
	try {
		const answer = await fetch(path, {
			method,
			headers: {
				accept: 'application/json',
				...(body === undefined ? {} : { 'content-type': 'application/json' })
			},
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
			...(signal ? { signal } : {})
		});
		const told = (await answer.json()) as unknown;
		if (answer.ok) return { ok: true, value: told as T };
		const { message } = (told ?? {}) as { message?: unknown };
		return {
			...{ ok: false, status: answer.status },
			message: typeof message === 'string' ? message : FAILED
		};
	} catch {
		return { ok: false, status: 0, message: UNREACHABLE };
	}
}
