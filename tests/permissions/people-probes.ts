/** Trying what may be known of patients. */
import type { Permission } from '#domain/access/permissions.ts';
import { searchPatients } from '#domain/directory/queries.ts';
import { readAppointment } from '#domain/scheduling/queries.ts';
import { askPage, callApi, opens } from './asking.ts';
import type { Probe } from './probe.ts';
import { DATE } from './world.ts';

/** A visit's patient as it was answered: by name, masked, or not at all. */
const isNamed = (patient: object | null) => patient !== null && 'name' in patient;
const isMasked = (patient: object | null) => patient !== null && 'initials' in patient;

/** Reading a visit shows its patient: by name or masked. */
function visitProbes(shows: (patient: object | null) => boolean): Probe[] {
	return [
		{
			...{ name: 'query readAppointment', about: 'visit', needs: ['appointment.read'] },
			async ask(world, { actor }, { where, whose }) {
				const id = world.visitOf(where, whose);
				const read = await readAppointment(world.database, actor, id);
				return read.ok && shows(read.value.patient);
			}
		},
		{
			...{ name: 'GET /appointments/{id}', about: 'visit', needs: ['appointment.read'] },
			operation: 'readAppointment',
			async ask(world, somebody, { where, whose }) {
				const id = world.visitOf(where, whose);
				const { status, body } = await callApi(world, somebody, 'readAppointment', { id });
				return status === 200 && shows(body.patient);
			}
		},
		{
			...{ name: 'GET a visit', about: 'visit', needs: ['appointment.read'] },
			route: '/board/appointments/[appointmentId]',
			async ask(world, somebody, { where, whose }) {
				const path = `/board/appointments/${world.visitOf(where, whose)}`;
				const { status, text } = await askPage(world, somebody, path);
				return status === 200 && shows(JSON.parse(text).visit.patient);
			}
		},
		{
			...{ name: 'GET a board', about: 'practitioner', needs: ['board.read'] },
			operation: 'readBoard',
			async ask(world, somebody, { where, whose }) {
				const params = { id: world.clinicOf(where), date: DATE };
				const { status, body } = await callApi(world, somebody, 'readBoard', params);
				if (status !== 200) return false;
				const id = world.visitOf(where, whose);
				const visits = body.appointments as { id: string; patient: object | null }[];
				return shows(visits.find((visit) => visit.id === id)!.patient);
			}
		}
	];
}

export const PEOPLE_PROBES = {
	'people.read': [
		...visitProbes(isNamed),
		{
			...{ name: 'document people', about: 'clinic', document: 'people', needs: ['board.read'] },
			ask: (world, somebody, { where }) =>
				opens(world, somebody, where, (place) => ({
					...{ kind: 'people', ...place, practitionerId: null }
				}))
		},
		{
			...{ name: 'document people of one', about: 'practitioner', document: 'people' },
			needs: ['board.read'],
			ask: (world, somebody, { where, whose }) =>
				opens(world, somebody, where, (place) => ({
					...{ kind: 'people', ...place, practitionerId: world.practitionerOf(whose) }
				}))
		}
	],
	'people.read-masked': [
		...visitProbes(isMasked),
		{
			...{ name: 'document people, masked', about: 'clinic', document: 'masked-people' },
			needs: ['board.read'],
			ask: (world, somebody, { where }) =>
				opens(world, somebody, where, (place) => ({ kind: 'masked-people', ...place }))
		}
	],
	'patient.search': [
		{
			...{ name: 'query searchPatients', about: 'organization' },
			ask: async (world, { actor }) =>
				(await searchPatients(world.database, actor, { text: 'patient', limit: 5 })).ok
		},
		{
			...{ name: 'POST /patients/search', about: 'organization', operation: 'searchPatients' },
			async ask(world, somebody) {
				const body = { text: 'patient' };
				return (await callApi(world, somebody, 'searchPatients', {}, body)).status === 200;
			}
		},
		{
			...{ name: 'POST /board/[clinicId]/patients', about: 'organization' },
			...{ route: '/board/[clinicId]/patients' },
			async ask(world, somebody) {
				const path = `/board/${world.clinicOf('own')}/patients`;
				return (await askPage(world, somebody, path, { text: 'patient' })).status === 200;
			}
		}
	]
} satisfies Partial<Record<Permission, Probe[]>>;
