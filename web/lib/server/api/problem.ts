/** The one place where this edge turns what went wrong into `application/problem+json` (RFC 9457). */
import type { z } from 'zod';
import { explainRefusal, type WordsContext } from '#domain/scheduling/refusal-words.ts';
import type { Refusal, RefusalCode } from '#domain/scheduling/refusals.ts';
import type { EDGE_CODES, Problem } from './shapes.ts';
import { rfc3339 } from './times.ts';

type EdgeCode = (typeof EDGE_CODES)[number];
export type FieldError = NonNullable<Problem['errors']>[number];

const EDGE: Record<EdgeCode, [status: number, title: string]> = {
	unauthenticated: [401, 'No valid token or session'],
	'insufficient-scope': [403, 'The token does not allow this'],
	'foreign-origin': [403, 'The request came from another site'],
	'malformed-request': [400, 'The request cannot be read'],
	'precondition-required': [428, 'If-Match is missing'],
	'method-not-allowed': [405, 'The address does not know this method'],
	'unsupported-media-type': [415, 'The body is not JSON'],
	'too-large': [413, 'The body is too large'],
	'too-many-requests': [429, 'Too many requests'],
	internal: [500, 'Something went wrong here']
};

const REFUSALS: Record<RefusalCode, [status: number, title: string]> = {
	'not-found': [404, 'Not found'],
	'not-allowed': [403, 'Not allowed'],
	invalid: [422, 'The input is not valid'],
	'date-out-of-range': [422, 'The date is out of range'],
	'clinic-closed': [409, 'The clinic is closed'],
	away: [409, 'Away at that time'],
	'outside-hours': [409, 'Outside working hours'],
	'on-break': [409, 'During a break'],
	'practitioner-busy': [409, 'The practitioner is busy'],
	'practitioner-blocked': [409, 'The practitioner is not available'],
	'room-busy': [409, 'The room is busy'],
	'room-blocked': [409, 'The room is not available'],
	'equipment-busy': [409, 'The equipment is in use'],
	'staff-busy': [409, 'The staff is busy'],
	'patient-busy': [409, 'The patient has another visit'],
	held: [409, 'The time is kept for somebody'],
	'session-full': [409, 'All places of the group are taken'],
	'too-many-holds': [409, 'Too many times are kept'],
	'service-not-offered': [409, 'The practitioner does not offer the service'],
	'room-unsuitable': [409, 'The room does not suit the service'],
	'age-not-fitting': [409, 'Not for this age'],
	'sex-not-fitting': [409, 'Not for this patient'],
	'only-new-patients': [409, 'For new patients'],
	'only-established-patients': [409, 'For established patients'],
	'referral-needed': [409, 'A referral is needed'],
	'staff-only': [409, 'Booked by staff'],
	'too-early': [409, 'Too far ahead'],
	'too-late': [409, 'Too late'],
	'override-limit': [409, 'The limit of overrides is reached'],
	'has-bookings': [409, 'There are bookings in the way'],
	'some-refused': [409, 'Some of it is refused'],
	'email-taken': [409, 'The address is taken'],
	'own-account': [409, 'Not on the own account'],
	'last-administrator': [409, 'The last administrator'],
	'role-in-use': [409, 'Somebody has the role'],
	'already-waiting': [409, 'Waits already'],
	'offer-over': [409, 'The offer is over'],
	'quiet-hours': [409, 'Nobody is written to at this hour'],
	'status-not-possible': [409, 'The status cannot follow the present one'],
	'not-movable': [409, 'The visit cannot be moved any more'],
	'stale-revision': [412, 'Changed by somebody else'],
	'changed-since': [409, 'Changed by somebody else since'],
	'message-left': [409, 'The patient was told'],
	'nothing-to-undo': [409, 'Nothing to undo'],
	'draft-over': [409, 'The draft is over'],
	'too-many-drafts': [409, 'Too many drafts are open'],
	'reused-key': [422, 'The key was used for another request'],
	'too-busy': [503, 'Too busy at this moment']
};

/** Where this interface has another name for what a command calls its input. */
const FIELD_NAMES: Record<string, string> = {
	appointmentId: 'id',
	blockId: 'id',
	basedOnRevision: 'If-Match',
	durationMinutes: 'endsAt'
};

const FIELD_MESSAGES: Partial<Record<RefusalCode, string>> = {
	'not-found': 'is unknown',
	'stale-revision': 'is not the present revision',
	'reused-key': 'was used for another request'
};

/** @returns the answer to a request that this edge does not take. */
export function problem(
	code: EdgeCode | 'invalid' | 'not-found',
	detail: string,
	more: { errors?: FieldError[]; headers?: Record<string, string> } = {}
): Response {
	const [status, title] = code in EDGE ? EDGE[code as EdgeCode] : REFUSALS[code as RefusalCode];
	return answer(
		{
			...{ type: typeOf(code), title, status, detail, code },
			...(more.errors ? { errors: more.errors } : {})
		},
		more.headers
	);
}

/** @returns the answer to more requests than are answered */
export function tooMany(secondsToWait: number, detail: string): Response {
	return problem('too-many-requests', detail, {
		headers: { 'retry-after': String(secondsToWait) }
	});
}

/** @returns the answer to a command or query that refused. */
export function refusalProblem(refusal: Refusal, context: WordsContext): Response {
	const { code, field, obstacles, alternatives, parts } = refusal;
	const [status, title] = REFUSALS[code];
	const detail = explainRefusal(refusal, context);
	return answer(
		{
			...{ type: typeOf(code), title, status, detail, code },
			...(field === undefined ? {} : { errors: [fieldError(code, field, detail)] }),
			...(obstacles === undefined
				? {}
				: {
						conflicts: obstacles.map((obstacle) => ({
							...obstacle,
							from: rfc3339(obstacle.from),
							until: rfc3339(obstacle.until)
						}))
					}),
			...withTimes(alternatives),
			...(parts === undefined
				? {}
				: {
						refused: parts.map((part) => ({
							...{ id: part.subjectId, code: part.refusal.code },
							detail: explainRefusal(part.refusal, context),
							...withTimes(part.refusal.alternatives)
						}))
					})
		},
		code === 'too-busy' ? { 'retry-after': '1' } : {}
	);
}

function withTimes(alternatives: Refusal['alternatives']) {
	if (alternatives === undefined) return {};
	return {
		alternatives: alternatives.map((alternative) => ({
			...alternative,
			startsAt: rfc3339(alternative.startsAt)
		}))
	};
}

function fieldError(code: RefusalCode, field: string, detail: string): FieldError {
	const bare = field.replace(/^changes\./, '');
	if (code === 'reused-key') {
		return { field: 'Idempotency-Key', message: FIELD_MESSAGES[code]! };
	}
	return { field: FIELD_NAMES[bare] ?? bare, message: FIELD_MESSAGES[code] ?? detail };
}

/** @returns one entry per wrong field; never the value that was sent: it may be a patient's. */
export function fieldErrors({ issues }: z.ZodError): FieldError[] {
	return issues.flatMap((issue) => {
		const at = issue.path.map(String).join('.');
		if (issue.code !== 'unrecognized_keys') {
			return [{ field: at || 'body', message: issue.message }];
		}
		return issue.keys.map((key) => ({
			field: [at, key.slice(0, 64)].filter(Boolean).join('.'),
			message: 'is not known'
		}));
	});
}

/** Relative: it stays true wherever Dayboard runs. */
function typeOf(code: string): string {
	return `/problems/${code}`;
}

function answer(body: Problem, headers: Record<string, string> = {}): Response {
	return new Response(JSON.stringify(body), {
		status: body.status,
		headers: { 'content-type': 'application/problem+json', ...headers }
	});
}
