/** Operations that change several visits in one transaction: all of them, or none. */
import { clinicsOf } from '#domain/directory/queries.ts';
import type { PartOf } from '#domain/scheduling/intents.ts';
import { MINUTE_MS } from '#domain/scheduling/intervals.ts';
import { seriesParts, seriesStarts } from '#domain/scheduling/series.ts';
import { database } from '../database.ts';
import { changeTogether, idFrom, NO_WORDS } from './changing.ts';
import { operation, type Operation } from './operation.ts';
import { refusalProblem } from './problem.ts';
import * as shapes from './shapes.ts';

export const TOGETHER_OPERATIONS: Operation[] = [
	operation({
		...{ id: 'moveAppointments', method: 'POST', path: '/appointments/moves' },
		...{ summary: 'Move several visits, exchange two: all or none', scope: 'write' },
		...{ changes: true, needsRevision: false },
		params: shapes.noParams,
		body: shapes.moves,
		success: { status: 200, body: shapes.changedTogether, description: 'All are moved.' },
		handle: ({ actor, key, body }) =>
			changeTogether(
				actor,
				key,
				body.moves.map(({ id, revision, ...changes }) => ({
					...{ kind: 'move', appointmentId: id, basedOnRevision: revision, changes }
				}))
			)
	}),
	operation({
		...{ id: 'bookSeries', method: 'POST', path: '/series', scope: 'write' },
		...{ summary: 'Book repeat visits: all or none', changes: true, needsRevision: false },
		params: shapes.noParams,
		body: shapes.series,
		success: { status: 201, body: shapes.changedTogether, description: 'All are booked.' },
		async handle({ actor, key, body: { rule, endsAt, startsAt, ...placement } }) {
			const clinic = (await clinicsOf(database(), actor)).find(
				({ id }) => id === placement.clinicId
			);
			if (!clinic) return refusalProblem({ code: 'not-found', field: 'clinicId' }, NO_WORDS);
			const starts = seriesStarts(startsAt, rule, clinic.zone);
			if (!starts.ok) return refusalProblem(starts.refusal, NO_WORDS);
			const { remark, referralSeen, ...place } = placement;
			const booking: PartOf<'book'> = {
				kind: 'book',
				appointmentId: idFrom(actor, key),
				changes: {
					...{ ...place, startsAt },
					...(remark === undefined ? {} : { remark }),
					...(referralSeen === undefined ? {} : { referralSeen }),
					...(endsAt === undefined ? {} : { durationMinutes: (endsAt - startsAt) / MINUTE_MS })
				}
			};
			let made = 0;
			const newId = () => idFrom(actor, `${key}/${made++}`);
			return changeTogether(actor, key, seriesParts(booking, starts.value, newId), 201);
		}
	})
];
