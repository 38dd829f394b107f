/** What the pages of messages are given. */
import type { ChannelFigures, PeriodDays, RuleFigures } from '#domain/messaging/delivery.ts';
import type { MessageFilter, MessagePage } from '#domain/messaging/message-log.ts';
import type { OutboxEntry } from '#domain/messaging/outbox.ts';

export type MessagesTab = 'log' | 'figures' | 'outbox';

export interface MessagesFrameData {
	organizationName: string;
	/** Whether there is a board to go back to. */
	hasBoard: boolean;
	/** Whether what would have been sent can be looked at. */
	hasOutbox: boolean;
	/** Whether whoever looks may change the rules. */
	hasRules: boolean;
}

export interface ClinicChoice {
	id: string;
	name: string;
	/** IANA zone. */
	zone: string;
}

export interface LogPageData {
	frame: MessagesFrameData;
	clinics: ClinicChoice[];
	/** Of the first clinic: in it days are meant. */
	zone: string;
	page: MessagePage;
	/** As it was typed. */
	asked: Partial<Record<keyof MessageFilter, string>>;
	/** What is wrong with it; `null`: nothing. */
	problem: string | null;
	/** Whether the page is the first one. */
	isFirst: boolean;
	/** Epoch milliseconds. */
	now: number;
}

export interface FiguresPageData {
	frame: MessagesFrameData;
	clinics: ClinicChoice[];
	asked: { days?: string; clinic?: string };
	problem: string | null;
	days: PeriodDays;
	channels: ChannelFigures[];
	rules: RuleFigures[];
}

export interface OutboxPageData {
	frame: MessagesFrameData;
	/** Of the first clinic: in it times are told. */
	zone: string;
	entries: OutboxEntry[];
	/** Where the next page begins; `null`: there is none. */
	next: number | null;
	isFirst: boolean;
	/** Epoch milliseconds. */
	now: number;
}
