/** The changes that the screens for hours and services can send, by the name of the form's action. */
import type { RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import { addException, removeException, saveWeeklyHours } from '#domain/availability/commands.ts';
import { exceptionSchema, weeklyHoursSchema } from '#domain/availability/hours-input.ts';
import { addResource, removeResource, saveService } from '#domain/directory/commands.ts';
import { newResourceSchema, serviceSchema } from '#domain/directory/service-input.ts';
import type { Actor } from '#domain/access/actor.ts';
import type { Database } from '#db/database.ts';
import type { Result } from '#domain/scheduling/refusals.ts';
import { database } from './database.ts';
import { changeSetup } from './setup-page.ts';

const place = { clinicId: z.uuid(), resourceId: z.uuid() };

/** A form action that checks its input with the schema and carries the command out as whoever sent it. */
function action<S extends z.ZodType>(
	schema: S,
	command: (database: Database, actor: Actor, input: z.output<S>) => Promise<Result<unknown>>
) {
	return ({ locals, params, request }: RequestEvent) => {
		const actor = locals.actor!;
		return changeSetup({ actor, clinicId: params.clinicId!, request }, schema, (input) =>
			command(database(), actor, input)
		);
	};
}

export const HOURS_ACTIONS = {
	hours: action(weeklyHoursSchema, saveWeeklyHours),
	addException: action(exceptionSchema, addException),
	removeException: action(z.strictObject({ ...place, exceptionId: z.uuid() }), removeException),
	addResource: action(newResourceSchema, addResource),
	removeResource: action(z.strictObject(place), removeResource)
};

export const SERVICE_ACTIONS = { save: action(serviceSchema, saveService) };
