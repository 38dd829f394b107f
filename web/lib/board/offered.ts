/** Times on the board that are kept for somebody of the waitlist; those of one round are one. Pure. */
import type { OfferedPersonRow, OfferRow, ServiceRow } from '#domain/board/documents.ts';
import { timeOf } from '#domain/scheduling/refusal-words.ts';

export interface OfferedTime extends OfferRow {
	/** The first offer's. */
	id: string;
	offers: { id: string; name: string | null }[];
}

/** @returns the kept times of a column; offers that go out together hold one time, and the last one's end counts */
export function offeredIn(
	offers: ReadonlyMap<string, OfferRow>,
	people: ReadonlyMap<string, OfferedPersonRow>,
	isInColumn: (row: OfferRow) => boolean
): OfferedTime[] {
	const own = [...offers].filter(([, row]) => isInColumn(row));
	const rounds = Map.groupBy(
		own,
		([, row]) => `${row.practitionerId} ${row.startsAt} ${row.serviceId} ${row.state}`
	);
	return [...rounds.values()].map((round) => {
		const [id, row] = round[0]!;
		return {
			...{ ...row, id },
			expiresAt: Math.max(...round.map(([, { expiresAt }]) => expiresAt)),
			offers: round.map(([offerId]) => ({ id: offerId, name: people.get(offerId)?.name ?? null }))
		};
	});
}

/** @returns `Kowalska Anna`, `Kowalska Anna and 2 others`, `somebody`, `3 patients` */
export function offeredTo({ offers }: Pick<OfferedTime, 'offers'>): string {
	const [first] = offers;
	const more = offers.length - 1;
	if (!first || first.name === null) return more > 0 ? `${more + 1} patients` : 'somebody';
	if (more === 0) return first.name;
	return `${first.name} and ${more === 1 ? 'one other' : `${more} others`}`;
}

/** @returns `Offered to Kowalska Anna until 10:42`, or that reception decides */
export function offeredWords(time: OfferedTime, zone: string): string {
	const until = timeOf(time.expiresAt, { zone });
	return time.state === 'made'
		? `Offered to ${offeredTo(time)} until ${until}`
		: `For ${offeredTo(time)}: decide until ${until}`;
}

/** What reception does before such an offer goes out: on the list nobody notes who has a referral. */
export const REFERRAL_WORDS =
	'Needs a referral: ask for it. Letting it go out says that it was seen.';

/** @returns whether an offer waits for reception (also) because a referral has to be seen */
export function asksForReferral(
	{ state, serviceId }: Pick<OfferRow, 'state' | 'serviceId'>,
	services: ReadonlyMap<string, Pick<ServiceRow, 'referralNeeded'>>
): boolean {
	return state === 'proposed' && (services.get(serviceId)?.referralNeeded ?? false);
}

/** @returns `4:09`, or `over` once it is */
export function leftWords(expiresAt: number, now: number): string {
	const seconds = Math.ceil((expiresAt - now) / 1_000);
	if (seconds <= 0) return 'over';
	const hours = Math.floor(seconds / 3_600);
	const pad = (value: number) => String(value).padStart(2, '0');
	const minutes = Math.floor((seconds % 3_600) / 60);
	return hours > 0
		? `${hours}:${pad(minutes)}:${pad(seconds % 60)}`
		: `${minutes}:${pad(seconds % 60)}`;
}
