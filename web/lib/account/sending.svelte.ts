/** A form that is under way: its button waits, and what was typed stays when it was refused. */
import type { SubmitFunction } from '$app/forms';

export class Sending {
	/** From the moment it is sent until the answer is on screen. */
	active = $state(false);

	/** For `use:enhance`. */
	readonly send: SubmitFunction = () => {
		this.active = true;
		return async ({ update, result }) => {
			await update({ reset: result.type === 'success' });
			this.active = false;
		};
	};
}
