import { createECDH } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newVapidKeys, vapidKeysFrom, vapidKeysOfMachine } from '#db/push/vapid-keys.ts';
import { readSettings } from '#db/settings.ts';
import { StartupFault } from '#db/startup-fault.ts';

describe('a key of the machine', () => {
	let folder: string;
	beforeEach(async () => {
		folder = await mkdtemp(path.join(os.tmpdir(), 'dayboard-vapid-'));
	});
	afterEach(() => rm(folder, { recursive: true }));

	it('is made once, for this account alone', async () => {
		const made = await vapidKeysOfMachine(folder);
		expect(await vapidKeysOfMachine(folder)).toEqual(made);
		expect(await readdir(folder)).toEqual(['vapid.key']);
		expect((await stat(path.join(folder, 'vapid.key'))).mode & 0o777).toBe(0o600);
	});

	it('that was spoilt is not replaced in silence', async () => {
		await writeFile(path.join(folder, 'vapid.key'), 'not a key\n');
		await expect(vapidKeysOfMachine(folder)).rejects.toThrow(StartupFault);
	});
});

it('every pair fits together', () => {
	for (let count = 0; count < 300; count++) {
		const made = newVapidKeys();
		expect(vapidKeysFrom(made.privateKey)).toEqual(made);
		expect(Buffer.from(made.privateKey, 'base64url')).toHaveLength(32);
		expect(Buffer.from(made.publicKey, 'base64url')).toHaveLength(65);
		const curve = createECDH('prime256v1');
		curve.setPrivateKey(Buffer.from(made.privateKey, 'base64url'));
		expect(curve.getPublicKey('base64url')).toBe(made.publicKey);
	}
});

describe('the settings for push', () => {
	const pair = newVapidKeys();
	const other = newVapidKeys();
	const VAPID = { VAPID_PUBLIC_KEY: pair.publicKey, VAPID_PRIVATE_KEY: pair.privateKey };

	it('need nothing, and say whom push services write to as well as they can', () => {
		expect(readSettings({}).push).toEqual({
			...{ keys: null, services: [], isSet: false, subject: 'mailto:nobody@dayboard.invalid' }
		});
		expect(readSettings(VAPID).push.keys).toEqual(pair);
		const ORIGIN = 'https://board.clinic.example';
		expect(readSettings({ ORIGIN }).push.subject).toBe(ORIGIN);
		expect(readSettings({ ORIGIN: 'http://localhost:3000' }).push.subject).toMatch(/^mailto:/);
		const MAIL_FROM = 'Clinic <board@clinic.example>';
		const SMTP_URL = 'smtp://mail.example';
		expect(readSettings({ ORIGIN, MAIL_FROM, SMTP_URL }).push.subject).toBe(
			'mailto:board@clinic.example'
		);
	});

	it('name further push services by their origins', () => {
		const PUSH_SERVICES = 'https://push.clinic.example, http://127.0.0.1:8080/';
		expect(readSettings({ PUSH_SERVICES }).push.services).toEqual([
			...['https://push.clinic.example', 'http://127.0.0.1:8080']
		]);
	});

	it.each([
		['one key of a pair', { VAPID_PUBLIC_KEY: pair.publicKey }, /^VAPID_PRIVATE_KEY and/],
		['the other key of a pair', { VAPID_PRIVATE_KEY: pair.privateKey }, /^VAPID_PRIVATE_KEY and/],
		[
			'keys of two pairs',
			{ ...VAPID, VAPID_PUBLIC_KEY: other.publicKey },
			/^VAPID_PRIVATE_KEY and/
		],
		['a key of zeros', { ...VAPID, VAPID_PRIVATE_KEY: 'A'.repeat(43) }, /^VAPID_PRIVATE_KEY and/],
		['a subject that nobody can write to', { VAPID_SUBJECT: 'the clinic' }, /^VAPID_SUBJECT must/],
		['a service in the clear', { PUSH_SERVICES: 'http://push.example' }, /^PUSH_SERVICES must/],
		['a service with a path', { PUSH_SERVICES: 'https://push.example/x' }, /^PUSH_SERVICES must/]
	])('are refused with %s, without telling the key', (_, environment, line) => {
		try {
			readSettings(environment);
		} catch (fault) {
			expect((fault as StartupFault).lines).toEqual([expect.stringMatching(line)]);
			expect((fault as StartupFault).lines.join()).not.toContain(pair.privateKey);
			return;
		}
		throw new Error('they were taken');
	});
});
