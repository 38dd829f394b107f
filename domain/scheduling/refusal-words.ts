/** What a refusal says to a person: plain, short, specific, never blaming, never naming a patient. */
import type { Refusal } from './refusals.ts';

export interface WordsContext {
	/** Name of a practitioner, room or, for staff who may know, nobody else. `undefined` when unknown. */
	nameOf(resourceId: string): string | undefined;
	/** The clinic's IANA zone. */
	zone: string;
	/** BCP 47 tag for dates; times are always 24 hours. */
	locale?: string;
	/** The local date on screen, `YYYY-MM-DD`: times on another day are said with the day. */
	date?: string;
}

/** @returns one or two sentences. */
export function explainRefusal(refusal: Refusal, context: WordsContext): string {
	const free = freeTimes(refusal, context);
	return free === '' ? reason(refusal, context) : `${reason(refusal, context)} ${free}`;
}

function reason(refusal: Refusal, context: WordsContext): string {
	const obstacle = refusal.obstacles?.[0];
	const who = (fallback: string) => (obstacle && context.nameOf(obstacle.resourceId)) ?? fallback;
	const until = () => (obstacle ? ` until ${timeOf(obstacle.until, context)}` : '');
	switch (refusal.code) {
		case 'practitioner-busy':
			return `${who('The doctor')} is with another patient${until()}.`;
		case 'practitioner-blocked':
			return `${who('The doctor')} is not available${until()}.`;
		case 'room-busy':
			return `${who('The room')} is taken${until()}.`;
		case 'room-blocked':
			return `${who('The room')} cannot be used${until()}.`;
		case 'patient-busy':
			return `The patient has another visit${until()}.`;
		case 'clinic-closed':
			return `The clinic is closed${until()}.`;
		case 'away':
			return `${who('The doctor')} is away${until()}.`;
		case 'equipment-busy':
			return obstacle
				? `${who('The equipment')} is in use${until()}.`
				: 'The equipment for this service is not there at that time.';
		case 'staff-busy':
			return obstacle
				? `${who('The staff for this service')} is with another patient${until()}.`
				: 'Nobody who could assist is there at that time.';
		case 'held':
			return 'Somebody else is booking this time at this moment.';
		case 'session-full':
			return 'All places in this group are taken.';
		case 'too-many-holds':
			return 'You are keeping several times already. Please book or give back one of them first.';
		case 'age-not-fitting':
			return 'This service is not for patients of this age.';
		case 'sex-not-fitting':
			return 'This service is not for this patient.';
		case 'only-new-patients':
			return 'This service is for new patients.';
		case 'only-established-patients':
			return 'This service is for patients who were here before.';
		case 'referral-needed':
			return 'This service needs a referral.';
		case 'staff-only':
			return 'This service is booked by the clinic. Please call.';
		case 'too-early':
			return 'This is further ahead than can be booked yet.';
		case 'too-late':
			return 'It is too late to do this online. Please call the clinic.';
		case 'override-limit':
			return `${who('The doctor')} has as many extra visits that day as agreed.`;
		case 'has-bookings':
			return 'There are visits in that time. They have to be moved first.';
		case 'some-refused':
			return 'Not all of it can be done, so nothing was changed.';
		case 'email-taken':
			return 'Somebody signs in with this e-mail address already.';
		case 'offer-over':
			return 'This offer is over: the time is not kept any more.';
		case 'quiet-hours':
			return 'Patients are not written to at this hour.';
		case 'already-waiting':
			return 'This patient waits for this service already.';
		case 'own-account':
			return 'This is your own account. Somebody else has to do this for you.';
		case 'last-administrator':
			return 'Nobody else could manage the accounts then. Please make somebody else an administrator first.';
		case 'role-in-use':
			return 'Somebody has this role. Please give them another one first.';
		case 'outside-hours':
			return `${who('The doctor')} does not work at that time.`;
		case 'on-break':
			return `${who('The doctor')} has a break${until()}.`;
		case 'service-not-offered':
			return 'This doctor does not offer this service.';
		case 'room-unsuitable':
			return 'This room is not equipped for this service.';
		case 'status-not-possible':
			return 'The visit cannot go to that status from where it is now.';
		case 'not-movable':
			return 'The visit has begun or is over, so its time stays as it is.';
		case 'stale-revision':
			return 'Somebody changed this visit a moment ago. Please look at it again.';
		case 'changed-since':
			return 'Somebody changed the same thing since, so it stays as they left it.';
		case 'message-left':
			return 'The patient was told that it is cancelled. Please call, and book again.';
		case 'nothing-to-undo':
			return 'This cannot be undone any more.';
		case 'draft-over':
			return 'This draft was carried out or dropped already.';
		case 'too-many-drafts':
			return 'As many drafts of this day are open as it can have. Please drop one first.';
		case 'date-out-of-range':
			return 'That date is too far away to book.';
		case 'not-allowed':
			return 'You do not have permission to do this.';
		case 'not-found':
			return 'This is no longer there.';
		case 'invalid':
			return 'Something in this request is not right.';
		case 'reused-key':
			return 'This request was already used for something else.';
		case 'too-busy':
			return 'Many people are booking at this moment. Please try again.';
	}
}

function freeTimes(refusal: Refusal, context: WordsContext): string {
	const times = (refusal.alternatives ?? []).map(({ startsAt }) => timeOf(startsAt, context));
	return times.length === 0 ? '' : `Free at ${times.join(', ')}.`;
}

/** @returns `10:20`, or `Tue 24 Nov, 10:20` when the day is not the one on screen. */
export function timeOf(
	instant: number,
	context: Pick<WordsContext, 'zone' | 'locale' | 'date'>
): string {
	const at = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(context.zone);
	const clock = at.toPlainTime().toString({ smallestUnit: 'minute' });
	if (context.date === undefined || at.toPlainDate().toString() === context.date) return clock;
	const day = at.toLocaleString(context.locale ?? 'en-GB', {
		weekday: 'short',
		day: 'numeric',
		month: 'short'
	});
	return `${day}, ${clock}`;
}
