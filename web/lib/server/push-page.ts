/** Being told in this browser: what pages need for it, and what browsers send. */
import { error, json, type RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import type { Actor } from '#domain/access/actor.ts';
import { deviceName } from '#domain/access/device.ts';
import {
	renewPush,
	subscribeToPush,
	unsubscribeFromPush
} from '#domain/messaging/commands/push-subscriptions.ts';
import {
	MAX_ENDPOINT_LENGTH,
	pushSubscriptionSchema
} from '#domain/messaging/push-subscription.ts';
import { pushDevices } from '#domain/messaging/queries/push-devices.ts';
import { m } from '#web/lib/paraglide/messages.js';
import { readSettings } from '#db/settings.ts';
import type { PushSettings } from '#db/push/push-settings.ts';
import { readJson } from './api/request-input.ts';
import { fieldErrors, problem } from './api/problem.ts';
import { database } from './database.ts';
import { siteOf } from './site-page.ts';
import { countChange } from './visitor.ts';

let known: PushSettings | undefined;

/** @returns what the operator set; the server put its own key beside it before the pages were loaded */
function settings(): PushSettings {
	known ??= readSettings().push;
	return known;
}

/** What `PushChoice.svelte` needs of a patient; `null`: no key, no push. */
export async function pushChoice(patient: Actor, patientId: string) {
	const { keys } = settings();
	if (!keys) return null;
	const devices = await pushDevices(database(), patient, patientId);
	return { publicKey: keys.publicKey, hashes: devices.map(({ endpointHash }) => endpointHash) };
}

/** Remembers the browser that asks for a patient. `patient` acts as the patient, by a link or a session. */
export async function choosePush(
	event: RequestEvent,
	patient: Actor,
	patientId: string
): Promise<Response> {
	await countChange(event);
	const schema = z.object({ subscription: pushSubscriptionSchema(settings().services) });
	const read = await readInput(event.request, schema);
	if (read instanceof Response) return read;
	const { subscription } = read.input;
	const device = deviceOf(event);
	const result = await subscribeToPush(database(), patient, { patientId, subscription, device });
	if (!result.ok) return refused(result.refusal.code);
	return json(result.value, { status: 201 });
}

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex');

/** Forgets a browser of the patient. */
export async function leavePush(
	event: RequestEvent,
	patient: Actor,
	patientId: string
): Promise<Response> {
	await countChange(event);
	const read = await readInput(event.request, z.object({ endpointHash: hash }));
	if (read instanceof Response) return read;
	const { endpointHash } = read.input;
	const result = await unsubscribeFromPush(database(), patient, { patientId, endpointHash });
	return result.ok ? new Response(null, { status: 204 }) : refused(result.refusal.code);
}

/** A browser got a new address while nobody was looking. */
export async function followPush(event: RequestEvent): Promise<Response> {
	await countChange(event);
	const { organizationId } = await siteOf(event.params.site!);
	const schema = z.object({
		old: z.object({
			endpoint: z.string().min(1).max(MAX_ENDPOINT_LENGTH),
			auth: z.string().min(1).max(100)
		}),
		subscription: pushSubscriptionSchema(settings().services)
	});
	const read = await readInput(event.request, schema);
	if (read instanceof Response) return read;
	const renewed = await renewPush(database(), organizationId, {
		...read.input,
		device: deviceOf(event)
	});
	if (!renewed) error(404, m.push_unknown());
	return new Response(null, { status: 204 });
}

const deviceOf = ({ request }: RequestEvent) => deviceName(request.headers.get('user-agent'));

async function readInput<S extends z.ZodType>(
	request: Request,
	schema: S
): Promise<{ input: z.output<S> } | Response> {
	const body = await readJson(request);
	if (body instanceof Response) return body;
	const parsed = schema.safeParse(body.json);
	if (parsed.success) return { input: parsed.data };
	const errors = fieldErrors(parsed.error);
	return problem('invalid', 'The browser’s description of itself is not valid.', { errors });
}

function refused(code: string): Response {
	return json({ message: m.push_failed() }, { status: code === 'not-allowed' ? 403 : 400 });
}
