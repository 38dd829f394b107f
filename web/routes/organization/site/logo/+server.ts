import { uploadLogo } from '#web/lib/server/site-logo.ts';
import type { RequestHandler } from './$types';

export const PUT: RequestHandler = ({ locals, request }) => uploadLogo(locals.actor!, request);
