/** The page of what waits for the staff. */
import { error } from '@sveltejs/kit';
import type { Actor } from '#domain/access/actor.ts';
import { clinicsOf, organizationName } from '#domain/directory/queries.ts';
import { settleTask } from '#domain/tasks/commands.ts';
import { countOpenTasks, readTasks, type OpenTasks } from '#domain/tasks/queries.ts';
import { mayHandle } from '#domain/tasks/task.ts';
import { settleTaskSchema, taskFilterSchema } from '#domain/tasks/task-filter.ts';
import { database } from './database.ts';
import { organizationAction } from './organization-actions.ts';

const NOT_YOURS = 'Tasks are for reception and administrators. Ask yours if you need them.';

export async function tasksPage(actor: Actor, address: URLSearchParams) {
	const filter = taskFilterSchema.parse(Object.fromEntries(address));
	// Before the list: what changes while it is read is seen at the next look.
	const counted = await countOpenTasks(database(), actor);
	const page = await readTasks(database(), actor, filter);
	if (!counted || !page.ok) error(403, NOT_YOURS);
	const { tasks, next, clinics } = page.value;
	const zones = (await clinicsOf(database(), actor)).map(({ zone }) => zone);
	return {
		...{ filter, tasks, next, clinics, ...counted },
		organizationName: await organizationName(database(), actor),
		hasBoard: zones.length > 0,
		/** Whoever handles no tasks sees where they were mentioned. */
		isMentionsOnly: !mayHandle(actor, 'task.read', null),
		/** For what belongs to no clinic. */
		zone: zones[0] ?? 'UTC',
		canSettle: tasks
			.filter(
				({ clinic, kind }) =>
					kind === 'mention' || mayHandle(actor, 'task.write', clinic?.id ?? null)
			)
			.map(({ id }) => id)
	};
}

export async function openTasks(actor: Actor): Promise<OpenTasks> {
	return (await countOpenTasks(database(), actor)) ?? error(403, NOT_YOURS);
}

export const TASK_ACTIONS = { settle: organizationAction(settleTaskSchema, settleTask) };
