/** Documents that people edit together and that stay: handover notes, notes on a visit, drafts. */
import {
	date,
	foreignKey,
	integer,
	pgTable,
	primaryKey,
	text,
	uniqueIndex,
	uuid
} from 'drizzle-orm/pg-core';
import { KEPT_KINDS } from '../../domain/kept-documents/kept-name.ts';
import { users } from './access.ts';
import { clinics, organizationId } from './directory.ts';
import { appointments, instant } from './scheduling.ts';

export const keptDocuments = pgTable(
	'kept_documents',
	{
		organizationId: organizationId(),
		/** Follows from the document's name (`keptId`); of a draft it is the draft's own. */
		id: uuid('id').notNull(),
		kind: text('kind', { enum: KEPT_KINDS }).notNull(),
		/** Clinic and local day, of handover notes alone. */
		clinicId: uuid('clinic_id'),
		day: date('day'),
		/** Of a note on a visit alone. */
		appointmentId: uuid('appointment_id'),
		/** The whole Yjs state (an update of version 1), sealed. */
		sealedState: text('sealed_state').notNull(),
		/** Of the state, before it was sealed. */
		byteCount: integer('byte_count').notNull(),
		/** Rises with every store: whoever holds another one has not seen it all. */
		revision: integer('revision').notNull().default(1),
		madeAt: instant('made_at').notNull().defaultNow(),
		changedAt: instant('changed_at').notNull().defaultNow(),
		/** Whoever wrote last. */
		changedBy: uuid('changed_by').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.organizationId, table.id] }),
		foreignKey({
			columns: [table.organizationId, table.clinicId],
			foreignColumns: [clinics.organizationId, clinics.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.appointmentId],
			foreignColumns: [appointments.organizationId, appointments.id]
		}),
		foreignKey({
			columns: [table.organizationId, table.changedBy],
			foreignColumns: [users.organizationId, users.id]
		}),
		uniqueIndex('kept_documents_day').on(table.organizationId, table.clinicId, table.day),
		uniqueIndex('kept_documents_appointment').on(table.organizationId, table.appointmentId)
	]
);
