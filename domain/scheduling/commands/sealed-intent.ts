/** What people write into an intent is sealed before it is judged: no rule reads it, and no row holds it in the clear. */
import type { Database } from '../../../db/database.ts';
import { keyForTexts, sealVisitText } from '../../../db/encryption/visit-texts.ts';
import type { DataKey } from '../../../db/encryption/sealing.ts';
import { partsOf, type Intent, type Part } from '../intents.ts';

/** @returns the same intent with note and reason as they may be stored */
export async function sealedIntent(
	database: Database,
	organizationId: string,
	intent: Intent
): Promise<Intent> {
	const key = await keyForTexts(database, organizationId, partsOf(intent).flatMap(textsOf));
	if (key === null || intent.kind === 'undo') return intent;
	if (intent.kind !== 'together') return sealedPart(key, organizationId, intent);
	return { ...intent, parts: intent.parts.map((part) => sealedPart(key, organizationId, part)) };
}

function textsOf(part: Part): (string | undefined)[] {
	switch (part.kind) {
		case 'book':
			return [part.changes.remark, part.override];
		case 'remark':
			return [part.changes.remark];
		case 'move':
		case 'resize':
			return [part.override];
		default:
			return [];
	}
}

function sealedPart<P extends Part>(key: DataKey, organizationId: string, part: P): P {
	if (!('appointmentId' in part)) return part;
	const visit = { organizationId, appointmentId: part.appointmentId };
	const sealed = { ...part };
	if ('changes' in sealed && 'remark' in sealed.changes && sealed.changes.remark !== undefined) {
		const remark = sealVisitText(key, visit, 'remark', sealed.changes.remark);
		sealed.changes = { ...sealed.changes, remark };
	}
	if ('override' in sealed && sealed.override !== undefined) {
		sealed.override = sealVisitText(key, visit, 'overrideReason', sealed.override);
	}
	return sealed;
}
