/** For whom a patient acts: the page on which a parent adds a child and ends it. */
import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import { dayOf, isChild } from '#domain/patients/age.ts';
import {
	addChild,
	addOfferedChild,
	endChild,
	offeredChildren
} from '#domain/patients/commands/dependants.ts';
import { childSchema } from '#domain/patients/dependant.ts';
import type { Person } from '#domain/patients/signed-in.ts';
import type { Result } from '#domain/scheduling/refusals.ts';
import { m } from '#web/lib/paraglide/messages.js';
import { faultsOf } from './booking-page.ts';
import { database } from './database.ts';
import { signedIn } from './patient-session.ts';
import { countChange } from './visitor.ts';

const shown = ({ id, givenName, familyName, birthDate }: Person) => ({
	...{ id, name: `${givenName} ${familyName}`, birthDate }
});

export async function childrenPage(event: RequestEvent) {
	const patient = signedIn(event);
	const { searchParams } = event.url;
	return {
		family: patient.children.map(shown),
		offered: (await offeredChildren(database(), patient)).map(shown),
		// Children do not act for children.
		mayAdd: !isChild(patient.self.birthDate, dayOf(Date.now())),
		familyName: patient.self.familyName,
		news: searchParams.has('added')
			? ('added' as const)
			: searchParams.has('ended')
				? ('ended' as const)
				: null
	};
}

export async function addTypedChild(event: RequestEvent) {
	await countChange(event);
	const typed = Object.fromEntries(await event.request.formData());
	const parsed = childSchema(dayOf(Date.now())).safeParse(typed);
	if (!parsed.success) {
		return fail(400, { faults: faultsOf(parsed.error), message: m.details_check(), typed });
	}
	return answered(event, await addChild(database(), signedIn(event), parsed.data), 'added');
}

const childId = z.uuid();

async function idIn({ request }: RequestEvent): Promise<string | null> {
	const id = childId.safeParse((await request.formData()).get('child'));
	return id.success ? id.data : null;
}

export async function addOffered(event: RequestEvent) {
	await countChange(event);
	const id = await idIn(event);
	if (id === null) return refused(m.not_found());
	return answered(event, await addOfferedChild(database(), signedIn(event), id), 'added');
}

export async function endForChild(event: RequestEvent) {
	await countChange(event);
	const id = await idIn(event);
	if (id === null) return refused(m.not_found());
	return answered(event, await endChild(database(), signedIn(event), id), 'ended');
}

function refused(message: string) {
	return fail(404, { faults: {}, message, typed: {} });
}

function answered(event: RequestEvent, answer: Result<unknown>, news: 'added' | 'ended') {
	if (answer.ok) redirect(303, `${event.url.pathname}?${news}`);
	switch (answer.refusal.code) {
		case 'invalid':
			return refused(m.account_children_many());
		case 'not-found':
			return refused(m.not_found());
		default:
			return refused(m.refused_other());
	}
}
