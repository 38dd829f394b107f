/** Trying what may be set up: hours, services, accounts, roles, settings. */
import { makeAccountLink } from '#domain/access/commands/links.ts';
import { removeRole } from '#domain/access/commands/roles.ts';
import { saveSettings } from '#domain/access/commands/settings.ts';
import { changeAccount, endDevicesOf } from '#domain/access/commands/staff.ts';
import type { Permission } from '#domain/access/permissions.ts';
import { readOrganizationSettings } from '#domain/access/queries/settings.ts';
import { readStaff } from '#domain/access/queries/staff.ts';
import { closeKiosk, makeKiosk } from '#domain/kiosks/commands.ts';
import { readKiosks } from '#domain/kiosks/queries.ts';
import { removeException, saveWeeklyHours } from '#domain/availability/commands.ts';
import { readClinicSetup } from '#domain/availability/queries/setup.ts';
import { removeResource, saveService } from '#domain/directory/commands.ts';
import { readServices } from '#domain/directory/queries/services.ts';
import type { ServiceInput } from '#domain/directory/service-input.ts';
import type { Result } from '#domain/scheduling/refusals.ts';
import { askPage, sendForm } from './asking.ts';
import { OUTBOX_PROBES } from './message-probes.ts';
import type { Place, Probe } from './probe.ts';
import { DATE, type Somebody, type World } from './world.ts';

/** Refused for what comes after the permission, or not at all. */
const isGiven = (result: Result<unknown>) => result.ok || result.refusal.code !== 'not-allowed';

/** Something that is not there: whoever may change it is told so. */
const unknownAt = (world: World, { where }: Place) => ({
	...{ clinicId: world.clinicOf(where), resourceId: crypto.randomUUID() }
});

const unknownService = (): ServiceInput => ({
	...{ id: crypto.randomUUID(), name: 'Gone', durationMinutes: 20, places: 1, hue: 10 },
	...{ bufferBeforeMinutes: 0, bufferAfterMinutes: 0, roomKind: null, sex: null },
	...{ roomBufferBeforeMinutes: 0, roomBufferAfterMinutes: 0, equipmentKinds: [], staffKinds: [] },
	...{ minAgeYears: null, maxAgeYears: null, patients: 'all', referralNeeded: false },
	...{ bookableBy: 'public', bookAheadDays: 30, bookNoticeMinutes: 0, cancelNoticeMinutes: 0 },
	...{ priceMinor: null, description: '', preparation: '', translations: {}, offeredBy: [] }
});

/** The account as it is: whoever may change it changes nothing. */
const sameAccount = (world: World, { where }: Place) => {
	const { userId, name } = world.colleagueOf(where);
	const clinicId = world.clinicOf(where);
	return { userId, name, roles: [{ role: 'receptionist', clinicId, practitionerId: null }] };
};

const SETTINGS = {
	...{ name: 'Clinic group', idleMinutes: 720, maxHours: 168, devices: 10 },
	...{ offlineHours: 24, graceMinutes: 2 },
	...{ secondFactor: 'optional' as const, statusLabels: {} }
};

/** @returns whether a form's action was carried out, or found nothing to carry out */
async function formIsGiven(
	world: World,
	somebody: Somebody,
	path: string,
	input: unknown,
	otherwise: readonly number[]
): Promise<boolean> {
	const status = await sendForm(world, somebody, path, input);
	if (status === 200) return true;
	if (!otherwise.includes(status)) throw new Error(`${path}: ${status}`);
	return false;
}

const pageProbe = (
	route: string,
	about: Probe['about'],
	pathOf: (world: World, place: Place) => string,
	more: Partial<Probe> = {}
): Probe => ({
	...{ name: `GET ${route}`, about, route, ...more },
	ask: async (world, somebody, place) =>
		(await askPage(world, somebody, pathOf(world, place))).status === 200
});

export const SETUP_PROBES = {
	'hours.read': [
		{
			...{ name: 'query readClinicSetup', about: 'clinic' },
			ask: async (world, { actor }, { where }) =>
				(await readClinicSetup(world.database, actor, world.clinicOf(where), DATE)).ok
		},
		pageProbe(
			...(['/setup/[clinicId]', 'clinic'] as const),
			(world, { where }) => `/setup/${world.clinicOf(where)}`,
			{ needs: ['board.read'] }
		)
	],
	'hours.write': [
		{
			...{ name: 'command saveWeeklyHours', about: 'clinic' },
			ask: async (world, { actor }, place) =>
				isGiven(
					await saveWeeklyHours(world.database, actor, { ...unknownAt(world, place), rules: [] })
				)
		},
		{
			...{ name: 'command removeException', about: 'clinic' },
			async ask(world, { actor }, place) {
				const input = { ...unknownAt(world, place), exceptionId: crypto.randomUUID() };
				return isGiven(await removeException(world.database, actor, input));
			}
		},
		{
			...{ name: 'command removeResource', about: 'clinic' },
			ask: async (world, { actor }, place) =>
				isGiven(await removeResource(world.database, actor, unknownAt(world, place)))
		},
		{
			...{ name: 'form of hours', about: 'clinic', needs: ['board.read'] },
			route: '/setup/[clinicId]',
			async ask(world, somebody, place) {
				const input = unknownAt(world, place);
				const path = `/setup/${world.clinicOf('own')}?/removeResource`;
				const status = await sendForm(world, somebody, path, input);
				return status === 404 && (await seesOwnClinic(world, somebody));
			}
		}
	],
	'service.read': [
		{
			...{ name: 'query readServices', about: 'organization' },
			ask: async (world, { actor }) => (await readServices(world.database, actor)).ok
		},
		pageProbe(
			...(['/setup/[clinicId]/services', 'organization'] as const),
			(world) => `/setup/${world.clinicOf('own')}/services`
		)
	],
	'service.write': [
		{
			...{ name: 'command saveService', about: 'organization' },
			ask: async (world, { actor }) =>
				isGiven(await saveService(world.database, actor, unknownService()))
		},
		{
			...{ name: 'form of services', about: 'organization', route: '/setup/[clinicId]/services' },
			async ask(world, somebody) {
				const path = `/setup/${world.clinicOf('own')}/services?/save`;
				const status = await sendForm(world, somebody, path, unknownService());
				return status === 404 && (await seesOwnClinic(world, somebody));
			}
		}
	],
	'kiosk.write': [
		{
			...{ name: 'query readKiosks', about: 'clinic' },
			ask: async (world, { actor }, { where }) =>
				(await readKiosks(world.database, actor, world.clinicOf(where))).ok
		},
		{
			...{ name: 'command makeKiosk', about: 'clinic' },
			async ask(world, { actor }, { where }) {
				const wish = { clinicId: world.clinicOf(where), name: 'Entrance' };
				return isGiven(await makeKiosk(world.database, actor, wish));
			}
		},
		{
			...{ name: 'command closeKiosk', about: 'clinic' },
			async ask(world, { actor }, { where }) {
				const administrator = world.people['organization-administrator'].actor;
				const wish = { clinicId: world.clinicOf(where), name: 'Corridor' };
				const made = await makeKiosk(world.database, administrator, wish);
				if (!made.ok) throw new Error(made.refusal.code);
				return isGiven(await closeKiosk(world.database, actor, made.value.accountId));
			}
		},
		pageProbe(
			...(['/setup/[clinicId]/kiosks', 'clinic'] as const),
			(world, { where }) => `/setup/${world.clinicOf(where)}/kiosks`,
			{ needs: ['board.read'] }
		)
	],
	'staff.read': [
		{
			...{ name: 'query readStaff', about: 'clinic' },
			async ask(world, { actor }, { where }) {
				const staff = await readStaff(world.database, actor);
				const { userId } = world.colleagueOf(where);
				return staff.ok && staff.value.accounts.some(({ id }) => id === userId);
			}
		},
		{
			...{ name: 'GET /organization/staff', about: 'clinic', route: '/organization/staff' },
			async ask(world, somebody, { where }) {
				const { status, text } = await askPage(world, somebody, '/organization/staff');
				return status === 200 && text.includes(world.colleagueOf(where).userId);
			}
		}
	],
	'staff.write': [
		{
			...{ name: 'command changeAccount', about: 'clinic' },
			ask: async (world, { actor }, place) =>
				isGiven(await changeAccount(world.database, actor, sameAccount(world, place)))
		},
		{
			...{ name: 'command endDevicesOf', about: 'clinic' },
			ask: async (world, { actor }, { where }) =>
				isGiven(await endDevicesOf(world.database, actor, world.colleagueOf(where).userId))
		},
		{
			...{ name: 'command makeAccountLink', about: 'clinic' },
			async ask(world, { actor }, { where }) {
				const { userId } = world.colleagueOf(where);
				const wish = { userId, purpose: 'password-reset' } as const;
				return isGiven(await makeAccountLink(world.database, actor, wish));
			}
		},
		{
			...{ name: 'form of accounts', about: 'clinic', route: '/organization/staff' },
			ask: (world, somebody, place) =>
				formIsGiven(
					...([world, somebody, '/organization/staff?/change'] as const),
					...([sameAccount(world, place), [403]] as const)
				)
		}
	],
	'role.write': [
		{
			...{ name: 'command removeRole', about: 'organization' },
			ask: async (world, { actor }) => isGiven(await removeRole(world.database, actor, 'own-none'))
		},
		{
			...{ name: 'form of roles', about: 'organization', route: '/organization/roles' },
			async ask(world, somebody) {
				const path = '/organization/roles?/remove';
				return (await sendForm(world, somebody, path, { key: 'own-none' })) === 404;
			}
		}
	],
	'settings.read': [
		{
			...{ name: 'query readOrganizationSettings', about: 'organization' },
			ask: async (world, { actor }) => (await readOrganizationSettings(world.database, actor)).ok
		},
		pageProbe('/organization/settings', 'organization', () => '/organization/settings'),
		pageProbe('/organization/provider', 'organization', () => '/organization/provider'),
		...OUTBOX_PROBES
	],
	'settings.write': [
		{
			...{ name: 'command saveSettings', about: 'organization' },
			ask: async (world, { actor }) => isGiven(await saveSettings(world.database, actor, SETTINGS))
		},
		{
			...{ name: 'form of settings', about: 'organization', route: '/organization/settings' },
			ask: (world, somebody) =>
				formIsGiven(
					...([world, somebody, '/organization/settings?/save', SETTINGS, [403]] as const)
				)
		}
	]
} satisfies Partial<Record<Permission, Probe[]>>;

/** Whoever does not see the clinic is answered in the same way as whoever names something that is not there. */
async function seesOwnClinic(world: World, somebody: Somebody): Promise<boolean> {
	const path = `/board/${world.clinicOf('own')}`;
	return (await askPage(world, somebody, path)).status < 400;
}
