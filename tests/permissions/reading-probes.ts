/** Trying what may be read of boards and visits. */
import type { Permission } from '#domain/access/permissions.ts';
import { dayHistory } from '#domain/board/queries/day-history.ts';
import { searchSlots } from '#domain/availability/queries/slots.ts';
import { slotSearchSchema } from '#domain/availability/slot-search.ts';
import { appointmentHistory, readAppointment, readBlock } from '#domain/scheduling/queries.ts';
import { seriesOf } from '#domain/scheduling/queries/series.ts';
import { askPage, callApi, opens } from './asking.ts';
import type { Probe } from './probe.ts';
import { DATE } from './world.ts';

export const READING_PROBES = {
	'appointment.read': [
		{
			...{ name: 'query readAppointment', about: 'visit' },
			ask: async (world, { actor }, { where, whose }) =>
				(await readAppointment(world.database, actor, world.visitOf(where, whose))).ok
		},
		{
			...{ name: 'query seriesOf', about: 'visit' },
			ask: async (world, { actor }, { where, whose }) =>
				(await seriesOf(world.database, actor, world.visitOf(where, whose))).ok
		},
		{
			...{ name: 'GET /appointments/{id}', about: 'visit', operation: 'readAppointment' },
			async ask(world, somebody, { where, whose }) {
				const id = world.visitOf(where, whose);
				return (await callApi(world, somebody, 'readAppointment', { id })).status === 200;
			}
		},
		...['', '/series'].map((end): Probe => {
			const route = `/board/appointments/[appointmentId]${end}`;
			return {
				...{ name: `GET ${route}`, about: 'visit', route },
				async ask(world, somebody, { where, whose }) {
					const path = `/board/appointments/${world.visitOf(where, whose)}${end}`;
					return (await askPage(world, somebody, path)).status === 200;
				}
			};
		})
	],
	'history.read': [
		{
			...{ name: 'query appointmentHistory', about: 'visit' },
			ask: async (world, { actor }, { where, whose }) =>
				(await appointmentHistory(world.database, actor, world.visitOf(where, whose))).ok
		},
		{
			...{ name: 'GET a visit with its history', about: 'visit', needs: ['appointment.read'] },
			route: '/board/appointments/[appointmentId]',
			async ask(world, somebody, { where, whose }) {
				const path = `/board/appointments/${world.visitOf(where, whose)}`;
				const { status, text } = await askPage(world, somebody, path);
				return status === 200 && JSON.parse(text).history !== null;
			}
		},
		{
			...{ name: 'query dayHistory', about: 'visit' },
			async ask(world, { actor }, { where, whose }) {
				const query = { clinicId: world.clinicOf(where), date: DATE };
				const found = await dayHistory(world.database, actor, query);
				return found.ok && world.visitOf(where, whose) in found.value.rows.appointments;
			}
		},
		{
			...{ name: 'GET the history of a day', about: 'visit', needs: ['board.read'] },
			route: '/board/[clinicId]/[date]/history',
			async ask(world, somebody, { where, whose }) {
				const path = `/board/${world.clinicOf(where)}/${DATE}/history`;
				const { status, text } = await askPage(world, somebody, path);
				if (status !== 200) return false;
				return world.visitOf(where, whose) in JSON.parse(text).rows.appointments;
			}
		}
	],
	'board.read': [
		{
			...{ name: 'query readBlock', about: 'clinic' },
			ask: async (world, { actor }, { where }) =>
				(await readBlock(world.database, actor, world.blockOf(where, 'other'))).ok
		},
		{
			...{ name: 'GET /blocks/{id}', about: 'clinic', operation: 'readBlock' },
			async ask(world, somebody, { where }) {
				const id = world.blockOf(where, 'other');
				return (await callApi(world, somebody, 'readBlock', { id })).status === 200;
			}
		},
		{
			...{ name: 'GET /clinics/{id}/boards/{date}', about: 'clinic', operation: 'readBoard' },
			async ask(world, somebody, { where }) {
				const params = { id: world.clinicOf(where), date: DATE };
				return (await callApi(world, somebody, 'readBoard', params)).status === 200;
			}
		},
		...['/board/[clinicId]', '/board/[clinicId]/[date]', '/waiting-room/[clinicId]'].map(
			(route): Probe => ({
				...{ name: `GET ${route}`, about: 'clinic', route },
				async ask(world, somebody, { where }) {
					const path = route.replace('[clinicId]', world.clinicOf(where)).replace('[date]', DATE);
					return (await askPage(world, somebody, path)).status < 400;
				}
			})
		),
		{
			...{ name: 'POST a task for reception', about: 'clinic', route: '/board/[clinicId]/tasks' },
			async ask(world, somebody, { where }) {
				const path = `/board/${world.clinicOf(where)}/tasks`;
				const body = { intentId: crypto.randomUUID(), text: 'move to 10:40: the room is taken' };
				return (await askPage(world, somebody, path, body)).status === 200;
			}
		},
		{
			...{ name: 'document board', about: 'clinic', document: 'board' },
			ask: (world, somebody, { where }) =>
				opens(world, somebody, where, (place) => ({ kind: 'board', ...place }))
		}
	],
	'slot.search': [
		{
			...{ name: 'query searchSlots', about: 'clinic' },
			async ask(world, { actor }, { where }) {
				const search = slotSearchSchema.parse({
					...{ clinicIds: [world.clinicOf(where)], serviceIds: [world.clinic.serviceId] },
					...{ from: DATE, days: 1, limit: 1 }
				});
				return (await searchSlots(world.database, actor, search, 0)).ok;
			}
		},
		{
			...{ name: 'POST /slots/search', about: 'clinic', operation: 'searchSlots' },
			async ask(world, somebody, { where }) {
				const body = {
					...{ clinicIds: [world.clinicOf(where)], serviceIds: [world.clinic.serviceId] },
					...{ from: DATE, days: 1, limit: 1 }
				};
				return (await callApi(world, somebody, 'searchSlots', {}, body)).status === 200;
			}
		},
		{
			...{ name: 'POST /board/[clinicId]/slots', about: 'clinic' },
			route: '/board/[clinicId]/slots',
			async ask(world, somebody, { where }) {
				const body = { serviceIds: [world.clinic.serviceId], from: DATE, days: 1, limit: 1 };
				const path = `/board/${world.clinicOf(where)}/slots`;
				return (await askPage(world, somebody, path, body)).status === 200;
			}
		}
	]
} satisfies Partial<Record<Permission, Probe[]>>;
