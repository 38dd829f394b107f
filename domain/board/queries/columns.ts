/** A board's columns: who and what is there on a day, and which services are offered. */
import { and, asc, eq, inArray, or } from 'drizzle-orm';
import {
	equipment,
	practitioners,
	practitionerServices,
	rooms,
	services,
	staffMembers
} from '../../../db/schema/index.ts';
import type { Transaction } from '../../../db/transaction.ts';
import { selectHours } from '../../availability/queries/hours.ts';
import type { ResourceKind } from '../../availability/resource-kinds.ts';
import { hoursOf, whileOpen, workingDay } from '../../availability/working-hours.ts';
import type { BoardRows, ClinicRow } from '../documents.ts';
import { toDayRow } from '../rows.ts';

/**
 * @param shown practitioners and rooms that have something there that day, whether they are there or not
 * @returns everybody who works at the clinic that day or would if they were not away, every room, every service
 */
export async function columnRows(
	transaction: Transaction,
	query: { organizationId: string; clinicId: string; date: string },
	zone: string,
	shown: ReadonlySet<string>
): Promise<{
	opening: Pick<ClinicRow, 'open' | 'closed'>;
	rows: Pick<BoardRows, 'practitioners' | 'rooms' | 'support' | 'services'>;
}> {
	const { organizationId, clinicId, date } = query;
	const stored = await selectHours(transaction, {
		...{ organizationId, clinicId },
		from: Temporal.PlainDate.from(date).subtract({ days: 1 }).toString(),
		until: Temporal.PlainDate.from(date).add({ days: 1 }).toString()
	});
	const dayOf = (id: string, kind: ResourceKind) =>
		workingDay(hoursOf(stored, id, kind), date, zone);
	const clinic = dayOf(clinicId, 'clinic');
	const row = (id: string, kind: ResourceKind) => toDayRow(whileOpen(dayOf(id, kind), clinic));
	/** Somebody on leave keeps the column, so that everybody sees it. */
	const wouldWork = (id: string) => {
		const hours = hoursOf(stored, id, 'practitioner');
		return [hours, { ...hours, exceptions: [] }].some(
			(some) => workingDay(some, date, zone).working.length > 0
		);
	};
	const known = [...stored.rules, ...stored.exceptions].map(({ resourceId }) => resourceId);
	const present = [...new Set(known)].filter(wouldWork);
	const doctors = await practitionersOf(transaction, organizationId, [...present, ...shown]);
	const offers = await offersOf(
		transaction,
		organizationId,
		doctors.map(({ id }) => id)
	);
	const roomRows = await transaction
		.select()
		.from(rooms)
		.where(
			and(
				eq(rooms.organizationId, organizationId),
				eq(rooms.clinicId, clinicId),
				or(eq(rooms.removed, false), inArray(rooms.id, [...shown]))
			)
		)
		.orderBy(asc(rooms.name));
	const serviceRows = await transaction
		.select()
		.from(services)
		.where(eq(services.organizationId, organizationId))
		.orderBy(asc(services.name));
	const { working, away } = toDayRow(clinic);
	return {
		opening: { open: working, closed: away },
		rows: {
			practitioners: byId(doctors, ({ id, name, specialty }, order) => {
				const own = offers.filter((offer) => offer.practitionerId === id);
				const different = own.filter(({ durationMinutes }) => durationMinutes !== null);
				return {
					...{ name, specialty, order, ...row(id, 'practitioner') },
					serviceIds: own.map(({ serviceId }) => serviceId).sort(),
					ownMinutes: Object.fromEntries(
						different.map(({ serviceId, durationMinutes }) => [serviceId, durationMinutes!])
					)
				};
			}),
			rooms: byId(roomRows, ({ id, name, kind }, order) => ({
				...{ name, kind, order, ...row(id, 'room') }
			})),
			support: await supportOf(transaction, organizationId, clinicId),
			services: byId(serviceRows, (service) => ({
				name: service.name,
				hue: service.hue,
				durationMinutes: service.durationMinutes,
				places: service.places,
				bufferBeforeMinutes: service.bufferBeforeMinutes,
				bufferAfterMinutes: service.bufferAfterMinutes,
				roomBufferBeforeMinutes: service.roomBufferBeforeMinutes,
				roomBufferAfterMinutes: service.roomBufferAfterMinutes,
				equipmentKinds: service.equipmentKinds,
				staffKinds: service.staffKinds,
				referralNeeded: service.referralNeeded,
				roomKind: service.roomKind
			}))
		}
	};
}

async function practitionersOf(transaction: Transaction, organizationId: string, ids: string[]) {
	if (ids.length === 0) return [];
	return transaction
		.select()
		.from(practitioners)
		.where(and(eq(practitioners.organizationId, organizationId), inArray(practitioners.id, ids)))
		.orderBy(asc(practitioners.name));
}

async function offersOf(transaction: Transaction, organizationId: string, ids: string[]) {
	if (ids.length === 0) return [];
	return transaction
		.select()
		.from(practitionerServices)
		.where(
			and(
				eq(practitionerServices.organizationId, organizationId),
				inArray(practitionerServices.practitionerId, ids)
			)
		);
}

async function supportOf(
	transaction: Transaction,
	organizationId: string,
	clinicId: string
): Promise<BoardRows['support']> {
	const devices = await transaction
		.select()
		.from(equipment)
		.where(and(eq(equipment.organizationId, organizationId), eq(equipment.clinicId, clinicId)));
	const staff = await transaction
		.select()
		.from(staffMembers)
		.where(eq(staffMembers.organizationId, organizationId));
	return {
		...byId(devices, ({ name }) => ({ name, kind: 'equipment' as const })),
		...byId(staff, ({ name }) => ({ name, kind: 'staff' as const }))
	};
}

function byId<T extends { id: string }, Row>(
	list: readonly T[],
	rowOf: (item: T, place: number) => Row
): Record<string, Row> {
	return Object.fromEntries(list.map((item, place) => [item.id, rowOf(item, place)]));
}
