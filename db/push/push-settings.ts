/** What an operator sets for web push: the installation's key, whom push services write to, services of one's own. */
import { z } from 'zod';
import { isLoopbackName } from '../../domain/access/identity-provider.ts';
import { vapidKeysFrom, type VapidKeys } from './vapid-keys.ts';

export interface PushSettings {
	/** `null`: a pair of this machine's own, kept in the data folder. */
	keys: VapidKeys | null;
	/** Whom a push service writes to when our messages trouble it: `mailto:` or an `https:` address. */
	subject: string;
	/** Whether the operator set anything for push. */
	isSet: boolean;
	/** Push services beside those of the browsers' makers: origins, also without TLS on loopback. */
	services: readonly string[];
}

const KEY_HINT =
	'VAPID_PRIVATE_KEY and VAPID_PUBLIC_KEY must be one pair of P-256 keys in base64url, given together';
const SUBJECT_HINT =
	'VAPID_SUBJECT must be an address such as mailto:board@clinic.example or https://clinic.example';
const SERVICES_HINT =
	'PUSH_SERVICES must list addresses such as https://push.clinic.example, separated by commas; http:// only for this machine';

/** Where nothing tells how to reach the operator; Apple refuses addresses of this machine. */
const NOBODY = 'mailto:nobody@dayboard.invalid';

/** The environment variables; blank ones are left out before. */
export const pushVariables = {
	VAPID_PUBLIC_KEY: z.string().max(100, KEY_HINT).nullable().default(null),
	VAPID_PRIVATE_KEY: z
		.string()
		.refine((text) => vapidKeysFrom(text) !== null, KEY_HINT)
		.nullable()
		.default(null),
	VAPID_SUBJECT: z
		.string()
		.regex(/^(mailto:[^\s<>@]+@[^\s<>@]+|https:\/\/\S+)$/, SUBJECT_HINT)
		.nullable()
		.default(null),
	PUSH_SERVICES: z
		.string()
		.transform((text) => text.split(',').map((one) => one.trim()))
		.refine((list) => list.every(isServiceOrigin), SERVICES_HINT)
		.transform((list) => list.map((one) => new URL(one).origin))
		.default([])
};

type Variables = { [K in keyof typeof pushVariables]: z.infer<(typeof pushVariables)[K]> };

/**
 * @param reachable the operator's own address and sender, where they are set: one of them stands in for a subject
 * @returns the settings, or one line for what does not fit together
 */
export function pushSettingsFrom(
	variables: Variables,
	reachable: { origin: string | null; mailFrom: string | null }
): { settings: PushSettings } | { faults: string[] } {
	const { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey } = variables;
	const keys = privateKey === null ? null : vapidKeysFrom(privateKey);
	if ((keys?.publicKey ?? null) !== publicKey) return { faults: [`${KEY_HINT}.`] };
	const subject = variables.VAPID_SUBJECT ?? subjectFrom(reachable);
	const services = variables.PUSH_SERVICES;
	const isSet = keys !== null || variables.VAPID_SUBJECT !== null || services.length > 0;
	return { settings: { keys, subject, services, isSet } };
}

function subjectFrom({ origin, mailFrom }: { origin: string | null; mailFrom: string | null }) {
	const address = /<([^<>]+)>$/.exec(mailFrom ?? '')?.[1] ?? mailFrom;
	if (address !== null) return `mailto:${address}`;
	return origin?.startsWith('https:') ? origin : NOBODY;
}

function isServiceOrigin(text: string): boolean {
	if (!URL.canParse(text)) return false;
	const url = new URL(text);
	if (url.href !== `${url.origin}/`) return false;
	return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackName(url.hostname));
}
