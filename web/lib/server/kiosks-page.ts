/** Where staff make and close the kiosks of a clinic. */
import { error, fail, type RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import { closeKiosk, makeKiosk, renewKiosk, type OpeningLink } from '#domain/kiosks/commands.ts';
import { kioskSchema } from '#domain/kiosks/kiosk.ts';
import { readKiosks } from '#domain/kiosks/queries.ts';
import type { Refusal, Result } from '#domain/scheduling/refusals.ts';
import { database } from './database.ts';
import { codePicture } from './factor-picture.ts';
import { setupFrame } from './setup-page.ts';

export async function kiosksPage({ locals, params }: RequestEvent) {
	const shared = await setupFrame(locals.actor!, params.clinicId!);
	const kiosks = await readKiosks(database(), locals.actor!, params.clinicId!);
	if (!kiosks.ok) error(403, 'You do not have permission to set up kiosks.');
	return { ...shared, kiosks: kiosks.value };
}

/** A link that is shown this once, also to be scanned by the device that becomes the kiosk. */
function shownLink({ url }: RequestEvent, { path, name, expiresAt }: OpeningLink) {
	const link = url.origin + path;
	return { link: { name, expiresAt, address: link, picture: codePicture(link) } };
}

function refused({ code }: Refusal) {
	if (code === 'not-allowed') {
		return fail(403, { message: 'You do not have permission to set up kiosks.' });
	}
	return fail(404, { message: 'This kiosk is closed already.' });
}

const idSchema = z.uuid();

async function onKiosk<T>(
	{ request }: RequestEvent,
	command: (accountId: string) => Promise<Result<T>>
): Promise<Result<T>> {
	const id = idSchema.safeParse((await request.formData()).get('kiosk'));
	if (!id.success) return { ok: false, refusal: { code: 'not-found' } };
	return command(id.data);
}

export const KIOSK_ACTIONS = {
	make: async (event: RequestEvent) => {
		const name = (await event.request.formData()).get('name');
		const input = kioskSchema.safeParse({ name });
		if (!input.success) return fail(400, { message: input.error.issues[0]!.message });
		const clinicId = event.params.clinicId!;
		const made = await makeKiosk(database(), event.locals.actor!, { clinicId, ...input.data });
		return made.ok ? shownLink(event, made.value) : refused(made.refusal);
	},
	renew: async (event: RequestEvent) => {
		const made = await onKiosk(event, (id) => renewKiosk(database(), event.locals.actor!, id));
		return made.ok ? shownLink(event, made.value) : refused(made.refusal);
	},
	close: async (event: RequestEvent) => {
		const done = await onKiosk(event, (id) => closeKiosk(database(), event.locals.actor!, id));
		return done.ok ? { closed: done.value.name } : refused(done.refusal);
	}
};
