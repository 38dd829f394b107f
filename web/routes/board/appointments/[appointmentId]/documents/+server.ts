import { json } from '@sveltejs/kit';
import { uploadDocument, visitDocuments } from '#web/lib/server/visit-documents.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params }) =>
	json(await visitDocuments(locals.actor!, params.appointmentId));

export const POST: RequestHandler = async ({ locals, params, request }) =>
	json(await uploadDocument(locals.actor!, params.appointmentId, request), { status: 201 });
