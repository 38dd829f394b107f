/**
 * The key by which push services know this installation (VAPID, RFC 8292). Browsers bind their subscriptions to it:
 * with another one, none of them is reached any more.
 */
import { createECDH } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { StartupFault } from '../startup-fault.ts';

const NAME = 'vapid.key';
const CURVE = 'prime256v1';
const PRIVATE_BYTES = 32;

export interface VapidKeys {
	/** The point, uncompressed: 65 bytes in base64url. Pages give it to the browser. */
	publicKey: string;
	/** 32 bytes in base64url. */
	privateKey: string;
}

/** @returns the pair of a private key, or `null` when the text is none */
export function vapidKeysFrom(privateKey: string): VapidKeys | null {
	const bytes = Buffer.from(privateKey, 'base64url');
	if (bytes.length !== PRIVATE_BYTES || bytes.toString('base64url') !== privateKey) return null;
	try {
		const curve = createECDH(CURVE);
		curve.setPrivateKey(bytes);
		return { publicKey: curve.getPublicKey('base64url'), privateKey };
	} catch {
		// Zero, or beyond the curve's order.
		return null;
	}
}

/** @returns a new pair */
export function newVapidKeys(): VapidKeys {
	const curve = createECDH(CURVE);
	curve.generateKeys();
	// Leading zeros are left out of what the curve gives.
	const bytes = Buffer.alloc(PRIVATE_BYTES);
	const made = curve.getPrivateKey();
	made.copy(bytes, PRIVATE_BYTES - made.length);
	return {
		publicKey: curve.getPublicKey('base64url'),
		privateKey: bytes.toString('base64url')
	};
}

/**
 * The pair of those who set none: made at the first start, kept beside the data, readable by this account alone.
 * @param dataDir folder of everything that this machine keeps
 * @throws StartupFault when the file cannot be read or holds no key
 */
export async function vapidKeysOfMachine(dataDir: string): Promise<VapidKeys> {
	const file = path.join(dataDir, NAME);
	try {
		await mkdir(dataDir, { recursive: true });
		// Fails where there is one already: it is never written over.
		const created = await open(file, 'wx', 0o600).catch((fault: NodeJS.ErrnoException) => {
			if (fault.code === 'EEXIST') return null;
			throw fault;
		});
		if (created) {
			const made = newVapidKeys();
			await created.writeFile(`${made.privateKey}\n`);
			await created.sync();
			await created.close();
			return made;
		}
		const known = vapidKeysFrom((await readFile(file, 'utf8')).trim());
		if (known) return known;
	} catch (cause) {
		throw new StartupFault([`The key in ${file} cannot be used: restore it from a backup.`], {
			cause
		});
	}
	throw new StartupFault([
		`${file} holds no key: restore it from a backup, or remove it and let people choose push anew.`
	]);
}
