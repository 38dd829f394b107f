/** Operations on the waitlist. */
import { joinWaitlist, leaveWaitlist } from '#domain/waitlist/commands.ts';
import { listWaitlist } from '#domain/waitlist/queries.ts';
import { database } from '../database.ts';
import { NO_WORDS } from './changing.ts';
import { answerWith, operation, type Operation } from './operation.ts';
import { refusalProblem } from './problem.ts';
import * as shapes from './shapes.ts';
import { rfc3339 } from './times.ts';

export const WAITLIST_OPERATIONS: Operation[] = [
	operation({
		...{ id: 'listWaitlist', method: 'GET', path: '/waitlist', scope: 'read' },
		...{ summary: 'Who waits for a time', changes: false, needsRevision: false },
		params: shapes.noParams,
		body: null,
		success: {
			status: 200,
			body: shapes.waitlist,
			description: 'The longest waiting first, at most 200.'
		},
		async handle({ actor }) {
			const listed = await listWaitlist(database(), actor);
			if (!listed.ok) return refusalProblem(listed.refusal, NO_WORDS);
			return answerWith({
				entries: listed.value.map(({ service, clinics, doctors, waitingSince, ...entry }) => ({
					...entry,
					serviceId: service.id,
					clinicIds: clinics.map(({ id }) => id),
					practitionerIds: doctors.map(({ id }) => id),
					waitingSince: rfc3339(waitingSince)
				}))
			});
		}
	}),
	operation({
		...{ id: 'joinWaitlist', method: 'POST', path: '/waitlist', scope: 'write' },
		...{ summary: 'Put a patient on the waitlist', changes: true, needsRevision: false },
		params: shapes.noParams,
		body: shapes.waitlistWish,
		success: { status: 201, body: shapes.released, description: 'Waits from now on.' },
		async handle({ actor, body: { patientId, ...wish } }) {
			const joined = await joinWaitlist(database(), actor, {
				...{ patientId, wish, source: 'reception', again: 'refuse' }
			});
			if (!joined.ok) return refusalProblem(joined.refusal, NO_WORDS);
			return answerWith(joined.value, { status: 201 });
		}
	}),
	operation({
		...{ id: 'leaveWaitlist', method: 'DELETE', path: '/waitlist/{id}', scope: 'write' },
		...{ summary: 'Take an entry off the waitlist', changes: true, needsRevision: false },
		params: shapes.idParams,
		body: null,
		success: { status: 200, body: shapes.released, description: 'Waits no more.' },
		async handle({ actor, params }) {
			const left = await leaveWaitlist(database(), actor, params.id);
			if (!left.ok) return refusalProblem(left.refusal, NO_WORDS);
			return answerWith({ id: params.id });
		}
	})
];
