import { ownDataFile } from '#web/lib/server/own-data-file.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = (event) => ownDataFile(event);
