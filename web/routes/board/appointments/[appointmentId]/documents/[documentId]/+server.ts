import { deleteDocument, downloadDocument } from '#web/lib/server/visit-documents.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = ({ locals, params }) =>
	downloadDocument(locals.actor!, params.appointmentId, params.documentId);

export const DELETE: RequestHandler = async ({ locals, params }) => {
	await deleteDocument(locals.actor!, params.appointmentId, params.documentId);
	return new Response(null, { status: 204 });
};
