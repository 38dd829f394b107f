/** Trying who keeps the public site, and who takes what comes in from it. */
import { eq } from 'drizzle-orm';
import { tasks } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import type { Permission } from '#domain/access/permissions.ts';
import { publishSite } from '#domain/site/commands.ts';
import { readSiteSetup } from '#domain/site/queries/setup.ts';
import { settleTask } from '#domain/tasks/commands.ts';
import { readTasks } from '#domain/tasks/queries.ts';
import { askPage, sendForm, STRANGE_REVISION } from './asking.ts';
import type { Place, Probe } from './probe.ts';
import type { World } from './world.ts';

/** There is no site here, or not in that form: whoever may change it is told so. */
const PUBLISH = { revision: STRANGE_REVISION, published: true };

/** @returns the id of a task at a clinic that nobody has done yet */
async function newTask({ database, clinic, clinicOf }: World, { where }: Place): Promise<string> {
	const { organizationId } = clinic;
	const id = crypto.randomUUID();
	await inOrganization(database, organizationId, (transaction) =>
		transaction
			.insert(tasks)
			.values({ organizationId, id, kind: 'contact', clinicId: clinicOf(where) })
	);
	return id;
}

async function openCount(world: World, somebody: Parameters<Probe['ask']>[1]): Promise<number> {
	const { status, text } = await askPage(world, somebody, '/tasks/open');
	return status === 200 ? (JSON.parse(text) as { open: number }).open : 0;
}

const FIRST_PAGE = { done: false, clinic: undefined, after: undefined };

export const SITE_PROBES = {
	'site.write': [
		{
			...{ name: 'query readSiteSetup', about: 'organization' },
			ask: async (world, { actor }) => (await readSiteSetup(world.database, actor)).ok
		},
		{
			...{ name: 'command publishSite', about: 'organization' },
			async ask(world, { actor }) {
				const done = await publishSite(world.database, actor, PUBLISH);
				return !done.ok && done.refusal.code !== 'not-allowed';
			}
		},
		{
			...{ name: 'GET /organization/site', about: 'organization', route: '/organization/site' },
			ask: async (world, somebody) =>
				(await askPage(world, somebody, '/organization/site')).status === 200
		},
		{
			...{ name: 'PUT the logo', about: 'organization', route: '/organization/site/logo' },
			// Who may is told that this is no picture.
			ask: async (world, { session }) => {
				const { status } = await fetch(`${world.dayboard.url}/organization/site/logo`, {
					...{ method: 'PUT', body: 'none' },
					headers: { cookie: `dayboard_session=${session}`, origin: world.dayboard.url }
				});
				return status !== 403;
			}
		},
		{
			...{ name: 'form of the site', about: 'organization', route: '/organization/site' },
			async ask(world, somebody) {
				const status = await sendForm(world, somebody, '/organization/site?/publish', PUBLISH);
				return status === 404 || status === 409;
			}
		}
	],
	'task.read': [
		{
			...{ name: 'query readTasks', about: 'clinic' },
			async ask(world, { actor }, place) {
				const id = await newTask(world, place);
				const page = await readTasks(world.database, actor, FIRST_PAGE);
				return page.ok && page.value.tasks.some((task) => task.id === id);
			}
		},
		{
			...{ name: 'GET /tasks', about: 'clinic', route: '/tasks' },
			async ask(world, somebody, place) {
				const id = await newTask(world, place);
				const { status, text } = await askPage(world, somebody, '/tasks');
				return status === 200 && text.includes(id);
			}
		},
		{
			...{ name: 'GET /tasks/open', about: 'clinic', route: '/tasks/open' },
			async ask(world, somebody, place) {
				const before = await openCount(world, somebody);
				await newTask(world, place);
				return (await openCount(world, somebody)) === before + 1;
			}
		}
	],
	'task.write': [
		{
			...{ name: 'command settleTask', about: 'clinic' },
			async ask(world, { actor }, place) {
				const id = await newTask(world, place);
				return (await settleTask(world.database, actor, { id, done: true })).ok;
			}
		},
		{
			...{ name: 'form of tasks', about: 'clinic', route: '/tasks' },
			async ask(world, somebody, place) {
				const id = await newTask(world, place);
				const status = await sendForm(world, somebody, '/tasks?/settle', { id, done: true });
				const [stored] = await inOrganization(
					world.database,
					world.clinic.organizationId,
					(transaction) => transaction.select().from(tasks).where(eq(tasks.id, id))
				);
				if ((status === 200) !== (stored!.doneAt !== null)) throw new Error(`said ${status}`);
				return status === 200;
			}
		}
	]
} satisfies Partial<Record<Permission, Probe[]>>;
