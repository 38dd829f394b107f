/** A day after the demo's, on which a spec makes its own visits through the HTTP interface of whoever is signed in. */
import type { Page } from '@playwright/test';
import type { Database } from '#db/database.ts';
import type { ReadBoard } from '#domain/board/queries.ts';
import { intersect, type Interval } from '#domain/scheduling/intervals.ts';
import { expect, placeOf, untilLive } from './fixtures.ts';
import { boardAt, storedBoard } from './stored-board.ts';

export interface EmptyDay {
	clinicId: string;
	date: string;
	/** Works for at least three hours on end, from `opens` on, and offers the service. */
	doctorId: string;
	doctorName: string;
	roomId: string;
	serviceId: string;
	serviceName: string;
	/** Epoch milliseconds. */
	opens: number;
	/** Of the demo, everybody once; each can be asked for by name. */
	patients: { id: string; name: string; firstName: string; birthDate: string | null }[];
	read(): Promise<ReadBoard>;
	/** Books and gives the visit's id. */
	book(visit: { startsAt: number; patient: number; over?: object }): Promise<string>;
}

const LONG_ENOUGH_MS = 3 * 3_600_000;

/** Opens the board some days on, a day that no other spec has, and finds somebody who works there then. */
export async function openEmptyDay(
	page: Page,
	{ database, databaseUrl, days }: { database: Database; databaseUrl: string; days: number }
): Promise<EmptyDay> {
	const today = await storedBoard(database, databaseUrl, page);
	const { clinicId, date: from } = placeOf(page);
	const date = Temporal.PlainDate.from(from).add({ days }).toString();
	await page.goto(`/board/${clinicId}/${date}`);
	await untilLive(page);
	const read = () => storedBoard(database, databaseUrl, page);
	const { rows } = await read();
	const everybody = new Map(
		Object.values(today.people).map((person) => [person.patientId, person])
	);
	const patients = [...everybody.values()].map(({ patientId: id, name, firstName, birthDate }) => ({
		...{ id, name, firstName, birthDate }
	}));
	for (const [doctorId, doctor] of Object.entries(rows.practitioners)) {
		const stretch = doctor.working.find(([start, end]) => end - start >= LONG_ENOUGH_MS);
		for (const serviceId of stretch ? doctor.serviceIds : []) {
			const service = rows.services[serviceId]!;
			const room = Object.entries(rows.rooms).find(
				([, { kind }]) => service.roomKind === null || service.roomKind === kind
			);
			if (!room || service.durationMinutes > 30) continue;
			const [roomId] = room;
			return {
				...{ clinicId, date, doctorId, doctorName: doctor.name, roomId, serviceId, read },
				...{ serviceName: service.name, opens: stretch![0] },
				patients,
				async book({ startsAt, patient, over = {} }) {
					const answer = await page.request.post('/api/v1/appointments', {
						headers: {
							'idempotency-key': crypto.randomUUID(),
							origin: new URL(page.url()).origin
						},
						data: {
							...{ clinicId, serviceId, roomId, practitionerId: doctorId },
							patientId: patients[patient]!.id,
							startsAt: new Date(startsAt).toISOString(),
							...over
						}
					});
					const body = (await answer.json()) as { id: string };
					expect([answer.status(), body]).toEqual([201, body]);
					return body.id;
				}
			};
		}
	}
	throw new Error(`nobody of the demo works for three hours on ${date}`);
}

/** Two visits of different doctors that could each be moved to one time in one room. */
export interface Rivals {
	date: string;
	ids: string[];
	/** Where they are now; epoch milliseconds. */
	from: number[];
	roomId: string;
	/** Where both are to go. */
	startsAt: number;
}

const HALF_HOUR_MS = 30 * 60_000;

/**
 * Opens the first day from so many days on for which the demo has two doctors at work who could share a room, and
 * books a visit with each. On some weekdays hardly anybody is there.
 */
export async function openRivals(
	page: Page,
	{ database, databaseUrl, days }: { database: Database; databaseUrl: string; days: number }
): Promise<Rivals> {
	const { clinicId, date: from } = placeOf(page);
	const today = await storedBoard(database, databaseUrl, page);
	const patientIds = [...new Set(Object.values(today.people).map(({ patientId }) => patientId))];
	for (let on = days; on < days + 7; on++) {
		const date = Temporal.PlainDate.from(from).add({ days: on }).toString();
		const shared = sharedGround((await boardAt(database, databaseUrl, { clinicId, date })).rows);
		if (!shared) continue;
		await page.goto(`/board/${clinicId}/${date}`);
		await untilLive(page);
		const { opens, roomId, serviceId, practitionerIds } = shared;
		const starts = [opens + HALF_HOUR_MS, opens + 3 * HALF_HOUR_MS];
		const ids: string[] = [];
		for (const [i, practitionerId] of practitionerIds.entries()) {
			const answer = await page.request.post('/api/v1/appointments', {
				headers: { 'idempotency-key': crypto.randomUUID(), origin: new URL(page.url()).origin },
				data: {
					...{ clinicId, serviceId, roomId, practitionerId, patientId: patientIds[i] },
					startsAt: new Date(starts[i]!).toISOString()
				}
			});
			const body = (await answer.json()) as { id: string };
			expect([answer.status(), body]).toEqual([201, body]);
			ids.push(body.id);
		}
		return { date, ids, from: starts, roomId, startsAt: opens + 5 * HALF_HOUR_MS };
	}
	throw new Error('the demo has no two doctors who work at the same time');
}

/** Two doctors who work long enough at one time and offer a short service for which there is a room. */
function sharedGround({ practitioners, services, rooms }: ReadBoard['rows']) {
	const everybody = Object.entries(practitioners);
	for (const [one, doctor] of everybody) {
		for (const [two, colleague] of everybody) {
			if (one === two) continue;
			const together = intersect(
				...([doctor, colleague].map(({ working }) =>
					working.map(([start, end]) => ({ start, end }))
				) as [Interval[], Interval[]])
			).find(({ start, end }) => end - start >= LONG_ENOUGH_MS);
			const serviceId = doctor.serviceIds.find(
				(id) => colleague.serviceIds.includes(id) && services[id]!.durationMinutes <= 30
			);
			if (!together || !serviceId) continue;
			const wanted = services[serviceId]!.roomKind;
			const room = Object.entries(rooms).find(([, { kind }]) => wanted === null || kind === wanted);
			if (!room) continue;
			const [roomId] = room;
			return { opens: together.start, roomId, serviceId, practitionerIds: [one, two] };
		}
	}
	return null;
}
