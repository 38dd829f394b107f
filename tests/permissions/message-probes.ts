/** Trying who may read messages to patients, send them again, and decide what is sent. */
import type { Permission } from '#domain/access/permissions.ts';
import { retryMessage } from '#domain/messaging/commands/retry.ts';
import { saveRule } from '#domain/messaging/commands/rules.ts';
import { readOutbox } from '#domain/messaging/queries/outbox.ts';
import { searchMessages } from '#domain/messaging/queries/search-messages.ts';
import { visitTimeline } from '#domain/messaging/queries/visit-timeline.ts';
import { messageFactory, ruleFactory, TEMPLATES } from '../factories/message-factory.ts';
import { askPage, sendForm } from './asking.ts';
import type { Probe } from './probe.ts';
import type { Somebody, Where, World } from './world.ts';

const made = new Map<string, Promise<string>>();

/** @returns a message that was sent from a clinic: there is nothing that could be done with it */
function messageAt(world: World, where: Where): Promise<string> {
	const message = made.get(`message/${where}`) ?? newMessage(world, where);
	made.set(`message/${where}`, message);
	return message;
}

function newMessage(world: World, where: Where): Promise<string> {
	return messageFactory(world.database, world.clinic.organizationId, {
		...{ state: 'sent', channel: 'email', clinicId: world.clinicOf(where) },
		...{ appointmentId: world.visitOf(where, 'own'), patientId: world.patientOf('own') }
	});
}

/** @returns a rule of a clinic's own */
function ruleAt(world: World, where: Where): Promise<string> {
	const rule =
		made.get(`rule/${where}`) ??
		ruleFactory(world.database, world.clinic.organizationId, {
			...{ kind: 'referral-due', clinicId: world.clinicOf(where) }
		});
	made.set(`rule/${where}`, rule);
	return rule;
}

/** Sends the form of one message. @returns the status that its action gave */
async function sendOnMessage(
	world: World,
	{ session }: Somebody,
	messageId: string
): Promise<number> {
	const response = await fetch(`${world.dayboard.url}/messages?/retry`, {
		method: 'POST',
		headers: {
			...{ cookie: `dayboard_session=${session}`, origin: world.dayboard.url },
			...{ accept: 'application/json', 'x-sveltekit-action': 'true' }
		},
		body: new URLSearchParams({ message: messageId })
	});
	return ((await response.json()) as { status: number }).status;
}

const timelineOf = (world: World, where: Where, whose: 'own' | 'other') =>
	`/board/appointments/${world.visitOf(where, whose)}/messages`;

/** A page that shows something of one clinic. */
const showing = (
	route: string,
	pathOf: (world: World, where: Where) => Promise<string> | string,
	shows: (world: World, where: Where, text: string) => Promise<boolean> | boolean
): Probe => ({
	...{ name: `GET ${route}`, about: 'clinic', route },
	async ask(world, somebody, { where }) {
		const { status, text } = await askPage(world, somebody, await pathOf(world, where));
		return status === 200 && (await shows(world, where, text));
	}
});

export const MESSAGE_PROBES = {
	'message.read': [
		{
			...{ name: 'query searchMessages', about: 'clinic' },
			async ask(world, { actor }, { where }) {
				const id = await messageAt(world, where);
				const wish = { filter: {}, zone: 'UTC', limit: 50, now: Date.now() };
				const found = await searchMessages(world.database, actor, wish);
				return found.ok && found.value.rows.some((row) => row.id === id);
			}
		},
		{
			...{ name: 'query visitTimeline', about: 'visit' },
			ask: async (world, { actor }, { where, whose }) =>
				(await visitTimeline(world.database, actor, world.visitOf(where, whose))).ok
		},
		showing(
			'/messages',
			() => '/messages',
			async (world, where, text) => text.includes(await messageAt(world, where))
		),
		showing(
			'/messages/figures',
			async (world, where) => {
				await messageAt(world, where);
				return `/messages/figures?clinic=${world.clinicOf(where)}`;
			},
			(_, __, text) => !text.includes('No message was due in these days')
		),
		{
			...{ name: 'GET the messages of a visit', about: 'visit' },
			route: '/board/appointments/[appointmentId]/messages',
			ask: async (world, somebody, { where, whose }) =>
				(await askPage(world, somebody, timelineOf(world, where, whose))).status === 200
		}
	],
	'message.write': [
		{
			...{ name: 'command retryMessage', about: 'clinic', needs: ['message.read'] },
			async ask(world, { actor }, { where }) {
				const done = await retryMessage(world.database, actor, await messageAt(world, where));
				return !done.ok && done.refusal.code === 'status-not-possible';
			}
		},
		{
			...{ name: 'form of messages', about: 'clinic', route: '/messages' },
			needs: ['message.read'],
			ask: async (world, somebody, { where }) =>
				(await sendOnMessage(world, somebody, await messageAt(world, where))) === 409
		},
		{
			...{ name: 'POST the messages of a visit', about: 'visit', needs: ['message.read'] },
			route: '/board/appointments/[appointmentId]/messages',
			async ask(world, somebody, { where, whose }) {
				const wish = { do: 'say', messagesBlocked: false, deceased: false };
				const path = timelineOf(world, where, whose);
				return (await askPage(world, somebody, path, wish)).status === 200;
			}
		}
	],
	'message-rule.write': [
		{
			...{ name: 'command saveRule', about: 'clinic' },
			async ask(world, { actor }, { where }) {
				// A service that there is not: whoever may make the rule is told so.
				const saved = await saveRule(world.database, actor, {
					...{ revision: 1, kind: 'missed', enabled: true, clinicId: world.clinicOf(where) },
					...{ serviceId: crypto.randomUUID(), offsetMinutes: 0, localMinute: null },
					...{ quietFromMinute: 0, quietUntilMinute: 0, channels: ['sms'], templates: TEMPLATES }
				});
				return !saved.ok && saved.refusal.code === 'not-found';
			}
		},
		showing(
			'/organization/messages',
			() => '/organization/messages',
			async (world, where, text) => text.includes(await ruleAt(world, where))
		),
		showing(
			'/organization/messages/[ruleId]',
			async (world, where) => `/organization/messages/${await ruleAt(world, where)}`,
			() => true
		),
		showing(
			'/organization/messages/new',
			() => '/organization/messages/new?kind=reminder',
			(world, where, text) => text.includes(`value="${world.clinicOf(where)}"`)
		),
		{
			...{ name: 'form of rules', about: 'clinic', route: '/organization/messages' },
			async ask(world, somebody, { where }) {
				const input = { id: await ruleAt(world, where), revision: 99, enabled: true };
				const path = '/organization/messages?/switch';
				return (await sendForm(world, somebody, path, input)) === 409;
			}
		}
	]
} satisfies Partial<Record<Permission, Probe[]>>;

/** With addresses and codes in it: for those whose the settings and the patients are. */
export const OUTBOX_PROBES: Probe[] = [
	{
		...{ name: 'query readOutbox', about: 'organization', needs: ['people.read'] },
		ask: async (world, { actor }) => (await readOutbox(world.database, actor, { limit: 1 })).ok
	},
	{
		...{ name: 'GET /outbox', about: 'organization', needs: ['people.read'], route: '/outbox' },
		ask: async (world, somebody) => (await askPage(world, somebody, '/outbox')).status === 200
	}
];
