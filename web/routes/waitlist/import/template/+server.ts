import { importTemplate } from '#web/lib/server/waitlist-import.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = ({ locals }) => importTemplate(locals.actor!);
