/** Sending one change about the organization, and what came of it. */
import { deserialize } from '$app/forms';
import { invalidateAll } from '$app/navigation';

export interface OrganizationFailure {
	message: string;
	/** Where it is to be mended, with dots: `roles.0.practitionerId`. */
	field: string | null;
}

export class OrganizationForm {
	state = $state<'idle' | 'saving' | 'saved'>('idle');
	failure = $state<OrganizationFailure | null>(null);

	/** @returns what the command gave, wrapped, or `null` when it failed; the page's data are fresh afterwards */
	async send<T = unknown>(action: string, input: unknown): Promise<{ value: T } | null> {
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
				return { value: (result.data as { value: T } | undefined)?.value as T };
			}
			this.failure =
				result.type === 'failure' && result.data
					? (result.data as unknown as OrganizationFailure)
					: { message: 'This could not be saved. Please try again.', field: null };
		} catch {
			const message = 'Dayboard cannot be reached. Nothing was saved; please try again.';
			this.failure = { message, field: null };
		}
		this.state = 'idle';
		return null;
	}
}
