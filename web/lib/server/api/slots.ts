/** The operation that searches for free times. */
import { searchSlots } from '#domain/availability/queries/slots.ts';
import { slotSearchSchema } from '#domain/availability/slot-search.ts';
import { database } from '../database.ts';
import { NO_WORDS } from './changing.ts';
import { answerWith, operation, type Operation } from './operation.ts';
import { refusalProblem } from './problem.ts';
import * as shapes from './shapes.ts';
import { timesOf } from './times.ts';

export const SLOT_OPERATIONS: Operation[] = [
	operation({
		...{ id: 'searchSlots', method: 'POST', path: '/slots/search' },
		...{ scope: 'read', changes: false, needsRevision: false },
		summary: 'Find free times (a POST, because it may name a patient)',
		params: shapes.noParams,
		body: slotSearchSchema,
		success: {
			status: 200,
			body: shapes.slotPage,
			description: 'Day by day and by time; each can be booked as it stands, step by step.'
		},
		async handle({ actor, body }) {
			const found = await searchSlots(database(), actor, body, Date.now());
			if (!found.ok) return refusalProblem(found.refusal, NO_WORDS);
			const { slots, ...page } = found.value;
			return answerWith({
				...page,
				slots: slots.map(({ startsAt, durationMinutes, steps, ...slot }) => ({
					...slot,
					...timesOf({ startsAt, durationMinutes }),
					steps: steps.map(({ startsAt, durationMinutes, ...step }) => ({
						...step,
						...timesOf({ startsAt, durationMinutes })
					}))
				}))
			});
		}
	})
];
