/** Signing in by a code: asking for one, giving it, and saying who of a family it is. */
import { and, eq, isNull } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { signInCodes } from '../../../db/schema/index.ts';
import { secretHash } from '../../../db/sessions.ts';
import { inOrganization, type Transaction } from '../../../db/transaction.ts';
import type { Origin } from '../../access/actor.ts';
import {
	countAttempts,
	forgiveAccount,
	forgiveOneAttempt
} from '../../access/commands/attempts.ts';
import { audit } from '../../access/commands/audit.ts';
import { foldText } from '../../directory/patient-search.ts';
import { queueMessage, sealedDirect } from '../../messaging/commands/direct.ts';
import type { DirectContent } from '../../messaging/direct-content.ts';
import type { SiteLanguage } from '../../site/site.ts';
import { storedContact, type Contact } from '../contact.ts';
import { patientsWith, type StoredPatient } from '../queries/owners.ts';
import {
	codeHash,
	codesFrom,
	codesTo,
	contactHash,
	countWrong,
	dropCode,
	lockCode,
	markUsed,
	newCode,
	storeCode,
	triesFrom,
	type CodeRow
} from './code-rows.ts';
import {
	openPatientSession,
	type OpenedSession,
	type PatientVisitor,
	type SignInPlace
} from './sessions.ts';

/** What the message with a code says. */
export type CodeWords = (code: string) => Omit<DirectContent, 'to'>;

export interface AskedCode {
	contact: Contact;
	language: SiteLanguage;
	origin: Origin | null;
}

export type CodeAnswer =
	/** Whether anybody has the contact or not. `sending` never fails; nobody waits for it who asked. */
	| { outcome: 'taken'; secret: string; sending: Promise<void> }
	/** Too many of them (epoch milliseconds). */
	| { outcome: 'locked'; until: number };

/**
 * Somebody asks for a code. The answer comes before anything is looked up, so that neither it nor the time it takes
 * says whether the contact is anybody's.
 * @param onFault told when the code could not be sent
 * @param now epoch milliseconds
 */
export async function requestCode(
	database: Database,
	organizationId: string,
	asked: AskedCode,
	words: CodeWords,
	onFault: (fault: unknown) => void = () => {},
	now: number = Date.now()
): Promise<CodeAnswer> {
	const { contact, origin } = asked;
	const from = origin?.address ? [codesFrom(origin.address)] : [];
	const until = await countAttempts(database, [codesTo(organizationId, contact), ...from], now);
	if (until !== null) return { outcome: 'locked', until };
	const row = { organizationId, contact: contactHash(contact) };
	const secret = await inOrganization(database, organizationId, (transaction) =>
		storeCode(transaction, row, null, now)
	);
	const sending = send(database, organizationId, asked, words, secret).catch(onFault);
	return { outcome: 'taken', secret, sending };
}

async function send(
	database: Database,
	organizationId: string,
	{ contact, language }: AskedCode,
	words: CodeWords,
	secret: string
): Promise<void> {
	const owners = await inOrganization(database, organizationId, (transaction) =>
		patientsWith(transaction, organizationId, contact)
	);
	const [first] = owners;
	if (!first) return;
	const code = newCode();
	const message = await sealedDirect(database, {
		...{ organizationId, kind: 'sign-in-code', language },
		channel: contact.kind === 'email' ? 'email' : 'sms',
		// Where it is stored, never where it was typed: a number without its country may be somebody else's.
		...{ to: storedContact(first, contact)!, ...words(code) },
		...(owners.length === 1 ? { patientId: first.id } : {})
	});
	await inOrganization(database, organizationId, async (transaction) => {
		const waiting = await transaction
			.update(signInCodes)
			.set({ codeHash: codeHash(secret, code) })
			.where(
				and(
					eq(signInCodes.organizationId, organizationId),
					eq(signInCodes.id, secretHash(secret)),
					isNull(signInCodes.codeHash)
				)
			)
			.returning({ id: signInCodes.id });
		if (waiting.length > 0) await queueMessage(transaction, message);
	});
}

export type SignInAnswer =
	| ({ outcome: 'signed-in' } & OpenedSession)
	/** The contact is several people's: who is it? `'birth-date'`, and where that is not enough the first name too. */
	| { outcome: 'who'; asked: 'birth-date' | 'name' }
	/** How many tries are left. */
	| { outcome: 'wrong'; left: number }
	/** It expired, was used, or was tried too often; or a newer one was asked for. */
	| { outcome: 'over' }
	/** Too many tries from this address (epoch milliseconds). */
	| { outcome: 'locked'; until: number };

/** What a browser that asked for a code brings along. */
export interface Asker extends PatientVisitor {
	secret: string;
	/** As it was typed when the code was asked for. */
	contact: Contact;
}

/** Gives the code: taken once, however many give it at the same time. @param now epoch milliseconds */
export function giveCode(
	database: Database,
	place: SignInPlace,
	asker: Asker,
	code: string,
	now: number = Date.now()
): Promise<SignInAnswer> {
	return attempt(database, place, asker, now, async (transaction, row) => {
		if (row.usedAt !== null) return { outcome: 'over' };
		if (row.codeHash !== codeHash(asker.secret, code)) return countWrong(transaction, row);
		await markUsed(transaction, row, now);
		const owners = await patientsWith(transaction, place.organizationId, asker.contact);
		if (owners.length === 0) return { outcome: 'over' };
		if (owners.length > 1) return { outcome: 'who', asked: 'birth-date' };
		return admit(transaction, place, asker, row, owners[0]!, now);
	});
}

/** After the right code, says who of those who share the contact it is. @param now epoch milliseconds */
export function sayWho(
	database: Database,
	place: SignInPlace,
	asker: Asker,
	who: { birthDate: string; givenName?: string | undefined },
	now: number = Date.now()
): Promise<SignInAnswer> {
	return attempt(database, place, asker, now, async (transaction, row) => {
		if (row.usedAt === null) return { outcome: 'over' };
		const owners = await patientsWith(transaction, place.organizationId, asker.contact);
		const born = owners.filter(({ birthDate }) => birthDate === who.birthDate);
		const given = who.givenName ? foldText(who.givenName) : null;
		const fitting = given ? born.filter(({ givenName }) => foldText(givenName) === given) : born;
		const names = new Set(fitting.map(({ givenName }) => foldText(givenName)));
		if (names.size === 0) return countWrong(transaction, row);
		if (names.size > 1) return { outcome: 'who', asked: 'name' };
		return admit(transaction, place, asker, row, fitting[0]!, now);
	});
}

/** @returns whether the right code was given and it is to be said who it is */
export async function isAskedWho(
	database: Database,
	{ organizationId }: SignInPlace,
	{ secret, contact }: Pick<Asker, 'secret' | 'contact'>,
	now: number = Date.now()
): Promise<boolean> {
	const asked = { organizationId, secret, contact: contactHash(contact) };
	const row = await inOrganization(database, organizationId, (transaction) =>
		lockCode(transaction, asked, now)
	);
	return row !== null && row.usedAt !== null;
}

/** Counts the try before it is looked at, and forgives it when it was right. */
async function attempt(
	database: Database,
	place: SignInPlace,
	asker: Asker,
	now: number,
	judge: (transaction: Transaction, row: CodeRow) => Promise<SignInAnswer>
): Promise<SignInAnswer> {
	const { organizationId } = place;
	const { origin, secret, contact } = asker;
	const from = origin?.address ? triesFrom(origin.address) : null;
	const until = from === null ? null : await countAttempts(database, [from], now);
	if (until !== null) return { outcome: 'locked', until };
	const answer = await inOrganization(database, organizationId, async (transaction) => {
		const asked = { organizationId, secret, contact: contactHash(contact) };
		const row = await lockCode(transaction, asked, now);
		const judged = row === null ? { outcome: 'over' as const } : await judge(transaction, row);
		if (judged.outcome === 'wrong') {
			// Whose it would have been is not known, and not to be told.
			const nobody = { organizationId, userId: null, sessionId: null, origin };
			const detail = { step: 'patient-code' };
			await audit(transaction, nobody, { kind: 'sign-in-failed', detail });
		}
		return judged;
	});
	if (answer.outcome === 'signed-in') {
		await forgiveAccount(database, codesTo(organizationId, contact));
		if (from) await forgiveOneAttempt(database, from);
	}
	return answer;
}

async function admit(
	transaction: Transaction,
	place: SignInPlace,
	{ contact, device, origin }: Asker,
	row: CodeRow,
	{ id: patientId }: StoredPatient,
	now: number
): Promise<SignInAnswer> {
	await dropCode(transaction, row);
	const proven = { patientId, contact: contactHash(contact) };
	const visitor = { device, origin };
	const session = await openPatientSession(transaction, place, proven, visitor, now);
	return { outcome: 'signed-in', ...session };
}
