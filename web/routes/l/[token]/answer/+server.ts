import { answerLink } from '#web/lib/server/link-answer.ts';
import type { RequestHandler } from './$types';

/** A notification's button: what the link's page does, without the page. */
export const POST: RequestHandler = (event) => answerLink(event);
