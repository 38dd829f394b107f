/** What an SMS provider calls: reports on messages, and what patients write back. Signed with the account's secret. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { error, type RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import { takeAnswer } from '#domain/messaging/commands/answers.ts';
import { noteReport } from '#domain/messaging/commands/reports.ts';
import { database } from './database.ts';

const organizationId = z.uuid();

const reportSchema = z.object({
	message: z.uuid(),
	attempt: z.coerce.number().int().min(1).max(1_000),
	MessageSid: z.string().min(1).max(64),
	MessageStatus: z.string().min(1).max(40),
	ErrorCode: z.coerce.number().int().nullable().default(null)
});

const answerSchema = z.object({
	From: z.string().min(3).max(40),
	Body: z.string().max(2_000),
	MessageSid: z.string().min(1).max(64)
});

/**
 * @returns what was sent, with what stands in the address
 * @throws the error 403 for what the provider has not signed, and 404 where no provider is set
 */
async function signed(event: RequestEvent): Promise<Record<string, string>> {
	const token = secret();
	const origin = process.env.DAYBOARD_ORIGIN;
	if (!token || !origin) error(404, 'No SMS are sent from here.');
	const form = new URLSearchParams(await event.request.text());
	// The provider signs the address that it was told, not the one that a proxy makes of it.
	const url = origin + event.url.pathname + event.url.search;
	const given = event.request.headers.get('x-twilio-signature') ?? '';
	if (!isSame(given, signatureOf(token, url, form))) error(403, 'This was not signed.');
	return { ...Object.fromEntries(event.url.searchParams), ...Object.fromEntries(form) };
}

/** As Twilio signs: the address, then names and values of the form in the order of the names. */
export function signatureOf(token: string, url: string, form: URLSearchParams): string {
	const names = [...new Set(form.keys())].toSorted();
	const text = url + names.map((name) => name + form.getAll(name).join('')).join('');
	return createHmac('sha1', token).update(text).digest('base64');
}

function isSame(given: string, expected: string): boolean {
	const [a, b] = [Buffer.from(given), Buffer.from(expected)];
	return a.length === b.length && timingSafeEqual(a, b);
}

function secret(): string | null {
	const settings = process.env.DAYBOARD_SMS;
	return settings ? z.object({ token: z.string() }).parse(JSON.parse(settings)).token : null;
}

/** A report on a message that was sent. */
export async function smsStatus(event: RequestEvent): Promise<Response> {
	const given = await signed(event);
	const organization = organizationId.safeParse(event.params.organizationId);
	const report = reportSchema.safeParse(given);
	if (!organization.success || !report.success) error(400, 'This is no report on a message.');
	const { message, attempt, MessageSid, MessageStatus, ErrorCode } = report.data;
	await noteReport(database(), organization.data, {
		...{ messageId: message, attempt, providerId: MessageSid },
		...{ status: MessageStatus, errorCode: ErrorCode }
	});
	return new Response(null, { status: 204 });
}

/** What a patient wrote; the provider sends what is answered. */
export async function smsAnswer(event: RequestEvent): Promise<Response> {
	const given = await signed(event);
	const organization = organizationId.safeParse(event.params.organizationId);
	const sms = answerSchema.safeParse(given);
	if (!organization.success || !sms.success) error(400, 'This is no message.');
	const { From, Body, MessageSid } = sms.data;
	const reply = await takeAnswer(database(), organization.data, {
		...{ from: From, text: Body, providerId: MessageSid }
	});
	const text = reply.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
	const xml = `<?xml version="1.0" encoding="UTF-8"?><Response><Message>${text}</Message></Response>`;
	return new Response(xml, { headers: { 'content-type': 'text/xml; charset=utf-8' } });
}
