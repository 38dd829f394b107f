/** A day after the demo's, on which a spec makes its own visits through the HTTP interface of whoever is signed in. */
import type { Page } from '@playwright/test';
import type { Database } from '#db/database.ts';
import type { ReadBoard } from '#domain/board/queries.ts';
import { expect, placeOf, untilLive } from './fixtures.ts';
import { storedBoard } from './stored-board.ts';

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
	ids: readonly [string, string];
	/** Where they are now; epoch milliseconds. */
	from: readonly [number, number];
	roomId: string;
	/** Where both are to go. */
	startsAt: number;
	date: string;
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
	for (let on = days; on < days + 7; on++) {
		const { clinicId, date: from } = placeOf(page);
		const day = await openEmptyDay(page, { database, databaseUrl, days: on });
		const { rows } = await day.read();
		const colleague = Object.entries(rows.practitioners).find(
			([id, { working, serviceIds }]) =>
				id !== day.doctorId &&
				serviceIds.includes(day.serviceId) &&
				working.some(([start, end]) => start <= day.opens && end >= day.opens + LONG_ENOUGH_MS)
		);
		if (colleague) {
			const [first, second] = [1, 3].map((step) => day.opens + step * HALF_HOUR_MS);
			const one = await day.book({ startsAt: first!, patient: 0 });
			const over = { practitionerId: colleague[0] };
			const two = await day.book({ startsAt: second!, patient: 1, over });
			return {
				...{ ids: [one, two], from: [first!, second!], roomId: day.roomId, date: day.date },
				startsAt: day.opens + 5 * HALF_HOUR_MS
			};
		}
		await page.goto(`/board/${clinicId}/${from}`);
		await untilLive(page);
	}
	throw new Error('the demo has no two doctors who work at the same time');
}
