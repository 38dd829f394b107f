/** The audit as a file: written while it is read, so that a year of it needs no memory. */
import { error } from '@sveltejs/kit';
import { z } from 'zod';
import type { Actor } from '#domain/access/actor.ts';
import {
	auditCursorSchema,
	auditFilterSchema,
	type AuditCursor,
	type AuditRow
} from '#domain/access/audit-search.ts';
import { auditAlone } from '#domain/access/commands/audit.ts';
import { auditChoices, searchAudit } from '#domain/access/queries/search-audit.ts';
import { statusLabels } from '#domain/directory/queries.ts';
import { actorWords, auditWords, type AuditWordsContext } from '#web/lib/audit/entry-words.ts';
import { allowed, filterDetail, givenIn } from './audit-page.ts';
import { BYTE_ORDER_MARK, csvLine } from '#web/lib/csv.ts';
import { database } from './database.ts';

/** Days in one file; more is asked for in parts. */
export const MOST_DAYS = 366;
const ROWS_AT_A_TIME = 500;

const formSchema = z.object({
	format: z.enum(['csv', 'jsonl'], 'Choose CSV or JSON lines.'),
	from: z.string('Say from which day on.'),
	until: z.string('Say until which day.')
});

/** @returns the file, streamed; what is asked for wrongly is refused in words, and nothing is written down */
export async function exportAudit(actor: Actor, form: FormData): Promise<Response> {
	const { format, ...asked } = givenIn(form);
	const wanted = formSchema.safeParse({ format, ...asked });
	if (!wanted.success) error(400, wanted.error.issues[0]!.message);
	const parsed = auditFilterSchema.safeParse(asked);
	if (!parsed.success) error(400, parsed.error.issues[0]!.message);
	const filter = parsed.data;
	const { from, until } = filter as { from: string; until: string };
	const days = Temporal.PlainDate.from(from).until(until, { largestUnit: 'days' }).days + 1;
	if (days > MOST_DAYS)
		error(400, `One file holds ${MOST_DAYS} days at most. Ask for less, twice.`);
	const { clinics } = allowed(await auditChoices(database(), actor));
	const zone = clinics[0]?.zone ?? 'UTC';
	const labels: Record<string, { label: string }> = await statusLabels(database(), actor);
	await auditAlone(database(), actor, {
		kind: 'audit-exported',
		detail: { ...filterDetail(filter), format: wanted.data.format }
	});
	const context = {
		statusLabel: (status: string) => labels[status]?.label,
		zoneOf: (id: string | null) => clinics.find((clinic) => clinic.id === id)?.zone ?? zone
	};
	const line = wanted.data.format === 'csv' ? csvOf : jsonOf;
	async function* lines(): AsyncGenerator<string> {
		if (wanted.data?.format === 'csv') yield BYTE_ORDER_MARK + csvLine(COLUMNS);
		let after: AuditCursor | undefined;
		do {
			const search = { filter, zone, after, limit: ROWS_AT_A_TIME };
			const { rows, names, next } = allowed(await searchAudit(database(), actor, search));
			if (rows.length > 0) yield rows.map((row) => line(row, { ...context, names })).join('');
			after = next === null ? undefined : auditCursorSchema.parse(next);
		} while (after);
	}
	const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl; charset=utf-8';
	return new Response(streamOf(lines()), {
		headers: {
			'content-type': type,
			'content-disposition': `attachment; filename="audit-${from}-${until}.${format}"`
		}
	});
}

/** Reads on only as fast as the file is taken. */
function streamOf(lines: AsyncIterator<string>): ReadableStream<Uint8Array> {
	const encoder = new TextEncoder();
	return new ReadableStream({
		async pull(controller) {
			const { done, value } = await lines.next();
			if (done) controller.close();
			else controller.enqueue(encoder.encode(value));
		},
		async cancel() {
			await lines.return?.();
		}
	});
}

const COLUMNS = [
	...['position', 'table', 'row', 'at', 'what', 'kind', 'who', 'account', 'address', 'request'],
	...['subject', 'subject id', 'clinic', 'before', 'after', 'detail']
];

function csvOf(row: AuditRow, context: AuditWordsContext): string {
	const json = (value: unknown) => (value === null ? null : JSON.stringify(value));
	return csvLine([
		...[row.position, row.source, row.id, new Date(row.at).toISOString()],
		...[auditWords(row, context), row.kind, actorWords(row, context), row.actorUserId],
		...[row.address, row.requestId, row.subjectKind, row.subjectId, row.clinicId],
		...[json(row.before), json(row.after), json(row.detail)]
	]);
}

function jsonOf({ cursor: _, ...row }: AuditRow, context: AuditWordsContext): string {
	const told = { ...row, cursor: '' };
	return `${JSON.stringify({
		...row,
		...{ at: new Date(row.at).toISOString(), what: auditWords(told, context) },
		who: actorWords(told, context)
	})}\n`;
}
