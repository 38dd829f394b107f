/** What patients change of themselves. Pure. */
import { z } from 'zod';
import { CONTACT_CHANNELS } from '../messaging/message.ts';
import { SITE_LANGUAGES } from '../site/site.ts';

const orNothing = (text: unknown) => (text === '' ? null : text);

export const preferencesSchema = z.object({
	/** `null`: the clinic chooses. */
	contactChannel: z.preprocess(orNothing, z.enum(CONTACT_CHANNELS).nullable()),
	language: z.preprocess(orNothing, z.enum(SITE_LANGUAGES).nullable())
});
export type Preferences = z.output<typeof preferencesSchema>;
