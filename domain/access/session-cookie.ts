/** The cookie that carries a session. */

export const SESSION_COOKIE = 'dayboard_session';

/**
 * @param cookieHeader the request's `Cookie` header
 * @returns the session's secret, or `null` when the header carries none
 */
export function sessionTokenFrom(cookieHeader: string | null): string | null {
	for (const part of (cookieHeader ?? '').split(';')) {
		const [name, value] = part.trim().split('=', 2);
		if (name === SESSION_COOKIE && value && value.length <= 128) return value;
	}
	return null;
}
