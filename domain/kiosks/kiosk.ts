/** Screens at a clinic's entrance on which patients say that they are here. Pure. */
import { z } from 'zod';

export const KIOSK_COOKIE = 'dayboard_kiosk';

/** For how long the link works that opens one; whoever makes it walks to the screen with it. */
export const OPENING_MINUTES = 60;

/** Behind `#`, as with links to accounts: it reaches no log. */
export function openingPath(secret: string): string {
	return `/kiosk/open#${secret}`;
}

/** 256 random bits, base64url. */
export const kioskSecretSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

const MAX_NAME_LENGTH = 60;
export const kioskSchema = z.strictObject({
	name: z
		.string()
		.trim()
		.min(1, 'Give it a name, such as Entrance.')
		.max(MAX_NAME_LENGTH, `At most ${MAX_NAME_LENGTH} letters.`)
		.refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), 'Letters, digits and punctuation only.')
});

/** As staff see it: `waiting` for a screen to be opened with its link; `lapsed`: nobody did in time. */
export type KioskState = 'waiting' | 'lapsed' | 'open' | 'closed';

/** One of a clinic's. */
export interface ListedKiosk {
	accountId: string;
	name: string;
	state: KioskState;
	/** Epoch milliseconds. */
	madeAt: number;
	madeBy: string;
	openedAt: number | null;
	endedAt: number | null;
}

export function kioskState(
	{
		opensUntil,
		openedAt,
		endedAt
	}: { opensUntil: Date; openedAt: Date | null; endedAt: Date | null },
	now: number
): KioskState {
	if (endedAt !== null) return 'closed';
	if (openedAt !== null) return 'open';
	return opensUntil.getTime() > now ? 'waiting' : 'lapsed';
}

const MAX_TYPED_LENGTH = 80;
const digits = (most: number) =>
	z
		.string()
		.trim()
		.regex(new RegExp(`^\\d{1,${most}}$`))
		.transform(Number);

/** What somebody types at the screen; the birth date comes out as `YYYY-MM-DD`. */
export const arrivalSchema = z
	.object({
		familyName: z.string().trim().min(1).max(MAX_TYPED_LENGTH),
		day: digits(2),
		month: digits(2),
		year: digits(4)
	})
	.transform(({ familyName, ...date }, context) => {
		try {
			const birthDate = Temporal.PlainDate.from(date, { overflow: 'reject' }).toString();
			return { familyName, birthDate };
		} catch {
			context.addIssue('not a date');
			return z.NEVER;
		}
	});
export type Arrival = z.output<typeof arrivalSchema>;

/** For how long the answer to somebody stays on the screen. */
export const ANSWER_SECONDS = 15;
