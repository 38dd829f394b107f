/** Rows of tasks as the page shows them: unsealed, and without names that whoever looks may not know. */
import type { Database } from '../../../db/database.ts';
import { sealFor } from '../../../db/encryption/sealed-columns.ts';
import { unseal } from '../../../db/encryption/sealing.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { localDateOf } from '../../availability/local-day.ts';
import { listName } from '../../directory/patient-search.ts';
import type { Channel, MessageKind } from '../../messaging/message.ts';
import { contactMessageSchema } from '../contact-message.ts';
import type { Task, TaskKind, TaskVisit } from '../task.ts';

/** A row as the query gives it: `null` where it is about none. */
export interface FoundTask {
	id: string;
	kind: TaskKind;
	sealedText: string | null;
	patientId: string | null;
	madeAt: number;
	doneAt: number | null;
	doneBy: string | null;
	clinicId: string | null;
	clinicName: string | null;
	zone: string | null;
	familyName: string | null;
	givenName: string | null;
	appointmentId: string | null;
	startsAt: number | null;
	visitClinicId: string | null;
	visitZone: string | null;
	practitionerId: string | null;
	doctorName: string | null;
	serviceName: string | null;
	mentionedBy: string | null;
	noteDay: string | null;
	messageKind: MessageKind | null;
	channel: Channel | null;
	response: string;
}

export function tasksOf(
	database: Database,
	actor: Actor,
	rows: readonly FoundTask[]
): Promise<Task[]> {
	return Promise.all(
		rows.map(async (row): Promise<Task> => {
			const { id, kind, madeAt, doneAt, doneBy, clinicId } = row;
			const written = await textOf(database, actor.organizationId, row);
			return {
				...{ id, kind, madeAt, ...written },
				clinic: clinicId === null ? null : { id: clinicId, name: row.clinicName!, zone: row.zone! },
				patientName: patientNameOf(actor, row),
				visit: visitOf(row),
				mention: kind === 'mention' ? { by: row.mentionedBy, date: row.noteDay } : null,
				message:
					row.messageKind === null
						? null
						: { kind: row.messageKind, channel: row.channel, response: row.response },
				done: doneAt === null ? null : { at: doneAt, by: doneBy }
			};
		})
	);
}

/** One text that cannot be opened does not hide the others. */
async function textOf(
	database: Database,
	organizationId: string,
	{ id, kind, sealedText }: FoundTask
): Promise<Pick<Task, 'contact' | 'text' | 'isUnreadable'>> {
	const nothing = { contact: null, text: null, isUnreadable: false };
	if (sealedText === null) return nothing;
	try {
		const seal = sealFor(organizationId, 'tasks.sealed_text', id);
		const text = await unseal(database, seal, sealedText);
		if (kind !== 'contact') return { ...nothing, text };
		return { ...nothing, contact: contactMessageSchema.parse(JSON.parse(text)) };
	} catch {
		return { ...nothing, isUnreadable: true };
	}
}

function patientNameOf(actor: Actor, row: FoundTask): string | null {
	const { familyName, givenName, practitionerId } = row;
	if (familyName === null || givenName === null) return null;
	const subject = {
		organizationId: actor.organizationId,
		clinicId: row.visitClinicId ?? row.clinicId,
		practitionerId
	};
	return authorize(actor, 'people.read', subject) ? listName({ familyName, givenName }) : null;
}

function visitOf(row: FoundTask): TaskVisit | null {
	const { appointmentId, startsAt, visitClinicId, visitZone } = row;
	if (appointmentId === null || startsAt === null) return null;
	return {
		...{ id: appointmentId, clinicId: visitClinicId!, startsAt, zone: visitZone! },
		date: localDateOf(startsAt, visitZone!),
		...{ service: row.serviceName ?? '', doctor: row.doctorName ?? '' }
	};
}
