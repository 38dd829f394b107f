/** From which network address a request comes. */
import type { IncomingMessage } from 'node:http';

/**
 * A proxy that speaks TLS for us adds whom it got the request from at the end of `X-Forwarded-For`; what stands
 * before that anybody may have written. Without such a proxy the header says nothing.
 * @param publicOrigin the address that people type; `null`: nothing stands in front
 */
export function visitorAddress(request: IncomingMessage, publicOrigin: string | null): string {
	const behindProxy = publicOrigin?.startsWith('https:') ?? false;
	const forwarded = behindProxy ? request.headers['x-forwarded-for'] : undefined;
	const [nearest] = String(forwarded ?? '')
		.split(',')
		.reverse();
	return nearest?.trim() || (request.socket.remoteAddress ?? 'unknown');
}
