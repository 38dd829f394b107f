/** What a rule would send next, worked out again for a draft that is not saved. */
import { deserialize } from '$app/forms';
import type { NextMessage } from '#domain/messaging/next-message.ts';
import type { RuleInput } from '#domain/messaging/rule-input.ts';

export class NextMessages {
	/** `null`: not worked out yet. */
	list = $state<NextMessage[] | null>(null);
	state = $state<'idle' | 'working' | 'failed'>('idle');
	/** Why it cannot be worked out. */
	told = $state('');

	async ask(rule: RuleInput): Promise<void> {
		this.state = 'working';
		this.told = '';
		const body = new FormData();
		body.set('input', JSON.stringify(rule));
		try {
			const response = await fetch('?/next', { method: 'POST', body });
			const result = deserialize(await response.text());
			if (result.type === 'success') {
				this.list = (result.data as { value: NextMessage[] }).value;
				this.state = 'idle';
				return;
			}
			this.told =
				result.type === 'failure' ? String((result.data as { message: string }).message) : '';
		} catch {
			this.told = 'Dayboard cannot be reached.';
		}
		this.state = 'failed';
	}
}
