/** Operations that keep a time for some minutes. */
import { releaseHold, takeHold } from '#domain/scheduling/commands/holds.ts';
import { MINUTE_MS } from '#domain/scheduling/intervals.ts';
import { database } from '../database.ts';
import { idFrom, NO_WORDS, wordsAt } from './changing.ts';
import { answerWith, operation, type Operation } from './operation.ts';
import { refusalProblem } from './problem.ts';
import * as shapes from './shapes.ts';
import { rfc3339 } from './times.ts';

export const HOLD_OPERATIONS: Operation[] = [
	operation({
		...{ id: 'holdTime', method: 'POST', path: '/holds', scope: 'write' },
		...{ summary: 'Keep a time for some minutes', changes: true, needsRevision: false },
		params: shapes.noParams,
		body: shapes.hold,
		success: {
			status: 201,
			body: shapes.held,
			description: 'Kept for the caller until it expires; booking it ends it.'
		},
		async handle({ actor, key, body: { endsAt, ...wish } }) {
			const held = await takeHold(database(), actor, {
				...{ ...wish, id: idFrom(actor, key) },
				...(endsAt === undefined ? {} : { durationMinutes: (endsAt - wish.startsAt) / MINUTE_MS })
			});
			if (!held.ok) {
				return refusalProblem(held.refusal, await wordsAt(actor, wish, held.refusal));
			}
			const { id, ...times } = held.value;
			return answerWith(
				{
					...{ id, startsAt: rfc3339(times.startsAt), endsAt: rfc3339(times.endsAt) },
					expiresAt: rfc3339(times.expiresAt)
				},
				{ status: 201 }
			);
		}
	}),
	operation({
		...{ id: 'releaseTime', method: 'DELETE', path: '/holds/{id}', scope: 'write' },
		...{ summary: 'Give a kept time back', changes: true, needsRevision: false },
		params: shapes.idParams,
		body: null,
		success: { status: 200, body: shapes.released, description: 'It is kept no longer.' },
		async handle({ actor, params }) {
			const released = await releaseHold(database(), actor, params.id);
			if (!released.ok) return refusalProblem({ ...released.refusal, field: 'id' }, NO_WORDS);
			return answerWith({ id: params.id });
		}
	})
];
