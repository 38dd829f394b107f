import { choosePush, leavePush } from '#web/lib/server/push-page.ts';
import { openVisit } from '#web/lib/server/visit-page.ts';
import type { RequestHandler } from './$types';

/** Whoever holds a visit's link may be told of it in this browser. */
export const POST: RequestHandler = async (event) => {
	const { visit, patient } = await openVisit(event);
	return choosePush(event, patient, visit.patientId);
};

export const DELETE: RequestHandler = async (event) => {
	const { visit, patient } = await openVisit(event);
	return leavePush(event, patient, visit.patientId);
};
