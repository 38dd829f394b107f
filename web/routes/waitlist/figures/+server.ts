import { json } from '@sveltejs/kit';
import { waitlistNumbers } from '#web/lib/server/waitlist-dashboard.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals }) => json(await waitlistNumbers(locals.actor!));
