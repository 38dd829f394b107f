import { choosePush, leavePush } from '#web/lib/server/push-page.ts';
import { signedIn } from '#web/lib/server/patient-session.ts';
import type { RequestHandler } from './$types';

/** Whoever is signed in may be told in this browser, of their children's visits too. */
export const POST: RequestHandler = (event) => {
	const { actor, self } = signedIn(event);
	return choosePush(event, actor, self.id);
};

export const DELETE: RequestHandler = (event) => {
	const { actor, self } = signedIn(event);
	return leavePush(event, actor, self.id);
};
