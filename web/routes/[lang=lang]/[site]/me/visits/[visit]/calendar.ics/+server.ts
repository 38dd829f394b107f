import { calendarFile } from '#web/lib/server/visit-page.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = (event) => calendarFile(event);
