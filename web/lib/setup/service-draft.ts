/** A service as the form holds it: empty fields are empty texts, not `null`. */
import type { ServiceInput } from '#domain/directory/service-input.ts';
import { OTHER_LANGUAGES, type ServiceText } from '#domain/site/translations.ts';

export interface ServiceDraft {
	id: string | undefined;
	name: string;
	durationMinutes: number;
	places: number;
	bufferBeforeMinutes: number;
	bufferAfterMinutes: number;
	roomBufferBeforeMinutes: number;
	roomBufferAfterMinutes: number;
	roomKind: string;
	/** Kinds with commas between them. */
	equipmentKinds: string;
	staffKinds: string;
	hue: number;
	minAgeYears: number | null;
	maxAgeYears: number | null;
	sex: '' | 'female' | 'male';
	patients: ServiceInput['patients'];
	referralNeeded: boolean;
	bookableBy: ServiceInput['bookableBy'];
	bookAheadDays: number;
	/** Hours, as people think of them. */
	bookNoticeHours: number;
	cancelNoticeHours: number;
	/** In whole units with decimals; `null`: not told. */
	price: number | null;
	description: string;
	preparation: string;
	/** In every language beside the first. */
	translations: Record<(typeof OTHER_LANGUAGES)[number], Record<ServiceText, string>>;
	/** By practitioner: offered, and for how long where it differs. */
	offers: Record<string, { offered: boolean; durationMinutes: number | null }>;
}

const NEW: Omit<ServiceInput, 'name'> = {
	...{ durationMinutes: 20, places: 1 },
	...{ bufferBeforeMinutes: 0, bufferAfterMinutes: 0 },
	...{ roomBufferBeforeMinutes: 0, roomBufferAfterMinutes: 0, roomKind: null },
	...{ equipmentKinds: [], staffKinds: [], hue: 200, minAgeYears: null, maxAgeYears: null },
	...{ sex: null, patients: 'all', referralNeeded: false, bookableBy: 'public' },
	...{ bookAheadDays: 180, bookNoticeMinutes: 60, cancelNoticeMinutes: 1_440 },
	...{ priceMinor: null, description: '', preparation: '', translations: {}, offeredBy: [] }
};

const NOT_TRANSLATED: Record<ServiceText, string> = { name: '', description: '', preparation: '' };

/** @param service `null`: a new one */
export function draftFrom(
	service: ServiceInput | null,
	practitioners: readonly { id: string }[]
): ServiceDraft {
	const from = service ?? { ...NEW, name: '' };
	const offerOf = (id: string) => from.offeredBy.find((offer) => offer.practitionerId === id);
	return {
		...{ id: service?.id, name: from.name, durationMinutes: from.durationMinutes },
		places: from.places,
		bufferBeforeMinutes: from.bufferBeforeMinutes,
		bufferAfterMinutes: from.bufferAfterMinutes,
		roomBufferBeforeMinutes: from.roomBufferBeforeMinutes,
		roomBufferAfterMinutes: from.roomBufferAfterMinutes,
		roomKind: from.roomKind ?? '',
		equipmentKinds: from.equipmentKinds.join(', '),
		staffKinds: from.staffKinds.join(', '),
		...{ hue: from.hue, minAgeYears: from.minAgeYears, maxAgeYears: from.maxAgeYears },
		sex: from.sex ?? '',
		...{ patients: from.patients, referralNeeded: from.referralNeeded },
		...{ bookableBy: from.bookableBy, bookAheadDays: from.bookAheadDays },
		bookNoticeHours: from.bookNoticeMinutes / 60,
		cancelNoticeHours: from.cancelNoticeMinutes / 60,
		price: from.priceMinor === null ? null : from.priceMinor / 100,
		...{ description: from.description, preparation: from.preparation },
		translations: Object.fromEntries(
			OTHER_LANGUAGES.map((language) => [
				language,
				{ ...NOT_TRANSLATED, ...from.translations[language] }
			])
		) as ServiceDraft['translations'],
		offers: Object.fromEntries(
			practitioners.map(({ id }) => {
				const offer = offerOf(id);
				return [id, { offered: !!offer, durationMinutes: offer?.durationMinutes ?? null }];
			})
		)
	};
}

/** @returns what is sent; whether it is right is the schema's to say */
export function inputFrom(draft: ServiceDraft): ServiceInput {
	const { offers, bookNoticeHours, cancelNoticeHours, price, id, ...rest } = draft;
	const kinds = (text: string) =>
		text
			.split(',')
			.map((kind) => kind.trim())
			.filter(Boolean);
	return {
		...rest,
		...(id === undefined ? {} : { id }),
		name: draft.name.trim(),
		roomKind: draft.roomKind.trim() || null,
		equipmentKinds: kinds(draft.equipmentKinds),
		staffKinds: kinds(draft.staffKinds),
		sex: draft.sex || null,
		bookNoticeMinutes: Math.round(bookNoticeHours * 60),
		cancelNoticeMinutes: Math.round(cancelNoticeHours * 60),
		priceMinor: price === null ? null : Math.round(price * 100),
		offeredBy: Object.entries(offers)
			.filter(([, { offered }]) => offered)
			.map(([practitionerId, { durationMinutes }]) => ({ practitionerId, durationMinutes }))
	};
}
