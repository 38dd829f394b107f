/** What waits for somebody of the staff to do. */
import { foreignKey, index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';
import { TASK_KINDS } from '../../domain/tasks/task.ts';
import { users } from './access.ts';
import { clinics, organizationId, patients } from './directory.ts';
import { keptDocuments } from './kept.ts';
import { messages } from './messages.ts';
import { appointments, instant } from './scheduling.ts';

export const tasks = pgTable(
	'tasks',
	{
		organizationId: organizationId(),
		id: uuid('id').notNull(),
		kind: text('kind', { enum: TASK_KINDS }).notNull(),
		/** `null`: for whoever of the organization comes first. */
		clinicId: uuid('clinic_id'),
		patientId: uuid('patient_id'),
		appointmentId: uuid('appointment_id'),
		messageId: uuid('message_id'),
		/** The one person that it is for; `null`: whoever may handle tasks. Of a mention alone. */
		forUser: uuid('for_user'),
		/** Who mentioned them; `null`: one of several who wrote at once, or nobody. */
		madeBy: uuid('made_by'),
		/** The note in which it was. */
		noteId: uuid('note_id'),
		/** What somebody wrote, sealed; `null`: the kind says it all. */
		sealedText: text('sealed_text'),
		madeAt: instant('made_at').notNull().defaultNow(),
		doneAt: instant('done_at'),
		doneBy: uuid('done_by')
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		foreignKey({
			columns: [table.organizationId, table.clinicId],
			foreignColumns: [clinics.organizationId, clinics.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.patientId],
			foreignColumns: [patients.organizationId, patients.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.appointmentId],
			foreignColumns: [appointments.organizationId, appointments.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.messageId],
			foreignColumns: [messages.organizationId, messages.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.doneBy],
			foreignColumns: [users.organizationId, users.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.forUser],
			foreignColumns: [users.organizationId, users.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.madeBy],
			foreignColumns: [users.organizationId, users.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.noteId],
			foreignColumns: [keptDocuments.organizationId, keptDocuments.id]
		}),
		index('tasks_for_user')
			.on(table.organizationId, table.forUser, table.madeAt)
			.where(sql`${table.forUser} is not null`),
		index('tasks_note')
			.on(table.organizationId, table.noteId, table.madeAt)
			.where(sql`${table.noteId} is not null`),
		index('tasks_open')
			.on(table.organizationId, table.madeAt)
			.where(sql`${table.doneAt} is null`)
	]
);
