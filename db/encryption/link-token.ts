/**
 * What a link in a message ends with: the id of its row and a code over id and action, which only the operator's key
 * makes. So the same link is written again whenever its message is, nothing secret is stored, and what somebody made
 * up or altered is told without asking the database.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { LINK_ACTIONS, type LinkAction } from '../../domain/messaging/message.ts';
import { KEY_BYTES, type Keyring, type OperatorKey } from './keyring.ts';

const ID_BYTES = 16;
/** 128 bits of the code: nobody guesses them, and an SMS stays short. */
const CODE_BYTES = 16;
/** Forty-three letters of base64url. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** What a token stands for, once its code was right. */
export interface LinkClaim {
	/** Of the row in `message_links`. */
	id: string;
	action: LinkAction;
}

/** @returns the token of a link, by the operator's first key; @throws TypeError without any key */
export function signLink(keyring: Keyring, { id, action }: LinkClaim): string {
	const [key] = keyring;
	if (!key) throw new TypeError('ENCRYPTION_KEYS is needed to sign links');
	const bytes = bytesOf(id);
	return Buffer.concat([bytes, codeOf(key, bytes, action)]).toString('base64url');
}

/** @returns what a token stands for, by whichever of the operator's keys; `null`: none of them made it */
export function verifyLink(keyring: Keyring, token: string): LinkClaim | null {
	if (!TOKEN.test(token)) return null;
	const bytes = Buffer.from(token, 'base64url');
	// The last letter has two bits to spare: another letter there is another token.
	if (bytes.toString('base64url') !== token) return null;
	const id = bytes.subarray(0, ID_BYTES);
	const code = bytes.subarray(ID_BYTES);
	for (const key of keyring) {
		for (const action of LINK_ACTIONS) {
			if (timingSafeEqual(code, codeOf(key, id, action))) return { id: uuidOf(id), action };
		}
	}
	return null;
}

function codeOf(key: OperatorKey, id: Buffer, action: LinkAction): Buffer {
	return createHmac('sha256', derived(key))
		.update(id)
		.update(action)
		.digest()
		.subarray(0, CODE_BYTES);
}

/** By the operator's key, which is never changed in place. */
const known = new WeakMap<OperatorKey, Buffer>();

/** A key of its own: who learns one use of the operator's key learns nothing of another. */
function derived(key: OperatorKey): Buffer {
	const made =
		known.get(key) ?? Buffer.from(hkdfSync('sha256', key.bytes, '', 'dayboard/links/1', KEY_BYTES));
	known.set(key, made);
	return made;
}

function bytesOf(id: string): Buffer {
	const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
	if (bytes.length !== ID_BYTES) throw new TypeError('a link is named by a UUID');
	return bytes;
}

function uuidOf(bytes: Buffer): string {
	return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
