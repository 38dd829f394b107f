/** Beside its colour each state of an offer, and of a time that became free, has a shape. */
import Ban from '@lucide/svelte/icons/ban';
import CheckCheck from '@lucide/svelte/icons/check-check';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import CircleX from '@lucide/svelte/icons/circle-x';
import Clock from '@lucide/svelte/icons/clock';
import Hourglass from '@lucide/svelte/icons/hourglass';
import Search from '@lucide/svelte/icons/search';
import Undo2 from '@lucide/svelte/icons/undo-2';
import type { Component } from 'svelte';
import type { OfferState } from '#domain/waitlist/offer.ts';
import type { OpeningState } from '#domain/waitlist/opening.ts';

export interface StandMark {
	icon: Component<{ size?: number }>;
	/** `live`: still going on; `good`: somebody got it; `quiet`: it is over; `bad`: it went wrong. */
	tone: 'live' | 'good' | 'quiet' | 'bad';
}

export const OFFER_MARKS: Record<OfferState, StandMark> = {
	proposed: { icon: Hourglass, tone: 'live' },
	made: { icon: Clock, tone: 'live' },
	accepted: { icon: CheckCheck, tone: 'good' },
	passed: { icon: Undo2, tone: 'quiet' },
	declined: { icon: CircleX, tone: 'quiet' },
	expired: { icon: CircleDashed, tone: 'quiet' },
	lost: { icon: CircleDashed, tone: 'quiet' },
	skipped: { icon: Ban, tone: 'quiet' },
	withdrawn: { icon: Undo2, tone: 'quiet' },
	unreachable: { icon: CircleX, tone: 'bad' }
};

export const OPENING_MARKS: Record<OpeningState, StandMark> = {
	open: { icon: Search, tone: 'live' },
	offered: { icon: Clock, tone: 'live' },
	filled: { icon: CheckCheck, tone: 'good' },
	exhausted: { icon: CircleDashed, tone: 'quiet' },
	gone: { icon: Ban, tone: 'quiet' }
};
