/** The board as PostgreSQL has it, to be compared with what a browser shows, and free places on it. */
import type { Page } from '@playwright/test';
import pg from 'pg';
import type { Database } from '#db/database.ts';
import { readBoard, type ReadBoard } from '#domain/board/queries.ts';
import { situationOnBoard } from '#domain/board/situation.ts';
import { gridStarts, legalStarts } from '#domain/scheduling/legal-starts.ts';
import { timeOf } from '#domain/scheduling/refusal-words.ts';
import { placeOf } from './fixtures.ts';

/** Reads the board that a page shows. */
export async function storedBoard(
	database: Database,
	databaseUrl: string,
	page: Page
): Promise<ReadBoard> {
	return boardAt(database, databaseUrl, placeOf(page));
}

/** The same of a day that need not be on screen. */
export async function boardAt(
	database: Database,
	databaseUrl: string,
	place: { clinicId: string; date: string }
): Promise<ReadBoard> {
	const owner = new pg.Client(databaseUrl);
	await owner.connect();
	const { rows } = await owner.query<{ organization_id: string }>(
		'SELECT organization_id FROM clinics WHERE id = $1',
		[place.clinicId]
	);
	await owner.end();
	return (await readBoard(database, { ...place, organizationId: rows[0]!.organization_id }))!;
}

/** @returns for each visit that a board draws: its time, doctor and room, in the words of a card's label */
export function drawnWords({ rows }: ReadBoard): Record<string, string[]> {
	const { zone } = rows.clinic.clinic!;
	const words = Object.entries(rows.appointments)
		.filter(([, visit]) => visit.status !== 'cancelled')
		.map(([id, visit]): [string, string[]] => {
			const endsAt = visit.startsAt + visit.durationMinutes * 60_000;
			return [
				id,
				[
					`${timeOf(visit.startsAt, { zone })} to ${timeOf(endsAt, { zone })}`,
					rows.practitioners[visit.practitionerId]!.name,
					rows.rooms[visit.roomId]!.name
				]
			];
		});
	return Object.fromEntries(words);
}

/** @returns the same of what a page draws */
export async function shownWords(page: Page): Promise<Record<string, string[]>> {
	const shown = await page.locator('[data-appointment-id]').evaluateAll((cards) =>
		cards.map((card): [string, string[]] => {
			const label = card.querySelector('[data-label]')!.textContent!;
			return [(card as HTMLElement).dataset.appointmentId!, label.trim().split(', ')];
		})
	);
	return Object.fromEntries(
		shown.map(([id, words]) => [
			id,
			[words[0]!, ...words.filter((word, i) => i > 3 && !MARKS.has(word))]
		])
	);
}

/** What a label says besides time, patient, service, status, doctor and room. */
const MARKS = new Set([
	'new patient',
	'established patient',
	'booked online',
	'rules set aside',
	'one of several',
	'walk-in',
	'sending',
	'not confirmed yet',
	'change refused'
]);

function legalOf(board: ReadBoard, appointmentId: string) {
	const visit = board.rows.appointments[appointmentId]!;
	const index = {
		clinic: board.rows.clinic['clinic']!,
		practitioners: new Map(Object.entries(board.rows.practitioners)),
		rooms: new Map(Object.entries(board.rows.rooms)),
		support: new Map(Object.entries(board.rows.support)),
		services: new Map(Object.entries(board.rows.services)),
		appointments: new Map(Object.entries(board.rows.appointments)),
		blocks: new Map(Object.entries(board.rows.blocks)),
		offers: new Map(Object.entries(board.rows.offers))
	};
	const people = new Map(Object.entries(board.people));
	const situation = situationOnBoard(index, people, {
		...{ practitionerId: visit.practitionerId, roomId: visit.roomId },
		...{ serviceId: visit.serviceId, leftOut: [appointmentId] },
		patientId: people.get(appointmentId)?.patientId ?? null
	});
	return legalStarts(visit.durationMinutes, situation!);
}

const movable = ({ rows }: ReadBoard) =>
	Object.keys(rows.appointments).filter((id) => rows.appointments[id]!.status === 'booked');

export interface FreeMove {
	appointmentId: string;
	practitionerId: string;
	/** Epoch milliseconds: another time in the same doctor's column and room, at least half an hour away. */
	startsAt: number;
}

/** @returns visits that may be moved within their column, and where to */
export function freeMoves(board: ReadBoard): FreeMove[] {
	return movable(board).flatMap((appointmentId) => {
		const { startsAt: now, practitionerId } = board.rows.appointments[appointmentId]!;
		const startsAt = legalOf(board, appointmentId)
			.flatMap(gridStarts)
			.find((start) => Math.abs(start - now) >= 30 * 60_000);
		return startsAt === undefined ? [] : [{ appointmentId, practitionerId, startsAt }];
	});
}

/** @returns later starts at which a visit may lie in its own column and room, earliest first */
export function laterStarts(board: ReadBoard, appointmentId: string): number[] {
	const now = board.rows.appointments[appointmentId]!.startsAt;
	return legalOf(board, appointmentId)
		.flatMap(gridStarts)
		.filter((start) => start > now)
		.toSorted((a, b) => a - b);
}
