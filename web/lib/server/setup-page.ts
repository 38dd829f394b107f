/** What the screens for hours and services load and change. */
import { error, fail } from '@sveltejs/kit';
import type { z } from 'zod';
import type { Actor } from '#domain/access/actor.ts';
import { authorize } from '#domain/access/authorize.ts';
import { localDateOf } from '#domain/availability/local-day.ts';
import { readClinicSetup } from '#domain/availability/queries/setup.ts';
import { readServices } from '#domain/directory/queries/services.ts';
import { explainRefusal } from '#domain/scheduling/refusal-words.ts';
import type { Refusal, RefusalCode, Result } from '#domain/scheduling/refusals.ts';
import { ownClinic, ownClinics, todayAt } from './board-page.ts';
import { database } from './database.ts';

/** What every page of the set-up has around it. */
export async function setupFrame(actor: Actor, clinicId: string) {
	const clinic = await ownClinic(actor, clinicId);
	const { organizationId } = actor;
	const may = (permission: 'hours.write' | 'service.write' | 'kiosk.write', at: string | null) =>
		authorize(actor, permission, { organizationId, clinicId: at, practitionerId: null });
	return {
		clinic,
		clinics: await ownClinics(actor),
		today: todayAt(clinic),
		can: {
			hours: may('hours.write', clinicId),
			services: may('service.write', null),
			kiosks: may('kiosk.write', clinicId)
		}
	};
}

/** The page of hours: the clinic, everybody and everything at it. */
export async function hoursPage(actor: Actor, clinicId: string) {
	const shared = await setupFrame(actor, clinicId);
	const setup = await readClinicSetup(database(), actor, clinicId, shared.today);
	if (!setup.ok) error(404, 'There is no such clinic here.');
	return { ...shared, ...setup.value, clinic: shared.clinic };
}

/** The page of services. */
export async function servicesPage(actor: Actor, clinicId: string) {
	const shared = await setupFrame(actor, clinicId);
	const read = await readServices(database(), actor);
	if (!read.ok) error(403, 'You do not have permission to see the services.');
	return { ...shared, ...read.value };
}

/** A visit that is in the way: where to find it. */
export interface BookedVisit {
	appointmentId: string;
	date: string;
	from: number;
}

export interface SetupFailure {
	message: string;
	field: string | null;
	booked: BookedVisit[];
}

/** Refusals that are about what somebody may do or know. */
const STATUS: Partial<Record<RefusalCode, number>> = { 'not-allowed': 403, 'not-found': 404 };

/**
 * Reads the one field `input` of a form, checks it and carries the command out.
 * @returns nothing, or a failure with the words to show
 */
export async function changeSetup<S extends z.ZodType>(
	{ actor, clinicId, request }: { actor: Actor; clinicId: string; request: Request },
	schema: S,
	command: (input: z.output<S>) => Promise<Result<unknown>>
) {
	const { zone } = await ownClinic(actor, clinicId);
	const text = (await request.formData()).get('input');
	const parsed = schema.safeParse(jsonFrom(text));
	if (!parsed.success) {
		const [issue] = parsed.error.issues;
		const field = issue!.path.join('.');
		return fail(400, failure(`Please check this: ${issue!.message}.`, field));
	}
	const done = await command(parsed.data);
	if (done.ok) return { saved: true as const };
	return fail(STATUS[done.refusal.code] ?? 409, refused(done.refusal, zone));
}

function jsonFrom(text: FormDataEntryValue | null): unknown {
	try {
		return typeof text === 'string' ? JSON.parse(text) : null;
	} catch {
		return null;
	}
}

function failure(message: string, field: string | null, booked: BookedVisit[] = []): SetupFailure {
	return { message, field, booked };
}

function refused(refusal: Refusal, zone: string): SetupFailure {
	const booked = (refusal.code === 'has-bookings' ? (refusal.obstacles ?? []) : []).map(
		({ appointmentId, from }) => ({
			...{ appointmentId: appointmentId!, from },
			date: localDateOf(from, zone)
		})
	);
	const words = explainRefusal({ ...refusal, obstacles: [] }, { nameOf: () => undefined, zone });
	return failure(words, refusal.field ?? null, booked);
}
