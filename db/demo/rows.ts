/** The organization as rows of each table: columns as the tables name them, instants as RFC 3339 texts. */
import { searchTextOf } from '../../domain/directory/patient-search.ts';
import { takesTime } from '../../domain/scheduling/appointment.ts';
import { claimedInterval, visitInterval } from '../../domain/scheduling/visit-time.ts';
import {
	durationMinutesOf,
	type StoredAppointment
} from '../../domain/scheduling/stored-appointment.ts';
import { toColumns } from '../columns.ts';
import { SERVICES } from './catalogue.ts';
import { tellHistory } from './history.ts';
import type { DemoOrganization } from './organization.ts';
import { createRandom } from './random.ts';
import type { Shift } from './staff.ts';
import { ZONE } from './timetable.ts';
import { toldOfDoctor } from './told-doctors.ts';
import { TOLD_OF_SERVICES } from './told-services.ts';
import type { Visit } from './visits.ts';

/** Rows by table, in an order that satisfies the foreign keys. */
export type TableRows = [table: string, rows: object[]][];

const instant = (epochMs: number) => new Date(epochMs).toISOString();
const range = (start: number, end: number) => `[${instant(start)},${instant(end)})`;

/** @returns clinics, resources, services, hours, patients; users are separate, for their passwords. */
export function directoryRows(demo: DemoOrganization): TableRows {
	const { staff, serviceIds, patients } = demo;
	const own = { organization_id: demo.id };
	const rooms = staff.clinics.flatMap((clinic) => clinic.rooms.map((room) => ({ clinic, room })));
	const resource =
		(kind: string) =>
		({ id }: { id: string }) => ({ ...own, id, kind, hours_revision: 1 });
	return [
		[
			'resources',
			[
				...staff.clinics.map(resource('clinic')),
				...staff.doctors.map(resource('practitioner')),
				...rooms.map(({ room }) => room).map(resource('room')),
				...patients.map(resource('patient'))
			]
		],
		[
			'clinics',
			staff.clinics.map(({ id, plan }) => ({
				...own,
				id,
				name: plan.name,
				zone: ZONE,
				address: plan.address,
				phone: plan.phone,
				latitude: plan.latitude,
				longitude: plan.longitude,
				import_key: plan.key
			}))
		],
		[
			'practitioners',
			staff.doctors.map(({ id, key, name, specialty }, number) => ({
				...own,
				id,
				name,
				specialty: specialty.name,
				languages: spokenBy(name),
				about: toldOfDoctor(specialty, number).en,
				translations: { pl: { about: toldOfDoctor(specialty, number).pl } },
				import_key: key
			}))
		],
		[
			'rooms',
			rooms.map(({ clinic, room }) => ({
				...own,
				id: room.id,
				clinic_id: clinic.id,
				name: room.name,
				kind: room.kind,
				import_key: room.key
			}))
		],
		[
			'services',
			SERVICES.map((service) => ({
				...own,
				id: serviceIds.get(service.key)!,
				name: service.name,
				duration_minutes: service.durationMinutes,
				buffer_before_minutes: service.bufferBeforeMinutes,
				buffer_after_minutes: service.bufferAfterMinutes,
				room_buffer_before_minutes: service.roomBufferBeforeMinutes,
				room_buffer_after_minutes: service.roomBufferAfterMinutes,
				room_kind: service.roomKind,
				hue: service.hue,
				price_minor: TOLD_OF_SERVICES[service.key]!.priceMinor,
				...TOLD_OF_SERVICES[service.key]!.en,
				translations: { pl: TOLD_OF_SERVICES[service.key]!.pl },
				import_key: service.key
			}))
		],
		[
			'practitioner_services',
			staff.doctors.flatMap((doctor) =>
				Object.keys(doctor.specialty.services).map((key) => ({
					...own,
					practitioner_id: doctor.id,
					service_id: serviceIds.get(key)!
				}))
			)
		],
		['working_hours', workingHoursRows(demo)],
		[
			'patients',
			patients.map((patient) => {
				const { id, familyName, givenName, birthDate, phone, email } = patient;
				return {
					...own,
					id,
					family_name: familyName,
					given_name: givenName,
					birth_date: birthDate,
					phone,
					email,
					established: patient.establishedBefore || patient.firstKept !== null,
					search_text: searchTextOf({ familyName, givenName, birthDate, phone, email }),
					import_key: id
				};
			})
		]
	];
}

function workingHoursRows(demo: DemoOrganization): object[] {
	const random = createRandom(`${demo.seed}/hours`);
	const rule = (
		resourceId: string,
		clinicId: string,
		kind: 'work' | 'break',
		day: number,
		[start, end]: readonly [number, number]
	) => ({
		organization_id: demo.id,
		id: random.uuid(),
		resource_id: resourceId,
		clinic_id: clinicId,
		kind,
		weekday: day + 1,
		start_minute: start,
		end_minute: end
	});
	const shiftRules = (doctorId: string, shift: Shift, day: number) => [
		rule(doctorId, shift.clinic.id, 'work', day, [shift.start, shift.end]),
		rule(doctorId, shift.clinic.id, 'break', day, [shift.breakStart, shift.breakEnd])
	];
	return [
		...demo.staff.doctors.flatMap((doctor) =>
			doctor.week.flatMap((shift, day) => (shift ? shiftRules(doctor.id, shift, day) : []))
		),
		...demo.staff.clinics.flatMap((clinic) =>
			// Rooms have no hours of their own: they are there while the clinic is open.
			clinic.plan.opening.flatMap((opening, day) =>
				opening ? [rule(clinic.id, clinic.id, 'work', day, [opening.start, opening.end])] : []
			)
		)
	];
}

/** Everybody speaks English; whose name is Polish or German speaks that as well. */
function spokenBy(name: string): string[] {
	const more = /[ąćęłńóśźż]|Nowak|Moreau/iu.test(name)
		? ['pl']
		: /[äöüß]/iu.test(name)
			? ['de']
			: [];
	return ['en', ...more];
}

/** @returns appointments, blocks, claims and events. */
export function scheduleRows(demo: DemoOrganization): TableRows {
	const own = { organization_id: demo.id };
	const random = createRandom(`${demo.seed}/history`);
	const receptionists = demo.users
		.filter(({ role }) => role === 'receptionist')
		.map(({ id }) => id);
	const context = { receptionists, serviceIds: demo.serviceIds, now: demo.now };
	const told = demo.visits.map((visit) => ({ visit, ...tellHistory(visit, context, random) }));
	const visitEvents = told.flatMap(({ row, events }) =>
		events.map((event) => ({ ...event, subject_kind: 'appointment', row }))
	);
	const blockEvents = demo.blocks.map((block) => ({
		at: Math.min(demo.now, block.start) - 3_600_000,
		actorUserId: random.pick(receptionists),
		kind: 'block',
		before: null,
		after: {
			resourceId: block.resourceId,
			startsAt: block.start,
			endsAt: block.end,
			kind: block.kind
		},
		subject_kind: 'block',
		row: { id: block.id, clinicId: block.clinic.id }
	}));
	return [
		['appointments', told.map(({ row }) => ({ ...own, ...toColumns(row) }))],
		[
			'blocks',
			demo.blocks.map((block) => ({
				...own,
				id: block.id,
				clinic_id: block.clinic.id,
				resource_id: block.resourceId,
				starts_at: instant(block.start),
				ends_at: instant(block.end),
				kind: block.kind,
				revision: 1,
				removed: false
			}))
		],
		[
			'claims',
			[
				...told.flatMap(({ row, visit }) =>
					takesTime(row.status) ? claimRows(demo.id, row, visit) : []
				),
				...demo.blocks.map((block) => ({
					...own,
					resource_id: block.resourceId,
					busy: range(block.start, block.end),
					appointment_id: null,
					block_id: block.id,
					exclusive: true
				}))
			]
		],
		// The history is read by the order of the rows.
		[
			'events',
			[...visitEvents, ...blockEvents]
				.sort((a, b) => a.at - b.at)
				.map(({ at, actorUserId, kind, before, after, subject_kind, row }) => ({
					...own,
					at: instant(at),
					actor_user_id: actorUserId,
					request_id: `demo/${row.id}`,
					subject_kind,
					subject_id: row.id,
					kind,
					clinic_id: row.clinicId,
					before,
					after
				}))
		]
	];
}

function claimRows(organizationId: string, row: StoredAppointment, visit: Visit): object[] {
	const time = { startsAt: row.startsAt, durationMinutes: durationMinutesOf(row) };
	const taken = (kind: 'practitioner' | 'room') => claimedInterval(time, visit.service, kind);
	const own = visitInterval(time);
	return [
		[row.practitionerId, taken('practitioner')] as const,
		[row.roomId, taken('room')] as const,
		[row.patientId, own] as const
	].map(([resourceId, { start, end }]) => ({
		organization_id: organizationId,
		resource_id: resourceId,
		busy: range(start, end),
		appointment_id: row.id,
		block_id: null,
		exclusive: true
	}));
}
