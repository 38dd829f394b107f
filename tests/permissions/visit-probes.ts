/** Trying what may be changed about visits and blocked time. */
import type { Permission } from '#domain/access/permissions.ts';
import { tellDelay } from '#domain/messaging/commands/tell-delay.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import { blocksFrom } from '#domain/scheduling/queries/block-series.ts';
import { takeHold } from '#domain/scheduling/commands/holds.ts';
import type { Intent } from '#domain/scheduling/intents.ts';
import type { Verdict } from '#domain/scheduling/verdict.ts';
import { askDesk, askPage, callApi, STRANGE_REVISION } from './asking.ts';
import type { Place, Probe } from './probe.ts';
import { DATE, type World } from './world.ts';

type Wish = (world: World, place: Place) => Intent;

const envelope = () => ({ id: crypto.randomUUID(), madeAt: 0 });
const onVisit = (world: World, { where, whose }: Place) => ({
	...envelope(),
	...{ appointmentId: world.visitOf(where, whose), basedOnRevision: STRANGE_REVISION }
});
/** Nobody is booked at that time; the room is none, so that nothing is booked now either. */
const placement = (world: World, { where, whose }: Place) => ({
	...{ clinicId: world.clinicOf(where), serviceId: world.clinic.serviceId },
	...{ practitionerId: world.practitionerOf(whose), roomId: crypto.randomUUID() },
	startsAt: Date.parse(`${DATE}T16:00:00Z`)
});
const booking = (world: World, place: Place) => ({
	...{ ...placement(world, place), patientId: world.patientOf(place.whose) }
});
const overHttp = <T extends { startsAt: number }>({ startsAt, ...rest }: T) => ({
	...rest,
	startsAt: new Date(startsAt).toISOString()
});

/** Refused for what comes after the permission, or not at all. */
const isGiven = (verdict: Verdict) =>
	verdict.outcome !== 'refused' || verdict.refusal.code !== 'not-allowed';

/** An intent: as a command, on the author's desk, and over HTTP. */
function intentProbes(
	name: string,
	wish: Wish,
	http: { operation: string; body(world: World, place: Place): unknown; ids?: boolean },
	needs: Permission[] = []
): Probe[] {
	return [
		{
			...{ name: `command ${name}`, about: 'visit', needs },
			ask: async (world, { actor }, place) =>
				isGiven(await carryOut(world.database, actor, wish(world, place), { exactRevision: true }))
		},
		{
			...{ name: `desk ${name}`, about: 'visit', needs, document: 'desk' },
			ask: async (world, somebody, place) => isGiven(await askDesk(somebody, wish(world, place)))
		},
		{
			...{ name: http.operation, about: 'visit', needs, operation: http.operation },
			async ask(world, somebody, place) {
				const params: Record<string, string> =
					http.ids === false ? {} : { id: world.visitOf(place.where, place.whose) };
				const body = http.body(world, place);
				const { status, code } = await callApi(world, somebody, http.operation, params, body);
				if (status < 400 || status === 403) return status !== 403;
				// Stale, or the room that there is not; nobody is here years before.
				if (['stale-revision', 'not-found', 'too-early'].includes(String(code))) return true;
				throw new Error(`${http.operation}: ${status} ${code}`);
			}
		}
	];
}

const blocked: Wish = (world, { where, whose }) => ({
	...{ ...envelope(), kind: 'block', blockId: crypto.randomUUID() },
	changes: {
		...{ clinicId: world.clinicOf(where), resourceId: world.practitionerOf(whose) },
		...{ startsAt: world.blockedAt(where), durationMinutes: 30, kind: 'meeting' }
	}
});

const move: Wish = (world, place) => ({
	...{ ...onVisit(world, place), kind: 'move' },
	changes: { startsAt: placement(world, place).startsAt }
});
const moveBody = (world: World, place: Place) => ({
	startsAt: new Date(placement(world, place).startsAt).toISOString()
});

export const VISIT_PROBES = {
	'appointment.book': [
		...intentProbes(
			'book',
			(world, place) => ({
				...{ ...envelope(), kind: 'book', appointmentId: crypto.randomUUID() },
				changes: booking(world, place)
			}),
			{
				...{ operation: 'bookAppointment', ids: false },
				body: (world, place) => overHttp(booking(world, place))
			}
		),
		{
			// A time is a practitioner's: whom it will be for is not known yet.
			...{ name: 'command takeHold', about: 'practitioner' },
			async ask(world, { actor }, place) {
				const held = await takeHold(world.database, actor, placement(world, place));
				return held.ok || held.refusal.code !== 'not-allowed';
			}
		},
		{
			...{ name: 'POST /holds', about: 'practitioner', operation: 'holdTime' },
			async ask(world, somebody, place) {
				const body = overHttp(placement(world, place));
				return (await callApi(world, somebody, 'holdTime', {}, body)).status !== 403;
			}
		},
		{
			...{ name: 'POST /series', about: 'visit', operation: 'bookSeries', needs: ['board.read'] },
			async ask(world, somebody, place) {
				const body = { ...overHttp(booking(world, place)), rule: 'FREQ=WEEKLY;COUNT=2' };
				const answer = await callApi(world, somebody, 'bookSeries', {}, body);
				const fields = (answer.body.errors ?? []).map(({ field }: { field: string }) => field);
				if (fields.includes('clinicId')) return false;
				return !(answer.body.refused ?? []).some(
					(one: { code: string }) => one.code === 'not-allowed'
				);
			}
		}
	],
	'appointment.move': [
		...intentProbes('move', move, { operation: 'moveAppointment', body: moveBody }),
		...intentProbes(
			'resize',
			(world, place) => ({
				...{ ...onVisit(world, place), kind: 'resize', changes: { durationMinutes: 40 } }
			}),
			{
				operation: 'resizeAppointment',
				body: () => ({ startsAt: `${DATE}T16:00:00Z`, endsAt: `${DATE}T16:40:00Z` })
			}
		),
		{
			...{ name: 'command tellDelay', about: 'visit' },
			async ask(world, { actor }, { where, whose }) {
				const appointmentIds = [world.visitOf(where, whose)];
				const told = await tellDelay(world.database, actor, { appointmentIds });
				return told.ok || told.refusal.code !== 'not-allowed';
			}
		},
		{
			...{ name: 'POST /day/late', about: 'visit', route: '/day/late' },
			async ask(world, somebody, { where, whose }) {
				const body = { appointmentIds: [world.visitOf(where, whose)] };
				return (await askPage(world, somebody, '/day/late', body)).status === 200;
			}
		},
		{
			...{ name: 'POST /appointments/moves', about: 'visit', operation: 'moveAppointments' },
			async ask(world, somebody, place) {
				const id = world.visitOf(place.where, place.whose);
				const moves = [{ id, revision: STRANGE_REVISION, ...moveBody(world, place) }];
				const { body } = await callApi(world, somebody, 'moveAppointments', {}, { moves });
				return body.refused[0].code !== 'not-allowed';
			}
		}
	],
	'appointment.set-status': intentProbes(
		'set-status',
		(world, place) => ({
			...{ ...onVisit(world, place), kind: 'set-status', changes: { status: 'arrived' } }
		}),
		{ operation: 'setAppointmentStatus', body: () => ({ status: 'arrived' }) }
	),
	'appointment.confirm': intentProbes(
		'confirm',
		(world, place) => ({
			...{ ...onVisit(world, place), kind: 'confirm', changes: { confirmed: true } }
		}),
		{ operation: 'confirmAppointment', body: () => ({ confirmed: true }) }
	),
	'appointment.check-in': intentProbes(
		'check-in',
		(world, place) => ({
			...{ ...onVisit(world, place), kind: 'check-in', changes: { by: 'link' } }
		}),
		{ operation: 'checkInAppointment', body: () => ({ by: 'link' }) }
	),
	'appointment.cancel': intentProbes(
		'cancel',
		(world, place) => ({
			...{ ...onVisit(world, place), kind: 'cancel', changes: { reason: 'other' } }
		}),
		{ operation: 'cancelAppointment', body: () => ({ reason: 'other' }) }
	),
	'appointment.remark': intentProbes(
		'remark',
		(world, place) => ({
			...{ ...onVisit(world, place), kind: 'remark', changes: { remark: 'Comes by bus' } }
		}),
		{ operation: 'remarkAppointment', body: () => ({ remark: 'Comes by bus' }) }
	),
	// Rules are set aside while moving or booking: who may do neither has nothing to set them aside for.
	'appointment.override': intentProbes(
		'move against the rules',
		(world, place) => ({ ...(move(world, place) as object), override: 'Emergency' }) as Intent,
		{
			operation: 'moveAppointment',
			body: (world, place) => ({ ...moveBody(world, place), override: 'Emergency' })
		},
		['appointment.move']
	),
	'block.write': [
		{
			...{ name: 'command block', about: 'practitioner' },
			ask: async (world, { actor }, place) =>
				isGiven(await carryOut(world.database, actor, blocked(world, place)))
		},
		{
			...{ name: 'desk block', about: 'practitioner', document: 'desk' },
			ask: async (world, somebody, place) => isGiven(await askDesk(somebody, blocked(world, place)))
		},
		{
			...{ name: 'query blocksFrom', about: 'practitioner' },
			ask: async (world, { actor }, { where, whose }) =>
				(await blocksFrom(world.database, actor, world.blockOf(where, whose))).ok
		},
		{
			...{ name: 'GET /board/blocks/[blockId]/series', about: 'practitioner' },
			route: '/board/blocks/[blockId]/series',
			async ask(world, somebody, { where, whose }) {
				const path = `/board/blocks/${world.blockOf(where, whose)}/series`;
				return (await askPage(world, somebody, path)).status === 200;
			}
		},
		{
			...{ name: 'DELETE /blocks/{id}', about: 'practitioner', operation: 'unblockTime' },
			async ask(world, somebody, { where, whose }) {
				const id = world.blockOf(where, whose);
				return (await callApi(world, somebody, 'unblockTime', { id })).status === 412;
			}
		},
		{
			...{ name: 'POST /blocks', about: 'practitioner', operation: 'blockTime' },
			async ask(world, somebody, { where, whose }) {
				const start = world.blockedAt(where);
				const { status } = await callApi(...([world, somebody, 'blockTime', {}] as const), {
					...{ clinicId: world.clinicOf(where), resourceId: world.practitionerOf(whose) },
					...{ startsAt: new Date(start).toISOString(), kind: 'meeting' },
					endsAt: new Date(start + 1_800_000).toISOString()
				});
				return status !== 403;
			}
		}
	]
} satisfies Partial<Record<Permission, Probe[]>>;
