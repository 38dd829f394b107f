/** Operations that read clinics, their boards and patients. */
import type { Actor } from '#domain/access/actor.ts';
import { authorize, readableScope } from '#domain/access/authorize.ts';
import { auditAlone } from '#domain/access/commands/audit.ts';
import { readBoard, type ReadBoard } from '#domain/board/queries.ts';
import type { Span } from '#domain/board/documents.ts';
import { clinicsOf, searchPatients } from '#domain/directory/queries.ts';
import { database } from '../database.ts';
import { SEARCHES_PER_MINUTE, secondsToWaitForSearch } from '../request-rate.ts';
import { NO_WORDS } from './changing.ts';
import { answerWith, operation, type Operation } from './operation.ts';
import { refusalProblem, tooMany } from './problem.ts';
import * as shapes from './shapes.ts';
import { confirmationOf, rfc3339, timesOf } from './times.ts';

const READS = { scope: 'read', changes: false, needsRevision: false } as const;

export const DIRECTORY_OPERATIONS: Operation[] = [
	operation({
		...{ ...READS, id: 'listClinics', method: 'GET', path: '/clinics' },
		summary: 'List the clinics whose boards you may read',
		params: shapes.noParams,
		body: null,
		success: { status: 200, body: shapes.clinicList, description: 'By name.' },
		handle: async ({ actor }) => answerWith({ clinics: await clinicsOf(database(), actor) })
	}),
	operation({
		...{ ...READS, id: 'readBoard', method: 'GET', path: '/clinics/{id}/boards/{date}' },
		summary: "Read one clinic's one day",
		params: shapes.boardParams,
		body: null,
		success: { status: 200, body: shapes.board, description: 'The board as it is now.' },
		async handle({ actor, params: { id: clinicId, date } }) {
			const { organizationId } = actor;
			const may = authorize(actor, 'board.read', {
				organizationId,
				clinicId,
				practitionerId: null
			});
			const read = may ? await readBoard(database(), { organizationId, clinicId, date }) : null;
			if (read === null) return refusalProblem({ code: 'not-found', field: 'id' }, NO_WORDS);
			await tracePeople(actor, clinicId, date);
			return answerWith(boardBody(actor, clinicId, read));
		}
	}),
	operation({
		...{ ...READS, id: 'searchPatients', method: 'POST', path: '/patients/search' },
		summary: 'Find patients (a POST, because a name never goes into an address)',
		params: shapes.noParams,
		body: shapes.patientSearch,
		success: { status: 200, body: shapes.patientList, description: 'The best matches, by name.' },
		async handle({ actor, body }) {
			const wait = await secondsToWaitForSearch(actor);
			if (wait !== null)
				return tooMany(wait, `At most ${SEARCHES_PER_MINUTE} searches a minute are answered.`);
			const found = await searchPatients(database(), actor, body);
			if (!found.ok) return refusalProblem(found.refusal, NO_WORDS);
			return answerWith({ patients: found.value });
		}
	})
];

/** Where the board says who its patients are, the audit says who was told. */
async function tracePeople(actor: Actor, clinicId: string, date: string): Promise<void> {
	const scope = readableScope(actor, 'people.read', clinicId);
	if (scope.length === 0) return;
	await auditAlone(database(), actor, {
		...{ kind: 'people-opened', clinicId },
		detail: { date, view: scope === 'all' ? scope : scope.join(' ') }
	});
}

function boardBody(actor: Actor, clinicId: string, { rows, people, maskedPeople }: ReadBoard) {
	const { name, zone, date } = rows.clinic['clinic']!;
	const readable = readableScope(actor, 'people.read', clinicId);
	const mayKnow = (practitionerId: string) =>
		readable === 'all' || readable.includes(practitionerId);
	const isMasked = readableScope(actor, 'people.read-masked', clinicId) === 'all';
	const visitor = (appointmentId: string, practitionerId: string) => {
		const person = people[appointmentId];
		if (person === undefined || !mayKnow(practitionerId)) {
			return isMasked ? (maskedPeople[appointmentId] ?? null) : null;
		}
		const { patientId: id, ...rest } = person;
		return { id, ...rest };
	};
	return {
		clinic: { id: clinicId, name, zone },
		date,
		practitioners: columns(rows.practitioners),
		rooms: columns(rows.rooms),
		services: Object.entries(rows.services).map(([id, { hue: _, ...service }]) => ({
			id,
			...service
		})),
		appointments: Object.entries(rows.appointments).map(
			([id, { startsAt, durationMinutes, confirmedAt, confirmedBy, ...visit }]) => ({
				id,
				...visit,
				...confirmationOf(confirmedAt ?? null, confirmedBy ?? 'patient'),
				...timesOf({ startsAt, durationMinutes }),
				patient: visitor(id, visit.practitionerId)
			})
		),
		blocks: Object.entries(rows.blocks).map(([id, { startsAt, durationMinutes, ...block }]) => ({
			...{ id, clinicId, ...block },
			...timesOf({ startsAt, durationMinutes })
		}))
	};
}

interface Column {
	order: number;
	working: Span[];
	breaks: Span[];
}

function columns<T extends Column>(rows: Record<string, T>) {
	return Object.entries(rows)
		.sort(([, a], [, b]) => a.order - b.order)
		.map(([id, { order: _, working, breaks, ...row }]) => ({
			id,
			...row,
			...{ working: working.map(spanBody), breaks: breaks.map(spanBody) }
		}));
}

function spanBody([start, end]: Span) {
	return { from: rfc3339(start), until: rfc3339(end) };
}
