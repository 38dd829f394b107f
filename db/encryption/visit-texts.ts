/**
 * What people write about a visit: its note, and why rules were set aside. Stored sealed, in the visit's row and in
 * its history alike; an empty note stays empty, so that most visits cost nothing.
 */
import type { Database } from '../database.ts';
import { sealFor } from './sealed-columns.ts';
import {
	currentDataKey,
	dataKeyOf,
	keyVersionOf,
	sealWith,
	unsealWith,
	type DataKey
} from './sealing.ts';

/** The fields, as rows and the history's before and after have them, and where they are kept. */
const COLUMNS = {
	remark: 'appointments.remark',
	overrideReason: 'appointments.override_reason'
} as const;
type Field = keyof typeof COLUMNS;
const FIELDS = Object.keys(COLUMNS) as Field[];

/** Instead of a text that was tampered with: one bad row must not keep a whole board from opening. */
export const UNREADABLE = 'This text cannot be read: it was changed outside Dayboard.';

/** @returns one text of a visit as it may be stored */
export function sealVisitText(
	key: DataKey,
	visit: { organizationId: string; appointmentId: string },
	field: Field,
	text: string
): string {
	if (text === '') return '';
	return sealWith(key, sealFor(visit.organizationId, COLUMNS[field], visit.appointmentId), text);
}

/** @returns the key to seal a visit's texts with; asks for none where there is nothing to seal */
export async function keyForTexts(
	database: Database,
	organizationId: string,
	texts: readonly (string | null | undefined)[]
): Promise<DataKey | null> {
	return texts.some((text) => text) ? currentDataKey(database, organizationId) : null;
}

/**
 * Opens what is sealed of a visit's row, or of an entry of its history. Not to be called within a transaction: a key
 * that is not known yet needs a connection of its own.
 * @returns the same fields with the texts in the clear
 */
export async function openVisitTexts<T extends object>(
	database: Database,
	visit: { organizationId: string; appointmentId: string },
	fields: T
): Promise<T> {
	let opened = fields;
	for (const field of FIELDS) {
		const stored = (fields as Partial<Record<Field, unknown>>)[field];
		if (typeof stored !== 'string' || stored === '') continue;
		opened = { ...opened, [field]: await openText(database, visit, field, stored) };
	}
	return opened;
}

async function openText(
	database: Database,
	{ organizationId, appointmentId }: { organizationId: string; appointmentId: string },
	field: Field,
	stored: string
): Promise<string> {
	const version = keyVersionOf(stored);
	if (version === 0) return UNREADABLE;
	const key = await dataKeyOf(database, organizationId, version);
	try {
		return unsealWith(key, sealFor(organizationId, COLUMNS[field], appointmentId), stored);
	} catch {
		return UNREADABLE;
	}
}
