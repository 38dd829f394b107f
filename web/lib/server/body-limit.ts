/** How long a request's body may be: everything that a stranger can send is capped. */
import { error } from '@sveltejs/kit';
import { MAX_BODY_BYTES } from './api/request-input.ts';

/**
 * For pages and forms, whose bodies the framework reads whole. It reads no more than a request announces, so what
 * announces nothing is turned away: browsers always do.
 * @throws the error 411 without a length, 413 for more than 64 KiB
 */
export function refuseLongBody({ headers }: Request): void {
	const announced = headers.get('content-length');
	if (announced === null && headers.has('transfer-encoding')) {
		error(411, 'This request did not say how long it is.');
	}
	if (Number(announced ?? 0) > MAX_BODY_BYTES) {
		error(413, 'This was more than a form of Dayboard holds.');
	}
}
