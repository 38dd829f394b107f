import { logoPicture } from '#web/lib/server/site-logo.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = ({ params }) => logoPicture(params.site);
