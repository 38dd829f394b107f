import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signLink, verifyLink } from '#db/encryption/link-token.ts';
import { LINK_ACTIONS } from '#domain/messaging/message.ts';

const key = (name: string) => ({ name, bytes: randomBytes(32) });
const KEYRING = [key('a')];
const ID = randomUUID();

describe('the token of a link', () => {
	it('says which link and what for, in 43 letters, and is the same whenever it is written', () => {
		for (const action of LINK_ACTIONS) {
			const token = signLink(KEYRING, { id: ID, action });
			expect(token).toMatch(/^[\w-]{43}$/);
			expect(signLink(KEYRING, { id: ID, action })).toBe(token);
			expect(verifyLink(KEYRING, token)).toEqual({ id: ID, action });
		}
	});

	it('is nothing once any bit of it is another', () => {
		const bytes = Buffer.from(signLink(KEYRING, { id: ID, action: 'confirm' }), 'base64url');
		for (let bit = 0; bit < bytes.length * 8; bit++) {
			const altered = Buffer.from(bytes);
			altered[bit >> 3]! ^= 1 << (bit & 7);
			expect(verifyLink(KEYRING, altered.toString('base64url'))).toBeNull();
		}
	});

	it('is nothing once any letter of it is another, or one is missing or added', () => {
		const token = signLink(KEYRING, { id: ID, action: 'cancel' });
		const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
		for (let place = 0; place < token.length; place++) {
			for (const letter of letters) {
				if (letter === token[place]) continue;
				const altered = token.slice(0, place) + letter + token.slice(place + 1);
				expect(verifyLink(KEYRING, altered)).toBeNull();
			}
		}
		for (const altered of [token.slice(1), token.slice(0, -1), `${token}A`, `${token}=`, '']) {
			expect(verifyLink(KEYRING, altered)).toBeNull();
		}
	});

	it('holds as long as its key is in the ring, wherever in it, and not with others', () => {
		const [older, newer] = [key('older'), key('newer')];
		const token = signLink([older], { id: ID, action: 'confirm' });
		expect(verifyLink([newer, older], token)).toEqual({ id: ID, action: 'confirm' });
		expect(verifyLink([newer], token)).toBeNull();
		expect(verifyLink([], token)).toBeNull();
		expect(signLink([newer, older], { id: ID, action: 'confirm' })).not.toBe(token);
	});

	it('cannot be made without a key', () => {
		expect(() => signLink([], { id: ID, action: 'confirm' })).toThrow('ENCRYPTION_KEYS');
	});
});
