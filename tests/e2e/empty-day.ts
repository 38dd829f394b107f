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
