/** How many messages arrived, by channel and by rule. */
import { error } from '@sveltejs/kit';
import { z } from 'zod';
import type { Actor } from '#domain/access/actor.ts';
import { periodSchema } from '#domain/messaging/delivery.ts';
import { figuresByChannel, figuresByRule } from '#domain/messaging/queries/delivery-figures.ts';
import type { FiguresPageData } from '#web/lib/messaging/page-data.ts';
import { givenIn } from './audit-page.ts';
import { database } from './database.ts';
import { messagesFrame } from './messages-frame.ts';

const figuresSchema = z.strictObject({
	days: periodSchema,
	clinic: z.uuid('Choose a clinic from the list.').optional()
});

/** @returns the figures of a period and of the one before */
export async function figuresPage(actor: Actor, search: URLSearchParams): Promise<FiguresPageData> {
	const { frame, clinics } = await messagesFrame(actor);
	const asked = givenIn(search);
	const wish = figuresSchema.safeParse(asked);
	const { days, clinic } = wish.data ?? { days: 7 as const, clinic: undefined };
	const period = { days, clinicId: clinic, now: Date.now() };
	const [channels, rules] = await Promise.all([
		figuresByChannel(database(), actor, period),
		figuresByRule(database(), actor, period)
	]);
	if (!channels.ok || !rules.ok) error(403, 'You do not have permission to read messages.');
	return {
		...{ frame, clinics, asked, days, channels: channels.value, rules: rules.value },
		problem: wish.success ? null : wish.error.issues[0]!.message
	};
}
