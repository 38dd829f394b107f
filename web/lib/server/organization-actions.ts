/** The changes that the pages about an organization can send: checked, carried out, and answered in words. */
import { fail, type RequestEvent } from '@sveltejs/kit';
import type { z } from 'zod';
import type { Database } from '#db/database.ts';
import type { Actor } from '#domain/access/actor.ts';
import { explainRefusal } from '#domain/scheduling/refusal-words.ts';
import type { Refusal, Result } from '#domain/scheduling/refusals.ts';
import type { OrganizationFailure } from '#web/lib/organization/organization-form.svelte.ts';
import { database } from './database.ts';

/** Says more of a refusal than its code does; `undefined`: nothing more is known. */
export type Explain = (refusal: Refusal, actor: Actor) => Promise<string | undefined>;

/**
 * A form action that reads the one field `input`, checks it with the schema and carries the command out as whoever
 * sent it. What the command gives goes back to the page.
 */
export function organizationAction<S extends z.ZodType, T>(
	schema: S,
	command: (
		database: Database,
		actor: Actor,
		input: z.output<S>,
		/** Where the page is that asks: `https://board.clinic.example`. */
		pageOrigin: string
	) => Promise<Result<T>>,
	explain: Explain = async () => undefined
) {
	return async ({ locals, request, url }: RequestEvent) => {
		const actor = locals.actor!;
		const parsed = schema.safeParse(jsonFrom((await request.formData()).get('input')));
		if (!parsed.success) {
			const [issue] = parsed.error.issues;
			return fail(400, failure(issue!.message, issue!.path.join('.')));
		}
		const done = await command(database(), actor, parsed.data, url.origin);
		if (done.ok) return { saved: true as const, value: done.value };
		const { refusal } = done;
		const words =
			(await explain(refusal, actor)) ??
			explainRefusal(refusal, { nameOf: () => undefined, zone: 'UTC' });
		return fail(STATUS[refusal.code] ?? 409, failure(words, refusal.field ?? null));
	};
}

const STATUS: Partial<Record<Refusal['code'], number>> = {
	'not-found': 404,
	'not-allowed': 403,
	invalid: 400
};

function failure(message: string, field: string | null): OrganizationFailure {
	return { message, field: field || null };
}

function jsonFrom(text: FormDataEntryValue | null): unknown {
	try {
		return typeof text === 'string' ? JSON.parse(text) : null;
	} catch {
		return null;
	}
}
