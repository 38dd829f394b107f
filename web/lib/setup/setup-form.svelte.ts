/** Sending one change of the setup, and what came of it. */
import { deserialize } from '$app/forms';
import { invalidateAll } from '$app/navigation';
import type { SetupFailure } from '#web/lib/server/setup-page.ts';

export class SetupForm {
	state = $state<'idle' | 'saving' | 'saved'>('idle');
	failure = $state<SetupFailure | null>(null);

	/** @returns whether it was saved; then the page's data are fresh */
	async send(action: string, input: unknown): Promise<boolean> {
		this.state = 'saving';
		this.failure = null;
		const body = new FormData();
		body.set('input', JSON.stringify(input));
		try {
			const response = await fetch(`?/${action}`, { method: 'POST', body });
			const result = deserialize(await response.text());
			if (result.type === 'success') {
				await invalidateAll();
				this.state = 'saved';
				return true;
			}
			this.failure =
				result.type === 'failure' && result.data
					? (result.data as unknown as SetupFailure)
					: { message: 'This could not be saved. Please try again.', field: null, booked: [] };
		} catch {
			const message = 'Dayboard cannot be reached. Nothing was saved; please try again.';
			this.failure = { message, field: null, booked: [] };
		}
		this.state = 'idle';
		return false;
	}
}
