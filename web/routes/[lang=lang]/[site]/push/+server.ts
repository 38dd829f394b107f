import { followPush } from '#web/lib/server/push-page.ts';
import type { RequestHandler } from './$types';

/** From the service worker, whose browser was given a new address. */
export const POST: RequestHandler = (event) => followPush(event);
