/** Trying a provider out from its form, and what came of it. */
import { deserialize } from '$app/forms';
import type { ProviderTrial } from '#domain/access/identity-provider.ts';

export class TrialForm {
	trying = $state(false);
	answer = $state<{ works: boolean; words: string } | null>(null);

	async send(input: ProviderTrial): Promise<void> {
		this.trying = true;
		this.answer = null;
		const body = new FormData();
		body.set('input', JSON.stringify(input));
		try {
			const response = await fetch('?/try', { method: 'POST', body });
			const result = deserialize(await response.text());
			if (result.type === 'success')
				this.answer = result.data as unknown as { works: boolean; words: string };
			else
				this.answer = {
					works: false,
					words:
						result.type === 'failure' && typeof result.data?.message === 'string'
							? result.data.message
							: 'This could not be tried. Please try again.'
				};
		} catch {
			this.answer = { works: false, words: 'Dayboard cannot be reached. Please try again.' };
		}
		this.trying = false;
	}
}
