import { json } from '@sveltejs/kit';
import { openTasks } from '#web/lib/server/tasks-page.ts';
import type { RequestHandler } from './$types';

/** How many tasks wait, and whether any changed: asked for again and again, so nothing of them is told. */
export const GET: RequestHandler = async ({ locals }) => json(await openTasks(locals.actor!));
