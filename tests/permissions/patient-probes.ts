/** Trying what patients may do about themselves: as a command, and on the public site with whatever somebody has. */
import { and, eq } from 'drizzle-orm';
import { patients, patientSessions, sites } from '#db/schema/index.ts';
import { newSecret, secretHash } from '#db/sessions.ts';
import { inOrganization } from '#db/transaction.ts';
import type { Actor } from '#domain/access/actor.ts';
import type { Permission } from '#domain/access/permissions.ts';
import { patientActor } from '#domain/booking/visitor.ts';
import { contactHash } from '#domain/patients/commands/code-rows.ts';
import { unsubscribeFromPush } from '#domain/messaging/commands/push-subscriptions.ts';
import { savePreferences } from '#domain/patients/commands/profile.ts';
import { readOwnData } from '#domain/patients/queries/own-data.ts';
import type { Site } from '#domain/site/site.ts';
import type { Probe } from './probe.ts';
import type { Somebody, World } from './world.ts';

const SLUG = 'permissions';
const EMAIL = 'own@patient.example';

const siteOf = ({ clinic, people }: World): Site => ({
	...{ organizationId: clinic.organizationId, accountId: people.visitor.actor.userId },
	...{ slug: SLUG, name: '', hue: 0, texts: {}, currency: 'GBP' },
	...{ specialties: {}, logo: null }
});

/** Whoever signs in on the site acts at every clinic; everybody else as they are. */
function actorOf(world: World, { role, actor }: Somebody): Actor {
	const patientId = world.patientOf('own');
	return role === 'patient' ? patientActor(siteOf(world), patientId, null) : actor;
}

/** What somebody's browser sends: a patient's session, or a session of the staff in its place as well. */
async function cookieOf(world: World, { role, session }: Somebody): Promise<string> {
	const { organizationId, accountId } = siteOf(world);
	const token = newSecret();
	const patientId = world.patientOf('own');
	await inOrganization(world.database, organizationId, async (transaction) => {
		await transaction
			.insert(sites)
			.values({ organizationId, accountId, slug: SLUG, published: true })
			.onConflictDoNothing();
		await transaction
			.update(patients)
			.set({ email: EMAIL })
			.where(and(eq(patients.organizationId, organizationId), eq(patients.id, patientId)));
		await transaction.insert(patientSessions).values({
			...{ organizationId, id: secretHash(token), patientId },
			contactHash: contactHash({ kind: 'email', value: EMAIL }),
			expiresAt: new Date(Date.now() + 3_600_000)
		});
	});
	return role === 'patient'
		? `dayboard_patient=${token}`
		: `dayboard_patient=${session}; dayboard_session=${session}`;
}

async function post(world: World, somebody: Somebody, path: string, fields: object) {
	const { url } = world.dayboard;
	return fetch(`${url}/en/${SLUG}/me${path}`, {
		...{ method: 'POST', redirect: 'manual' },
		headers: { cookie: await cookieOf(world, somebody), origin: url, accept: 'text/html' },
		body: new URLSearchParams({ ...fields })
	});
}

async function languageOf(world: World, patientId: string): Promise<string | null> {
	const { organizationId } = world.clinic;
	const [row] = await inOrganization(world.database, organizationId, (transaction) =>
		transaction.select().from(patients).where(eq(patients.id, patientId))
	);
	return row!.language;
}

export const PATIENT_PROBES = {
	'patient.write': [
		{
			...{ name: 'command savePreferences', about: 'patient' },
			async ask(world, somebody, { whose }) {
				const actor = actorOf(world, somebody);
				const wish = { contactChannel: null, language: null };
				const id = world.patientOf(whose);
				return (await savePreferences(world.database, actor, id, wish)).ok;
			}
		},
		{
			...{ name: 'command unsubscribeFromPush', about: 'patient' },
			async ask(world, somebody, { whose }) {
				const browser = { patientId: world.patientOf(whose), endpointHash: '0'.repeat(64) };
				const actor = actorOf(world, somebody);
				return (await unsubscribeFromPush(world.database, actor, browser)).ok;
			}
		},
		{
			...{ name: 'POST one’s own details', about: 'patient' },
			route: '/[lang=lang]/[site]/me/profile',
			async ask(world, somebody, { whose }) {
				const id = world.patientOf(whose);
				const language = (await languageOf(world, id)) === 'pl' ? 'en' : 'pl';
				await post(world, somebody, '/profile?/save', { contactChannel: '', language });
				return (await languageOf(world, id)) === language;
			}
		}
	],
	'patient.export': [
		{
			...{ name: 'query readOwnData', about: 'patient' },
			async ask(world, somebody, { whose }) {
				const actor = actorOf(world, somebody);
				const asked = { format: 'json', lang: 'en' } as const;
				return (await readOwnData(world.database, actor, world.patientOf(whose), asked)).ok;
			}
		},
		{
			...{ name: 'POST for one’s own data', about: 'patient' },
			route: '/[lang=lang]/[site]/me/data/file',
			async ask(world, somebody, { whose }) {
				const answer = await post(world, somebody, '/data/file', { format: 'json' });
				return (await answer.text()).includes(world.patientOf(whose));
			}
		}
	]
} satisfies Partial<Record<Permission, Probe[]>>;
