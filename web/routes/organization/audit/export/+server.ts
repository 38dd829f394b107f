import { exportAudit } from '#web/lib/server/audit-export.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async ({ locals, request }) =>
	exportAudit(locals.actor!, await request.formData());
