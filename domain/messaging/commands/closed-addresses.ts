/** What stands for an address that nothing is sent to any more. */
import { createHash } from 'node:crypto';

/** @param comparable address as `comparableAddress` has it */
export function addressHash(comparable: string): string {
	return createHash('sha256').update(comparable).digest('hex');
}
