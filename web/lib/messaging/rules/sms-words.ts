/** How long an SMS is, in words. */
import type { SmsLength } from '#domain/messaging/sms-length.ts';

const NAMED = 4;

/**
 * @param odd the letters for which it needs the wider alphabet
 * @returns `2 messages, 40 letters left; ą, ł make it longer`
 */
export function smsWords(
	{ alphabet, segments, left }: SmsLength,
	odd: readonly string[] = []
): string {
	if (segments === 0) return 'nothing to send';
	const letters = left === 1 ? '1 letter left' : `${left} letters left`;
	const words = `${segments === 1 ? '1 message' : `${segments} messages`}, ${letters}`;
	if (alphabet === 'gsm' || odd.length === 0) return words;
	const more = odd.length > NAMED ? ' and others' : '';
	return `${words}; ${odd.slice(0, NAMED).join(', ')}${more} leave room for less`;
}
