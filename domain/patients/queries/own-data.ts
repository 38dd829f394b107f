/** Everything that is kept of a patient and the children they act for, for the patient to take along. */
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { same } from '../../../db/same-key.ts';
import { sealFor } from '../../../db/encryption/sealed-columns.ts';
import { unseal } from '../../../db/encryption/sealing.ts';
import {
	appointments,
	clinics,
	dependants,
	events,
	messageAttempts,
	messages,
	patients,
	patientSessions,
	practitioners,
	pushSubscriptions,
	services,
	tasks
} from '../../../db/schema/index.ts';
import { forActor, type Transaction } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { audit } from '../../access/commands/audit.ts';
import { authorize } from '../../access/authorize.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { SiteLanguage } from '../../site/site.ts';
import { inLanguage } from '../../site/translations.ts';
import { readOwnWaitlist } from './own-waitlist.ts';

export type OwnData = Awaited<ReturnType<typeof readPerson>>;
export type OwnVisit = OwnData['visits'][number];

/**
 * What is kept of one patient. It is written down that it was read.
 * @param way.format in which it is handed over
 * @param way.lang in which services are named
 * @returns `not-allowed` for anybody but the patient and who acts for them; instants are epoch milliseconds
 */
export async function readOwnData(
	database: Database,
	actor: Actor,
	patientId: string,
	{ format, lang }: { format: string; lang: SiteLanguage }
): Promise<Result<OwnData>> {
	const { organizationId } = actor;
	const subject = { organizationId, clinicId: null, practitionerId: null, patientId };
	if (!authorize(actor, 'patient.export', subject)) return refuse('not-allowed');
	const read = await forActor(database, actor, async (transaction) => {
		const person = await readPerson(transaction, { organizationId, patientId, lang });
		await audit(transaction, actor, {
			...{ kind: 'patient-exported', subject: { kind: 'patient', id: patientId } },
			detail: { format }
		});
		return person;
	});
	return accept({ ...read, tasks: await opened(database, organizationId, read.tasks) });
}

/** What somebody wrote is sealed. Opened one after the other: each may need a connection. */
async function opened(database: Database, organizationId: string, written: OwnData['tasks']) {
	const texts = [];
	for (const task of written) {
		const seal = sealFor(organizationId, 'tasks.sealed_text', task.id);
		const text = task.text === null ? null : await unseal(database, seal, task.text);
		texts.push({ ...task, text });
	}
	return texts;
}

interface Asked {
	organizationId: string;
	patientId: string;
	lang: SiteLanguage;
}

async function readPerson(transaction: Transaction, asked: Asked) {
	const { organizationId, patientId } = asked;
	const [patient] = await transaction
		.select()
		.from(patients)
		.where(and(eq(patients.organizationId, organizationId), eq(patients.id, patientId)));
	const { searchText: _, importKey, organizationId: __, ...profile } = patient!;
	return {
		profile: { ...profile, importKey },
		actsFor: await readFamily(transaction, organizationId, patientId),
		visits: await readVisits(transaction, asked),
		waitlist: await readOwnWaitlist(transaction, asked),
		messages: await readMessages(transaction, organizationId, patientId),
		...(await readDevices(transaction, organizationId, patientId)),
		tasks: await readTasks(transaction, organizationId, patientId)
	};
}

/** Ids alone: names of others are in their own part of the file. */
async function readFamily(transaction: Transaction, organizationId: string, patientId: string) {
	const rows = await transaction
		.select()
		.from(dependants)
		.where(
			and(
				eq(dependants.organizationId, organizationId),
				sql`${patientId}::uuid in (${dependants.guardianId}, ${dependants.patientId})`
			)
		)
		.orderBy(asc(dependants.since));
	return rows.map(({ guardianId, patientId: childId, since, endedAt }) => ({
		...{ guardianId, childId, since: since.getTime(), endedAt: endedAt?.getTime() ?? null }
	}));
}

async function readVisits(transaction: Transaction, { organizationId, patientId, lang }: Asked) {
	const rows = await transaction
		.select({ visit: appointments, clinic: clinics, doctor: practitioners, service: services })
		.from(appointments)
		.innerJoin(clinics, same(appointments, appointments.clinicId, clinics))
		.innerJoin(practitioners, same(appointments, appointments.practitionerId, practitioners))
		.innerJoin(services, same(appointments, appointments.serviceId, services))
		.where(
			and(eq(appointments.organizationId, organizationId), eq(appointments.patientId, patientId))
		)
		.orderBy(asc(appointments.startsAt), asc(appointments.id));
	const ids = rows.map(({ visit }) => visit.id);
	const told = ids.length === 0 ? [] : await readEvents(transaction, organizationId, ids);
	const time = (at: Date | null) => at?.getTime() ?? null;
	return rows.map(({ visit, clinic, doctor, service }) => ({
		...{ id: visit.id, startsAt: visit.startsAt.getTime(), endsAt: visit.endsAt.getTime() },
		...{ zone: clinic.zone, clinic: clinic.name, address: clinic.address },
		service: inLanguage({ name: service.name }, service.translations, lang).name,
		...{ doctor: doctor.name, status: visit.status },
		...{ cancelReason: visit.cancelReason, newPatient: visit.newPatient, source: visit.source },
		...{ walkIn: visit.walkIn, referralSeen: visit.referralSeen },
		...{ bookedAt: visit.bookedAt.getTime(), arrivedAt: time(visit.arrivedAt) },
		...{ wentInAt: time(visit.wentInAt), doneAt: time(visit.doneAt) },
		history: told.filter(({ visitId }) => visitId === visit.id)
	}));
}

async function readEvents(transaction: Transaction, organizationId: string, ids: string[]) {
	const rows = await transaction
		.select()
		.from(events)
		.where(and(eq(events.organizationId, organizationId), inArray(events.subjectId, ids)))
		.orderBy(asc(events.id));
	return rows.map(({ at, kind, subjectId, before, after }) => ({
		...{ visitId: subjectId, at: at.getTime(), kind },
		...{ before: tellable(before ?? {}), after: tellable(after) }
	}));
}

/** Of a change, what tells of the visit itself; notes of the staff are not among it. */
function tellable(change: Record<string, unknown>) {
	const { startsAt, status, cancelReason, practitionerId } = change;
	return {
		...(typeof startsAt === 'number' ? { startsAt } : {}),
		...(typeof status === 'string' ? { status } : {}),
		...(typeof cancelReason === 'string' ? { cancelReason } : {}),
		...(practitionerId === undefined ? {} : { isAnotherDoctor: true })
	};
}

async function readMessages(transaction: Transaction, organizationId: string, patientId: string) {
	const own = and(eq(messages.organizationId, organizationId), eq(messages.patientId, patientId));
	const rows = await transaction.select().from(messages).where(own).orderBy(asc(messages.madeAt));
	const attempts = await transaction
		.select({ attempt: messageAttempts })
		.from(messageAttempts)
		.innerJoin(messages, and(own, eq(messages.id, messageAttempts.messageId)))
		.where(eq(messageAttempts.organizationId, organizationId))
		.orderBy(asc(messageAttempts.number));
	return rows.map(({ id, kind, state, suppression, appointmentId, madeAt, dueAt, settledAt }) => ({
		...{ id, kind, state, suppression, visitId: appointmentId },
		...{
			madeAt: madeAt.getTime(),
			dueAt: dueAt.getTime(),
			settledAt: settledAt?.getTime() ?? null
		},
		attempts: attempts
			.filter(({ attempt }) => attempt.messageId === id)
			.map(({ attempt: { channel, outcome, startedAt } }) => ({
				...{ channel, outcome, at: startedAt.getTime() }
			}))
	}));
}

async function readDevices(transaction: Transaction, organizationId: string, patientId: string) {
	const subscribed = await transaction
		.select()
		.from(pushSubscriptions)
		.where(
			and(
				eq(pushSubscriptions.organizationId, organizationId),
				eq(pushSubscriptions.patientId, patientId)
			)
		)
		.orderBy(asc(pushSubscriptions.madeAt));
	const signedIn = await transaction
		.select()
		.from(patientSessions)
		.where(
			and(
				eq(patientSessions.organizationId, organizationId),
				eq(patientSessions.patientId, patientId)
			)
		)
		.orderBy(asc(patientSessions.createdAt));
	return {
		pushSubscriptions: subscribed.map(({ device, madeAt }) => ({
			...{ device, madeAt: madeAt.getTime() }
		})),
		sessions: signedIn.map(({ device, createdAt, lastUsedAt }) => ({
			...{ device, signedInAt: createdAt.getTime(), lastUsedAt: lastUsedAt.getTime() }
		}))
	};
}

async function readTasks(transaction: Transaction, organizationId: string, patientId: string) {
	const rows = await transaction
		.select()
		.from(tasks)
		.where(and(eq(tasks.organizationId, organizationId), eq(tasks.patientId, patientId)))
		.orderBy(asc(tasks.madeAt));
	return rows.map(({ id, kind, sealedText, appointmentId, madeAt, doneAt }) => ({
		...{ id, kind, text: sealedText, visitId: appointmentId },
		...{ madeAt: madeAt.getTime(), doneAt: doneAt?.getTime() ?? null }
	}));
}
