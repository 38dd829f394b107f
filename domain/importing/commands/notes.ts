/** Visits' notes on their way in: compared in the clear, stored sealed. */
import type { Database } from '../../../db/database.ts';
import { keyForTexts, openVisitTexts, sealVisitText } from '../../../db/encryption/visit-texts.ts';
import type { ImportedVisit, PlannedVisit } from '../plan-visits.ts';

/** @returns the visits of earlier imports with their notes in the clear */
export async function openImported(
	database: Database,
	organizationId: string,
	imported: ReadonlyMap<string, ImportedVisit>
): Promise<Map<string, ImportedVisit>> {
	const opened = new Map<string, ImportedVisit>();
	for (const [key, { row, lastTold }] of imported) {
		const visit = { organizationId, appointmentId: row.id };
		opened.set(key, {
			row: await openVisitTexts(database, visit, row),
			lastTold: await openVisitTexts(database, visit, lastTold)
		});
	}
	return opened;
}

/** @returns the planned visits with their notes as rows and history may hold them */
export async function sealPlanned(
	database: Database,
	organizationId: string,
	planned: readonly PlannedVisit[]
): Promise<PlannedVisit[]> {
	const texts = planned.flatMap(({ row, event }) => [row.remark, noteOf(event.before)]);
	const key = await keyForTexts(database, organizationId, texts);
	if (key === null) return [...planned];
	return planned.map((visit) => {
		const of = { organizationId, appointmentId: visit.row.id };
		const sealed = <T extends object>(fields: T): T => {
			const note = noteOf(fields);
			return note ? { ...fields, remark: sealVisitText(key, of, 'remark', note) } : fields;
		};
		const { before, after } = visit.event;
		return {
			...visit,
			row: sealed(visit.row),
			event: { before: before && sealed(before), after: sealed(after) }
		};
	});
}

function noteOf(fields: object | null): string | undefined {
	const note: unknown = fields && 'remark' in fields ? fields.remark : undefined;
	return typeof note === 'string' ? note : undefined;
}
