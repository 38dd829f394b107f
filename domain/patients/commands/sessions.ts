/** Where a patient is signed in. Only hashes are stored; what is proven is one contact (docs/decisions/0016). */
import { and, eq, lt } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { patientSessions } from '../../../db/schema/index.ts';
import { newSecret, secretHash } from '../../../db/sessions.ts';
import { forActor, type Transaction } from '../../../db/transaction.ts';
import type { Actor, Origin } from '../../access/actor.ts';
import { audit } from '../../access/commands/audit.ts';
import { DAY_MS, LONGEST_DAYS, sessionEnd } from '../sign-in-rules.ts';

/** The site that somebody signs in at: whose it is, and the account that stands for its patients. */
export interface SignInPlace {
	organizationId: string;
	accountId: string;
}

export interface PatientVisitor {
	/** Browser and system in words. */
	device: string;
	origin: Origin | null;
}

export interface OpenedSession {
	/** For the cookie. */
	token: string;
	/** When it ends however much it is used (epoch milliseconds). */
	expiresAt: number;
}

/** @param contact hash of the contact that was proven */
export async function openPatientSession(
	transaction: Transaction,
	{ organizationId, accountId }: SignInPlace,
	{ patientId, contact }: { patientId: string; contact: string },
	{ device, origin }: PatientVisitor,
	now: number
): Promise<OpenedSession> {
	const token = newSecret();
	const id = secretHash(token);
	await transaction
		.delete(patientSessions)
		.where(
			and(
				eq(patientSessions.organizationId, organizationId),
				eq(patientSessions.patientId, patientId),
				lt(patientSessions.expiresAt, new Date(now))
			)
		);
	await transaction.insert(patientSessions).values({
		...{ organizationId, id, patientId, contactHash: contact, device: device.slice(0, 100) },
		...{ createdAt: new Date(now), lastUsedAt: new Date(now) },
		expiresAt: new Date(sessionEnd(now, now))
	});
	const author = { organizationId, userId: accountId, sessionId: id, origin };
	await audit(transaction, author, {
		kind: 'signed-in',
		subject: { kind: 'patient', id: patientId },
		detail: { how: 'patient-code' }
	});
	return { token, expiresAt: now + LONGEST_DAYS * DAY_MS };
}

/** @param everywhere on every device, not on this one alone */
export async function signPatientOut(
	database: Database,
	patient: Actor,
	{ patientId, everywhere }: { patientId: string; everywhere: boolean }
): Promise<void> {
	const { organizationId, sessionId } = patient;
	await forActor(database, patient, async (transaction) => {
		await transaction
			.delete(patientSessions)
			.where(
				and(
					eq(patientSessions.organizationId, organizationId),
					eq(patientSessions.patientId, patientId),
					everywhere ? undefined : eq(patientSessions.id, sessionId ?? '')
				)
			);
		await audit(transaction, patient, {
			kind: 'signed-out',
			subject: { kind: 'patient', id: patientId },
			detail: { everywhere }
		});
	});
}
