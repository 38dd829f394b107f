/** What patients change of themselves: how they are reached, in which language, and where, once it is proven. */
import { and, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { patients, patientSessions } from '../../../db/schema/index.ts';
import { forActor, inOrganization, type Transaction } from '../../../db/transaction.ts';
import { countAttempts, forgiveOneAttempt } from '../../access/commands/attempts.ts';
import { audit } from '../../access/commands/audit.ts';
import { authorize } from '../../access/authorize.ts';
import type { Actor } from '../../access/actor.ts';
import { searchTextOf } from '../../directory/patient-search.ts';
import { queueMessage, sealedDirect, type SealedMessage } from '../../messaging/commands/direct.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { SiteLanguage } from '../../site/site.ts';
import type { Contact } from '../contact.ts';
import type { Preferences } from '../profile.ts';
import type { SignedInPatient } from '../signed-in.ts';
import {
	codeHash,
	codesFrom,
	codesTo,
	contactHash,
	countWrong,
	dropCode,
	lockCode,
	newCode,
	storeCode,
	triesFrom
} from './code-rows.ts';
import type { CodeWords } from './sign-in.ts';

/** @param preferences checked with `preferencesSchema` */
export function savePreferences(
	database: Database,
	actor: Actor,
	patientId: string,
	preferences: Preferences
): Promise<Result<null>> {
	return changeOwn(database, actor, patientId, async (transaction, own) => {
		const changed = (['contactChannel', 'language'] as const).filter(
			(field) => own[field] !== preferences[field]
		);
		if (changed.length === 0) return [];
		const isOwn = and(
			eq(patients.organizationId, actor.organizationId),
			eq(patients.id, patientId)
		);
		await transaction.update(patients).set(preferences).where(isOwn);
		return changed;
	});
}

export type NewContactAnswer =
	/** The browser's secret; a code is on its way to the new contact. */
	{ outcome: 'taken'; secret: string } | { outcome: 'locked'; until: number };

/** A code for another contact than signing in, of another patient, or asked for elsewhere, is worth nothing here. */
const purposeOf = (patientId: string) => `change/${patientId}/`;

/** Sends a code to a contact that shall be the patient's. Nothing is changed before it is given. */
export async function requestContactCode(
	database: Database,
	{ actor, self }: SignedInPatient,
	{ contact, language }: { contact: Contact; language: SiteLanguage },
	words: CodeWords,
	now: number = Date.now()
): Promise<NewContactAnswer> {
	const { organizationId, origin } = actor;
	const from = origin?.address ? [codesFrom(origin.address)] : [];
	const until = await countAttempts(database, [codesTo(organizationId, contact), ...from], now);
	if (until !== null) return { outcome: 'locked', until };
	const code = newCode();
	const message = await sealedDirect(database, {
		...{ organizationId, kind: 'sign-in-code', language, patientId: self.id },
		channel: contact.kind === 'email' ? 'email' : 'sms',
		...{ to: contact.value, ...words(code) }
	});
	const row = { organizationId, contact: contactHash(contact, purposeOf(self.id)) };
	const secret = await inOrganization(database, organizationId, async (transaction) => {
		await queueMessage(transaction, message);
		return storeCode(transaction, row, code, now);
	});
	return { outcome: 'taken', secret };
}

/** What is told to the contact that is no longer the patient's. */
export type ChangeWords = (language: SiteLanguage) => {
	subject: string;
	body: string;
	short: string;
};

export type ConfirmAnswer =
	| { outcome: 'changed' }
	| { outcome: 'wrong'; left: number }
	| { outcome: 'over' }
	| { outcome: 'locked'; until: number };

/**
 * Gives the code that was sent to the new contact: it is the patient's from then on. Sessions that were opened with
 * the one before are over, but for this one. The one before is told, in case it was somebody else.
 * @param language what the one before is told in, where the patient chose none
 */
export async function confirmContact(
	database: Database,
	{ actor, self, proven }: SignedInPatient,
	{ secret, contact, code }: { secret: string; contact: Contact; code: string },
	{ language, words }: { language: SiteLanguage; words: ChangeWords },
	now: number = Date.now()
): Promise<ConfirmAnswer> {
	const { organizationId, origin } = actor;
	const from = origin?.address ? triesFrom(origin.address) : null;
	const until = from === null ? null : await countAttempts(database, [from], now);
	if (until !== null) return { outcome: 'locked', until };
	const notice = await noticeOfChange(database, actor, self.id, { contact, language, words });
	let answer: ConfirmAnswer = { outcome: 'over' };
	const changed = await changeOwn(database, actor, self.id, async (transaction, own) => {
		const asked = { organizationId, secret, contact: contactHash(contact, purposeOf(self.id)) };
		const row = await lockCode(transaction, asked, now);
		if (row === null) return [];
		if (row.codeHash !== codeHash(secret, code)) {
			answer = await countWrong(transaction, row);
			return [];
		}
		await dropCode(transaction, row);
		const { kind, value } = contact;
		const person = { ...own, [kind]: value };
		await transaction
			.update(patients)
			.set({ [kind]: value, searchText: searchTextOf(person) })
			.where(and(eq(patients.organizationId, organizationId), eq(patients.id, self.id)));
		if (proven === kind && actor.sessionId !== null) {
			await transaction
				.update(patientSessions)
				.set({ contactHash: contactHash(contact) })
				.where(eq(patientSessions.id, actor.sessionId));
		}
		if (notice?.to === own[kind]) await queueMessage(transaction, notice.message);
		answer = { outcome: 'changed' };
		return [kind];
	});
	if (!changed.ok) return { outcome: 'over' };
	if (from && (answer as ConfirmAnswer).outcome === 'changed') {
		await forgiveOneAttempt(database, from);
	}
	return answer;
}

/**
 * Sealed before the transaction that sends it, since sealing may need a connection of its own.
 * @returns what the present contact is told and which it is; `null`: there is none, or it stays
 */
async function noticeOfChange(
	database: Database,
	actor: Actor,
	patientId: string,
	{ contact, language, words }: { contact: Contact; language: SiteLanguage; words: ChangeWords }
): Promise<{ to: string; message: SealedMessage } | null> {
	const { organizationId } = actor;
	const { kind, value } = contact;
	const [own] = await forActor(database, actor, (transaction) =>
		transaction
			.select({ to: patients[kind], language: patients.language })
			.from(patients)
			.where(and(eq(patients.organizationId, organizationId), eq(patients.id, patientId)))
	);
	const to = own?.to;
	if (!to || to === value) return null;
	const spoken = own.language ?? language;
	const message = await sealedDirect(database, {
		...{ organizationId, kind: 'account', language: spoken, patientId, to },
		channel: kind === 'email' ? 'email' : 'sms',
		...words(spoken)
	});
	return { to, message };
}

/** @param change answers which fields it changed: they are written down, without what stands in them */
function changeOwn(
	database: Database,
	actor: Actor,
	patientId: string,
	change: (
		transaction: Transaction,
		own: typeof patients.$inferSelect
	) => Promise<readonly string[]>
): Promise<Result<null>> {
	const { organizationId } = actor;
	const subject = { organizationId, clinicId: null, practitionerId: null, patientId };
	return forActor(database, actor, async (transaction) => {
		if (!authorize(actor, 'patient.write', subject)) return refuse('not-allowed');
		const [own] = await transaction
			.select()
			.from(patients)
			.where(and(eq(patients.organizationId, organizationId), eq(patients.id, patientId)))
			.for('update');
		if (!own) return refuse('not-found', { field: 'patientId' });
		const fields = await change(transaction, own);
		if (fields.length > 0) {
			await audit(transaction, actor, {
				...{ kind: 'patient-changed', subject: { kind: 'patient', id: patientId } },
				detail: { fields }
			});
		}
		return accept(null);
	});
}
