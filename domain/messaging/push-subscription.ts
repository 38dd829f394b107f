/** A browser that a patient wants to be told in, as the browser describes it: the edge, and nothing else is stored. */
import { z } from 'zod';
import { isLoopbackName } from '../access/identity-provider.ts';

/** Longer than any service's: Windows' take about 600 characters. */
export const MAX_ENDPOINT_LENGTH = 1_000;
/** Of one patient; a further one takes the place of the oldest. */
export const MAX_DEVICES = 10;

/** Hosts of the browsers' makers: Chrome and Edge on Android, Firefox, Edge on Windows, Safari. */
const HOSTS = [
	'fcm.googleapis.com',
	'updates.push.services.mozilla.com',
	'web.push.apple.com'
] as const;
/** Each service has hosts below these. */
const PARENTS = ['push.services.mozilla.com', 'notify.windows.com', 'push.apple.com'] as const;

/**
 * @param services further ones that the operator named (`PUSH_SERVICES`), as origins
 * @returns whether an address is a push service's: everything else would let strangers send our server anywhere
 */
export function isPushService(address: string, services: readonly string[]): boolean {
	if (address.length > MAX_ENDPOINT_LENGTH || !URL.canParse(address)) return false;
	const { protocol, hostname, port, origin, username, password } = new URL(address);
	if (username !== '' || password !== '') return false;
	if (services.includes(origin)) return protocol === 'https:' || isLoopbackName(hostname);
	if (protocol !== 'https:' || port !== '') return false;
	return (
		HOSTS.some((host) => host === hostname) ||
		PARENTS.some((parent) => hostname.endsWith(`.${parent}`))
	);
}

/** @returns a schema for bytes in base64url, of which `fits` says whether they are what they should be */
function bytes(length: number, message: string, fits: (letters: string) => boolean = () => true) {
	const letters = Math.ceil((length * 4) / 3);
	const form = new RegExp(`^[A-Za-z0-9_-]{${letters}}$`);
	return z
		.string(message)
		.transform((text) => text.replace(/=+$/, ''))
		.refine((text) => form.test(text) && fits(text), message);
}

/** @param services as `isPushService` takes them */
export function pushSubscriptionSchema(services: readonly string[]) {
	return z.object({
		endpoint: z
			.string('The push service’s address is missing.')
			.max(MAX_ENDPOINT_LENGTH, {
				...{ error: 'The push service’s address is too long.', abort: true }
			})
			.refine((address) => isPushService(address, services), {
				message: 'This push service is not known here.'
			}),
		keys: z.object(
			{
				/** The browser's point on P-256, uncompressed: that is what the first byte, 4, says. */
				p256dh: bytes(65, 'The key "p256dh" must be 65 bytes in base64url.', (text) =>
					text.startsWith('B')
				),
				auth: bytes(16, 'The key "auth" must be 16 bytes in base64url.')
			},
			'The browser’s keys are missing.'
		)
	});
}
export type PushSubscriptionInput = z.output<ReturnType<typeof pushSubscriptionSchema>>;
