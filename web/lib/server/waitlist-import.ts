/** The page that takes a list of people who wait: what it shows, its template, and looking through a file. */
import { error } from '@sveltejs/kit';
import type { Actor } from '#domain/access/actor.ts';
import { workbookOf } from '#domain/waitlist/commands/import/write-xlsx.ts';
import { importWaitlist, mayImport } from '#domain/waitlist/commands/import.ts';
import { TOO_LARGE } from '#domain/waitlist/import/import-file.ts';
import { MAX_IMPORT_BYTES } from '#domain/waitlist/import/limits.ts';
import {
	importRequestSchema,
	type ImportRequest,
	type ImportStep
} from '#domain/waitlist/import/steps.ts';
import { templateRows } from '#domain/waitlist/import/template.ts';
import { readAtMost } from './api/request-input.ts';
import { database } from './database.ts';
import { log } from './log.ts';
import { waitlistFrame } from './waitlist-frame.ts';

const NOT_FOR_YOU = 'The waitlist is for reception and administrators. Ask yours if you need it.';

export async function importPage(actor: Actor) {
	if (!mayImport(actor)) error(403, NOT_FOR_YOU);
	const { frame } = await waitlistFrame(actor, 'import');
	return { frame };
}

/** @returns a workbook with the headings and one made-up row */
export function importTemplate(actor: Actor): Response {
	if (!mayImport(actor)) error(403, NOT_FOR_YOU);
	const today = Temporal.Now.plainDateISO('UTC').toString();
	return new Response(new Uint8Array(workbookOf(templateRows(today))), {
		headers: {
			'content-type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
			'content-disposition': 'attachment; filename="waitlist.xlsx"'
		}
	});
}

/** In a header, as JSON: the body is the file alone. */
const REQUEST_HEADER = 'x-import';

/**
 * Looks through the file that is the body, or puts its people on the waitlist. Nothing of it is kept in between: the
 * browser sends it again.
 * @returns the steps as lines of JSON while they are made; whoever goes away stops it
 */
export async function runImport(actor: Actor, request: Request): Promise<Response> {
	if (!mayImport(actor)) error(403, NOT_FOR_YOU);
	const asked = importRequestSchema.safeParse(jsonFrom(request.headers.get(REQUEST_HEADER)));
	if (!asked.success) error(400, 'Please choose the file again.');
	const bytes = await readAtMost(request, MAX_IMPORT_BYTES);
	if (bytes === null) error(413, TOO_LARGE);
	return new Response(linesOf(stepsOf(actor, bytes, asked.data)), {
		headers: { 'content-type': 'application/x-ndjson', 'x-accel-buffering': 'no' }
	});
}

function stepsOf(actor: Actor, bytes: Uint8Array, asked: ImportRequest) {
	const steps = importWaitlist(database(), actor, bytes, asked);
	if (!steps.ok) error(403, NOT_FOR_YOU);
	return steps.value;
}

/** Goes on only as fast as it is read. */
function linesOf(steps: AsyncGenerator<ImportStep>): ReadableStream<Uint8Array> {
	const encoder = new TextEncoder();
	return new ReadableStream({
		async pull(controller) {
			try {
				const { done, value } = await steps.next();
				if (done) controller.close();
				else controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`));
			} catch (fault) {
				// The answer is under way: it ends without its last line, and the page says that it broke.
				log.error({ err: fault }, 'a list for the waitlist broke');
				controller.close();
			}
		},
		async cancel() {
			await steps.return(undefined);
		}
	});
}

function jsonFrom(header: string | null): unknown {
	try {
		return JSON.parse(header ?? '');
	} catch {
		return null;
	}
}
