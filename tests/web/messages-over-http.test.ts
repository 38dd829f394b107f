/** The pages of messages as a browser asks for them: what is typed wrongly, and what belongs to somebody else. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealFor } from '#db/encryption/sealed-columns.ts';
import { seal } from '#db/encryption/sealing.ts';
import { outbox } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import { filledOrganization, type FilledOrganization } from '../factories/filled-organization.ts';
import { sessionFactory } from '../factories/clinic-factory.ts';
import { messageFactory, TEMPLATES } from '../factories/message-factory.ts';
import { startDayboard, type RunningDayboard } from '../support/dayboard.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';

const STARTS_AT = Date.UTC(2040, 0, 4, 9);

let fresh: FreshDatabase;
let owner: pg.Client;
let dayboard: RunningDayboard;
let [own, other] = [{} as FilledOrganization, {} as FilledOrganization];
beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	[own, other] = [
		await filledOrganization(fresh.database, STARTS_AT),
		await filledOrganization(fresh.database, STARTS_AT)
	];
	// What its table is filled with opens with no key.
	await owner.query('DELETE FROM outbox');
	dayboard = await startDayboard({ scale: 'none', databaseUrl: fresh.url });
}, 300_000);
afterAll(async () => {
	await dayboard.close();
	await owner.end();
	await fresh.drop();
});

const headers = (session: string) => ({
	...{ cookie: `dayboard_session=${session}`, origin: dayboard.url },
	...{ accept: 'application/json', 'x-sveltekit-action': 'true' }
});
async function page(
	path: string,
	session = own.session
): Promise<{ status: number; text: string }> {
	const response = await fetch(dayboard.url + path, {
		headers: { cookie: `dayboard_session=${session}` }
	});
	return { status: response.status, text: await response.text() };
}
async function form(
	path: string,
	fields: Record<string, string>,
	session = own.session
): Promise<{ type: string; status: number; data: string }> {
	const response = await fetch(dayboard.url + path, {
		...{ method: 'POST', headers: headers(session), body: new URLSearchParams(fields) }
	});
	return (await response.json()) as never;
}
const input = (value: unknown) => ({ input: JSON.stringify(value) });
async function stateOf(id: string): Promise<string> {
	const { rows } = await owner.query('SELECT state FROM messages WHERE id = $1', [id]);
	return rows[0].state;
}

describe('the log', () => {
	it.each([
		['state=lost', 'Choose a state from the list.'],
		['channel=fax', 'Choose a way from the list.'],
		['kind=party', 'Choose a kind from the list.'],
		['clinic=north', 'Choose a clinic from the list.'],
		['from=tomorrow', 'A day looks like 2026-11-23.'],
		['from=2026-02-02&until=2026-02-01', 'The last day is before the first one.']
	])('says what is wrong with %s, and shows nothing', async (search, words) => {
		const { status, text } = await page(`/messages?${search}`);
		expect(status).toBe(200);
		expect(text).toContain(words);
		expect(text).not.toContain('data-message-id');
	});

	it('takes a page that is none for the first one', async () => {
		expect((await page('/messages?after=yesterday')).status).toBe(200);
	});

	it('shows no other organization’s messages, and does nothing with them', async () => {
		const { text } = await page(`/messages?until=2041-01-01&clinic=${other.clinicId}`);
		expect(text).not.toContain(other.messageId);
		expect(await page('/messages?until=2041-01-01')).toMatchObject({
			...{ status: 200, text: expect.stringContaining(own.messageId) }
		});
		for (const action of ['retry', 'holdBack']) {
			expect(await form(`/messages?/${action}`, { message: other.messageId })).toMatchObject({
				...{ type: 'failure', status: 404 }
			});
			expect(await form(`/messages?/${action}`, { message: 'the last one' })).toMatchObject({
				...{ type: 'failure', status: 400 }
			});
		}
		expect(await stateOf(other.messageId)).toBe('failed');
	});

	it('sends a message that failed again, once', async () => {
		const waits = await messageFactory(fresh.database, own.organizationId, {
			...{ clinicId: own.clinicId, ruleId: own.ruleId, dueAt: new Date(Date.now() + 86_400_000) }
		});
		expect(await form('/messages?/holdBack', { message: waits })).toMatchObject({ status: 200 });
		expect(await stateOf(waits)).toBe('suppressed');
		expect(await form('/messages?/holdBack', { message: waits })).toMatchObject({ status: 409 });
		expect(await form('/messages?/retry', { message: own.messageId })).toMatchObject({
			status: 200
		});
		expect(await stateOf(own.messageId)).not.toBe('failed');
	});

	it('is not for everybody', async () => {
		expect((await page('/messages', 'nobody')).text).toContain('Sign in');
		const reception = await sessionFactory(fresh.database, own.receptionist);
		expect((await page('/messages', reception)).status).toBe(200);
		expect((await page('/outbox', reception)).status).toBe(403);
		expect((await page('/organization/messages', reception)).status).toBe(403);
	});
});

describe('the figures', () => {
	it('say what is wrong with a period', async () => {
		expect((await page('/messages/figures?days=8')).text).toContain('Choose 7 or 28 days.');
		expect((await page('/messages/figures?clinic=north')).text).toContain(
			'Choose a clinic from the list.'
		);
		expect((await page('/messages/figures?days=28')).status).toBe(200);
	});
});

describe('the outbox', () => {
	it('shows what would have been sent, and writes down who looked', async () => {
		const id = crypto.randomUUID();
		const content = {
			to: 'anna@example.com',
			subject: 'Your code',
			body: 'It is 482 913.',
			short: ''
		};
		const purpose = sealFor(own.organizationId, 'outbox.sealed_content', id);
		const sealedContent = await seal(fresh.database, purpose, JSON.stringify(content));
		await inOrganization(fresh.database, own.organizationId, (transaction) =>
			transaction.insert(outbox).values({
				...{ organizationId: own.organizationId, id, messageId: own.messageId },
				...{ channel: 'email', sealedContent }
			})
		);
		const { status, text } = await page('/outbox');
		expect(status).toBe(200);
		for (const words of Object.values(content)) expect(text).toContain(words);
		expect((await page('/outbox', other.session)).text).not.toContain('482 913');
		expect((await page('/outbox?before=never')).status).toBe(200);
		const { rows } = await owner.query(
			`SELECT detail FROM audit_entries WHERE kind = 'messages-read' AND organization_id = $1 ORDER BY id DESC`,
			[own.organizationId]
		);
		expect(rows[0].detail).toEqual({ patientIds: [own.patientIds[0]] });
	});
});

describe('rules', () => {
	const RULE = {
		...{ revision: 1, kind: 'reminder', clinicId: null, serviceId: null, enabled: true },
		...{ offsetMinutes: -2_880, localMinute: null, quietFromMinute: 1_260, quietUntilMinute: 480 },
		...{ channels: ['email'], templates: TEMPLATES }
	};

	it.each([
		['nothing', null, null],
		[
			'a placeholder that there is not',
			{ ...RULE, templates: { ...TEMPLATES, en: { ...TEMPLATES.en, short: '{{who}}' } } },
			'templates.en.short'
		],
		['no way', { ...RULE, channels: [] }, 'channels'],
		['another organization’s clinic', 'foreign', 'clinicId'],
		['more than there is', { ...RULE, organizationId: crypto.randomUUID() }, null]
	])('are not made of %s', async (_, typed, field) => {
		const rule = typed === 'foreign' ? { ...RULE, clinicId: other.clinicId } : typed;
		const answer = await form('/organization/messages/new?/save', input(rule));
		expect(answer.type).toBe('failure');
		if (field === 'clinicId') expect(answer.status).toBe(404);
		else expect(answer.status).toBe(400);
		if (field !== null && field !== 'clinicId') expect(answer.data).toContain(field);
	});

	it('of somebody else are not there', async () => {
		expect((await page(`/organization/messages/${other.ruleId}`)).status).toBe(404);
		expect((await page('/organization/messages/reminder')).status).toBe(404);
		expect((await page('/organization/messages/new?kind=party')).status).toBe(404);
		expect((await page('/organization/messages')).text).not.toContain(other.ruleId);
		const at = `/organization/messages/${own.ruleId}`;
		const id = other.ruleId;
		for (const [action, wish] of [
			['save', { ...RULE, id }],
			['remove', { id, revision: 1 }]
		] as const) {
			expect(await form(`${at}?/${action}`, input(wish))).toMatchObject({ status: 404 });
		}
		const list = '/organization/messages?/switch';
		expect(await form(list, input({ id, revision: 1, enabled: false }))).toMatchObject({
			status: 404
		});
	});

	it('say what they would send as they are typed, and store nothing', async () => {
		const at = `/organization/messages/${own.ruleId}?/next`;
		expect(await form(at, input({ ...RULE, offsetMinutes: 'soon' }))).toMatchObject({
			...{ type: 'failure', status: 400 }
		});
		const shown = await form(at, input({ ...RULE, clinicId: own.clinicId }));
		expect(shown).toMatchObject({ type: 'success' });
		expect(shown.data).toContain(own.appointmentId);
		expect(shown.data).toContain('no-address');
		const { rows } = await owner.query(
			`SELECT count(*)::int AS count FROM message_rules WHERE organization_id = $1 AND clinic_id IS NOT NULL`,
			[own.organizationId]
		);
		expect(rows[0].count).toBe(1);
	});
});

describe('a visit’s messages', () => {
	const timeline = (id: string) => `/board/appointments/${id}/messages`;
	const send = async (id: string, body: unknown) => {
		const response = await fetch(dayboard.url + timeline(id), {
			...{ method: 'POST', body: JSON.stringify(body) },
			headers: { ...headers(own.session), 'content-type': 'application/json' }
		});
		return { status: response.status, body: (await response.json()) as never };
	};

	it('are told, and changed as it is asked for', async () => {
		const { status, text } = await page(timeline(own.appointmentId));
		expect(status).toBe(200);
		expect(JSON.parse(text)).toMatchObject({
			...{ patient: { messagesBlocked: false, deceased: false }, mayChange: true }
		});
		const wish = { do: 'say', messagesBlocked: true, deceased: false };
		expect(await send(own.appointmentId, wish)).toMatchObject({
			...{ status: 200, body: { patient: { messagesBlocked: true } } }
		});
	});

	it.each([
		['nothing', null, 400],
		['another thing', { do: 'forget' }, 400],
		['half of it', { do: 'say', messagesBlocked: true }, 400]
	])('refuse %s', async (_, wish, status) => {
		expect((await send(own.appointmentId, wish)).status).toBe(status);
	});

	it('are that visit’s alone', async () => {
		const messageId = await messageFactory(fresh.database, own.organizationId, {
			...{ clinicId: own.clinicId, ruleId: own.ruleId, state: 'failed' }
		});
		expect((await send(own.appointmentId, { do: 'retry', messageId })).status).toBe(404);
		expect(await stateOf(messageId)).toBe('failed');
	});

	it('of somebody else are not there', async () => {
		for (const id of [other.appointmentId, 'today']) {
			expect((await page(timeline(id))).status).toBe(404);
			expect(await send(id, { do: 'say', messagesBlocked: true, deceased: true })).toMatchObject({
				status: 404
			});
		}
		const { rows } = await owner.query(
			'SELECT count(*)::int AS count FROM patients WHERE organization_id = $1 AND (deceased OR messages_blocked)',
			[other.organizationId]
		);
		expect(rows[0].count).toBe(0);
	});
});
