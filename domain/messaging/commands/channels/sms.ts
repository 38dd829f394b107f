/**
 * SMS by an HTTP interface like Twilio's. It takes the same request twice as two messages; but it can be asked what it
 * has, and so one that is in doubt is looked for before it is sent again.
 */
import { z } from 'zod';
import {
	storableResponse,
	type ChannelAnswer,
	type MessageChannel,
	type OutgoingMessage
} from '../../channel.ts';
import type { ClosedReason } from '../../message.ts';
import { httpClient, type HttpAnswer } from './http-exchange.ts';

export interface SmsSettings {
	/** Of the provider: `https://api.twilio.com`. */
	apiUrl: string;
	account: string;
	/** Secret; also signs what the provider tells us. */
	token: string;
	/** A number, or a name where the country allows one. */
	from: string;
	/** Where the provider reaches us; `null`: it is asked for no reports. */
	origin: string | null;
}

const LIMIT_MS = 15_000;
const CONCURRENCY = 64;

const created = z.object({ sid: z.string().max(64), status: z.string().max(40).default('') });
const refused = z.object({ code: z.number().optional(), message: z.string().default('') });
const listed = z.object({
	messages: z.array(z.object({ sid: z.string(), body: z.string(), status: z.string().default('') }))
});

/** The provider's own numbers for what is wrong with a number. */
const CLOSING: Record<number, ClosedReason> = {
	21211: 'invalid',
	21217: 'invalid',
	21614: 'invalid',
	21610: 'opted-out'
};

/** Nothing has left this machine. */
const NEVER_CONNECTED =
	/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;

/** @returns the path, after our origin, at which the provider reports on an organization's messages */
export function statusPath(organizationId: string): string {
	return `/api/hooks/sms/${organizationId}/status`;
}

export function smsChannel(settings: SmsSettings): MessageChannel {
	const { account, token, from, origin } = settings;
	const url = new URL(
		`${settings.apiUrl.replace(/\/$/, '')}/2010-04-01/Accounts/${account}/Messages.json`
	);
	const authorization = `Basic ${Buffer.from(`${account}:${token}`).toString('base64')}`;

	const client = httpClient(url.origin, { sockets: CONCURRENCY, limitMs: LIMIT_MS });

	return {
		...{ concurrency: CONCURRENCY, isAskable: true },
		async send(message, { begin }) {
			if (!(await begin())) return null;
			const form = new URLSearchParams({
				...{ To: message.to, Body: message.text.short },
				...(from.startsWith('MG') ? { MessagingServiceSid: from } : { From: from }),
				...(origin === null ? {} : { StatusCallback: callbackOf(origin, message) })
			});
			try {
				const answer = await client.ask({
					...{ method: 'POST', path: url.pathname, body: form.toString() },
					headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' }
				});
				return answerOf(answer, message.to);
			} catch (fault) {
				const code = codeOf(fault);
				const isSure = NEVER_CONNECTED.test(code);
				return { outcome: isSure ? 'failed-for-now' : 'in-doubt', response: code };
			}
		},
		async find(message, { at: since }) {
			const wish = new URLSearchParams({
				...{ To: message.to, PageSize: '50' },
				// The provider's clock may be a little behind ours.
				'DateSent>': new Date(since - 60_000).toISOString()
			});
			try {
				const { body } = await client.ask({
					...{ method: 'GET', path: `${url.pathname}?${wish}`, headers: { authorization } }
				});
				const { messages } = listed.parse(parsed(body));
				const wanted = comparable(message.text.short);
				const found = messages.find((one) => comparable(one.body) === wanted);
				if (!found) return 'never-came';
				return { outcome: 'sent', providerId: found.sid, response: found.status };
			} catch (fault) {
				return { outcome: 'in-doubt', response: codeOf(fault) };
			}
		},
		async close() {
			await client.close();
		}
	};
}

function callbackOf(origin: string, { organizationId, id, attempt }: OutgoingMessage): string {
	return `${origin}${statusPath(organizationId)}?message=${id}&attempt=${attempt}`;
}

/** Links are made anew for each try. */
function comparable(body: string): string {
	return body.replace(/https?:\/\/\S+/g, '').trim();
}

function answerOf({ status, headers, body }: HttpAnswer, to: string): ChannelAnswer {
	const json = parsed(body);
	if (status >= 200 && status < 300) {
		const taken = created.safeParse(json);
		// It said yes: to ask again what it meant would be a second message.
		if (!taken.success) return { outcome: 'sent', providerId: null, response: 'not understood' };
		return { outcome: 'sent', providerId: taken.data.sid, response: taken.data.status };
	}
	const { code, message } = refused.safeParse(json).data ?? { code: undefined, message: '' };
	const said = storableResponse([status, code, message].filter(Boolean).join(' '), to);
	if (status !== 400) {
		const seconds = Number(headers['retry-after']);
		const afterMs = Number.isFinite(seconds) && seconds > 0 ? { afterMs: seconds * 1_000 } : {};
		return { outcome: 'failed-for-now', response: said, ...afterMs };
	}
	return { outcome: 'failed', response: said, closes: CLOSING[code ?? 0] ?? null };
}

function parsed(body: string): unknown {
	try {
		return JSON.parse(body);
	} catch {
		return null;
	}
}

function codeOf(fault: unknown): string {
	if (!(fault instanceof Error)) return 'no answer';
	return 'code' in fault && typeof fault.code === 'string' ? fault.code : fault.name;
}
