/** What a board in the browser is opened with, and what is held and seen on it. */
import type { BlockRow, PractitionerRow } from '#domain/board/documents.ts';
import type { Attention } from '#domain/board/presence.ts';
import type { BoardIndex } from '#domain/board/situation.ts';
import type { AppointmentStatus } from '#domain/scheduling/appointment.ts';
import type { Visit } from './visit.ts';
import type { NewIntent } from './wishes.svelte.ts';

export interface BoardStoreOptions {
	clinicId: string;
	date: string;
	actor: { userId: string; name: string };
	/** Whose patients this person may know: everybody's, one practitioner's, nobody's; `masked`: not who they are. */
	peopleScope: 'all' | 'masked' | string | null;
	can: {
		book: boolean;
		move: boolean;
		setStatus: boolean;
		confirm: boolean;
		cancel: boolean;
		remark: boolean;
		/** Set rules aside, with a reason. */
		override: boolean;
		block: boolean;
		/** See what happened on a day. */
		history: boolean;
		/** Read the handover notes; left out by pages that were kept before there were any. */
		handover?: boolean;
		/** Try changes of the whole day out before they are made; left out by pages that were kept before that. */
		tryOut?: boolean;
		/** See what was sent about a visit. */
		messages: boolean;
		/** Know who waits for a time; change who waits; give them times. */
		waitlist: { read: boolean; write: boolean; offer: boolean };
	};
	/** The practitioners that this person is. */
	ownPractitionerIds: string[];
	statusLabels: Record<AppointmentStatus, { label: string }>;
	/** The clinic's IANA zone. */
	zone: string;
	/** How long a copy may be read on this device without a line; 0: none is kept. */
	offlineHours: number;
}

/** Ground that was drawn on, for a new visit or block. */
export interface Draft {
	practitionerId: string | null;
	roomId: string | null;
	startsAt: number;
	durationMinutes: number;
	/** What it is for, where that is known. */
	serviceId?: string;
	/** Somebody of the waitlist is looked for. */
	fromWaitlist?: true;
}

export interface Drag {
	appointmentId: string;
	practitionerId: string | null;
	roomId: string | null;
	startsAt: number;
	durationMinutes: number;
}

/** What was on the board at an earlier moment. */
export interface BoardPast {
	/** Epoch milliseconds. */
	at: number;
	visits: Visit[];
	blocks: ReadonlyMap<string, BlockRow>;
	/** Whoever had something then. */
	doctors: ReadonlyMap<string, PractitionerRow>;
}

/** A colleague who looks at the same board. */
export interface Colleague {
	clientId: number;
	user: { userId: string; name: string; colorIndex: number };
	at: Attention | null;
	drag: Drag | null;
}

/** How a card on a draft differs from the real day; `words` say it. */
export interface DraftMark {
	kind: 'moved' | 'conflict' | 'unplaced';
	words: string;
}

/** A draft that is looked at in place of the day: what is done on the board goes into it. */
export interface BoardDraft {
	/** The drafted rows, for the rules. */
	readonly index: BoardIndex;
	readonly visits: Visit[];
	/** By appointment id. */
	readonly marks: ReadonlyMap<string, DraftMark>;
	/** Those who have the draft open. */
	readonly others: Colleague[];
	/** Takes a wish into the draft. @returns `null`: no intent is on its way */
	take(wish: NewIntent): null;
	/** Says what this person does to those who have it open. */
	say(presence: Record<string, unknown>): void;
}
