/** Operations on blocked time. */
import { MINUTE_MS } from '#domain/scheduling/intervals.ts';
import { readBlock } from '#domain/scheduling/queries.ts';
import { database } from '../database.ts';
import { change, idFrom, NO_WORDS } from './changing.ts';
import { answerWith, operation, type Operation } from './operation.ts';
import { refusalProblem } from './problem.ts';
import * as shapes from './shapes.ts';
import { timesOf } from './times.ts';

export const BLOCK_OPERATIONS: Operation[] = [
	operation({
		...{ id: 'blockTime', method: 'POST', path: '/blocks' },
		...{ summary: 'Take time from a practitioner or a room', scope: 'write' },
		...{ changes: true, needsRevision: false },
		params: shapes.noParams,
		body: shapes.newBlock,
		success: { status: 201, body: shapes.changed, description: 'Blocked.' },
		handle({ actor, key, body: { endsAt, ...rest } }) {
			return change(actor, {
				...{ kind: 'block', id: key, madeAt: Date.now(), blockId: idFrom(actor, key) },
				changes: { ...rest, durationMinutes: (endsAt - rest.startsAt) / MINUTE_MS }
			});
		}
	}),
	operation({
		...{ id: 'readBlock', method: 'GET', path: '/blocks/{id}' },
		...{ summary: 'Read a block of time', scope: 'read', changes: false, needsRevision: false },
		params: shapes.idParams,
		body: null,
		success: { status: 200, body: shapes.block, description: 'The block as it is now.' },
		async handle({ actor, params }) {
			const read = await readBlock(database(), actor, params.id);
			if (!read.ok) return refusalProblem({ field: 'id', ...read.refusal }, NO_WORDS);
			const { startsAt, durationMinutes, ...rest } = read.value;
			return answerWith(
				{ ...rest, ...timesOf({ startsAt, durationMinutes }) },
				{ revision: rest.revision }
			);
		}
	}),
	operation({
		...{ id: 'unblockTime', method: 'DELETE', path: '/blocks/{id}' },
		...{ summary: 'Give blocked time back', scope: 'write', changes: true, needsRevision: true },
		params: shapes.idParams,
		body: null,
		success: { status: 200, body: shapes.changed, description: 'The time is free again.' },
		handle: ({ actor, params, key, revision }) =>
			change(actor, {
				...{ kind: 'unblock', id: key, madeAt: Date.now() },
				...{ blockId: params.id, basedOnRevision: revision }
			})
	})
];
