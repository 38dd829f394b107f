/** Trying who may see how fairly times were given, and who may decide who is asked first. */
import type { Permission } from '#domain/access/permissions.ts';
import { saveWaitlistSettings } from '#domain/waitlist/commands/settings.ts';
import { readReport } from '#domain/waitlist/queries/report.ts';
import { readWaitlistSetup } from '#domain/waitlist/queries/settings.ts';
import { tryWeights } from '#domain/waitlist/queries/try-weights.ts';
import { WAITLIST_DEFAULTS } from '#domain/waitlist/settings.ts';
import { askPage, sendForm } from './asking.ts';
import type { Probe } from './probe.ts';

const TODAY = Temporal.Now.plainDateISO('UTC').toString();
const PERIOD = { from: TODAY, until: TODAY };
const SETTINGS_PAGE = '/organization/waitlist';
const trial = { ...PERIOD, weights: WAITLIST_DEFAULTS.weights };

const ofClinic = (route: string): Probe => ({
	...{ name: `GET ${route}`, about: 'clinic', route },
	ask: async (world, somebody, { where }) =>
		(await askPage(world, somebody, `${route}?clinic=${world.clinicOf(where)}`)).status === 200
});

export const WAITLIST_REPORT_PROBES = {
	'waitlist.report': [
		{
			...{ name: 'query readReport', about: 'clinic' },
			async ask(world, { actor }, { where }) {
				const clinicId = world.clinicOf(where);
				const wish = { ...PERIOD, zone: 'UTC', now: Date.now(), clinicId };
				return (await readReport(world.database, actor, wish)).ok;
			}
		},
		ofClinic('/waitlist/report'),
		ofClinic('/waitlist/report/file')
	],
	'waitlist-rule.write': [
		{
			...{ name: 'command saveWaitlistSettings', about: 'organization' },
			ask: async (world, { actor }) =>
				(await saveWaitlistSettings(world.database, actor, WAITLIST_DEFAULTS)).ok
		},
		{
			...{ name: 'query readWaitlistSetup', about: 'organization' },
			ask: async (world, { actor }) => (await readWaitlistSetup(world.database, actor)).ok
		},
		{
			...{ name: 'query tryWeights', about: 'organization' },
			ask: async (world, { actor }) =>
				(await tryWeights(world.database, actor, { ...trial, zone: 'UTC' })).ok
		},
		{
			...{ name: 'GET the settings', about: 'organization', route: SETTINGS_PAGE },
			ask: async (world, somebody) => (await askPage(world, somebody, SETTINGS_PAGE)).status === 200
		},
		{
			...{ name: 'form of the settings', about: 'organization', route: SETTINGS_PAGE },
			ask: async (world, somebody) =>
				(await sendForm(world, somebody, `${SETTINGS_PAGE}?/save`, WAITLIST_DEFAULTS)) === 200
		},
		{
			...{ name: 'form of the dry run', about: 'organization', route: SETTINGS_PAGE },
			ask: async (world, somebody) =>
				(await sendForm(world, somebody, `${SETTINGS_PAGE}?/dryRun`, trial)) === 200
		}
	]
} satisfies Partial<Record<Permission, Probe[]>>;
