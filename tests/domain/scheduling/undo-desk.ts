/** A clinic with two receptionists, of whom one takes back what was done. */
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import type { Actor } from '#domain/access/actor.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import type { Intent, Part } from '#domain/scheduling/intents.ts';
import { appointmentHistory, readAppointment } from '#domain/scheduling/queries.ts';
import type { Verdict } from '#domain/scheduling/verdict.ts';
import { clinicFactory, staffFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { deskOf, NOW } from './clinic-desk.ts';

type Asked = Omit<Intent, 'id' | 'madeAt'>;

export class UndoDesk {
	fresh!: FreshDatabase;
	owner!: pg.Client;
	clinic!: Clinic;
	colleague!: Actor;
	desk!: ReturnType<typeof deskOf>;

	send(intent: Asked, actor = this.clinic.receptionist): Promise<Verdict> {
		const whole = { id: crypto.randomUUID(), madeAt: 0, ...intent } as Intent;
		return carryOut(this.fresh.database, actor, whole, { now: NOW });
	}

	/** Carries it out. @returns the intent's id */
	async done(intent: Part | Asked, actor?: Actor): Promise<string> {
		const verdict = await this.send(intent as Asked, actor);
		if (verdict.outcome !== 'accepted') throw new Error(JSON.stringify(verdict));
		return verdict.intentId;
	}

	undo(intentId: string, actor = this.clinic.receptionist): Promise<Verdict> {
		return this.send({ kind: 'undo', intentId } as Asked, actor);
	}

	async visitOf(id: string) {
		const read = await readAppointment(this.fresh.database, this.clinic.receptionist, id);
		if (!read.ok) throw new Error(read.refusal.code);
		const { startsAt, durationMinutes, status, practitioner, room, confirmedAt, patient } =
			read.value;
		const remark = patient && 'remark' in patient ? patient.remark : '';
		return {
			...{ startsAt, durationMinutes, status, confirmedAt, remark },
			...{ practitionerId: practitioner.id, roomId: room.id }
		};
	}

	async historyOf(id: string) {
		const read = await appointmentHistory(this.fresh.database, this.clinic.receptionist, id);
		if (!read.ok) throw new Error(read.refusal.code);
		return read.value;
	}

	async revisionOf(id: string): Promise<number> {
		const read = await readAppointment(this.fresh.database, this.clinic.receptionist, id);
		return read.ok ? read.value.revision : 0;
	}

	async claimsOf(id: string): Promise<number> {
		const { rows } = await this.owner.query<{ n: number }>(
			'SELECT count(*)::int AS n FROM claims WHERE appointment_id = $1',
			[id]
		);
		return rows[0]!.n;
	}
}

/** Registers the hooks that start and end it. What it returns is filled before the first test. */
export function useUndoDesk(): UndoDesk {
	const here = new UndoDesk();
	beforeAll(async () => {
		here.fresh = await freshDatabase();
		const { database, ownerUrl } = here.fresh;
		here.owner = new pg.Client(ownerUrl);
		await here.owner.connect();
		here.clinic = await clinicFactory(database, { practitioners: 3, rooms: 3, patients: 9 });
		here.colleague = await staffFactory(database, here.clinic, { role: 'receptionist' });
		here.desk = deskOf(here.fresh, here.clinic);
	});
	afterAll(async () => {
		await here.owner.end();
		await here.fresh.drop();
	});
	return here;
}
