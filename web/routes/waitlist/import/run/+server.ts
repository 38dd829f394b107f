import { runImport } from '#web/lib/server/waitlist-import.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = ({ locals, request }) => runImport(locals.actor!, request);
