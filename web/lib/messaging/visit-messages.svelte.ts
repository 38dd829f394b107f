/** The messages of one visit, as a panel shows them. */
import type { VisitTimeline } from '#domain/messaging/message-log.ts';
import type { PatientMessages } from '#domain/messaging/patient-messages.ts';

type Wish = { do: 'retry' | 'hold-back'; messageId: string } | ({ do: 'say' } & PatientMessages);

export class VisitMessages {
	/** `null`: not read yet. */
	timeline = $state<VisitTimeline | null>(null);
	state = $state<'idle' | 'busy' | 'failed'>('idle');
	/** What went wrong with the last change; said aloud as well. */
	told = $state('');
	private readonly address: string;

	constructor(appointmentId: string) {
		this.address = `/board/appointments/${appointmentId}/messages`;
	}

	read(): Promise<boolean> {
		return this.ask({ headers: { accept: 'application/json' } });
	}

	/** @returns whether it was done */
	change(wish: Wish): Promise<boolean> {
		return this.ask({
			...{ method: 'POST', body: JSON.stringify(wish) },
			headers: { accept: 'application/json', 'content-type': 'application/json' }
		});
	}

	private async ask(request: RequestInit): Promise<boolean> {
		this.state = 'busy';
		this.told = '';
		try {
			const response = await fetch(this.address, request);
			const answer = (await response.json()) as VisitTimeline | { message: string };
			if ('messages' in answer) this.timeline = answer;
			else this.told = answer.message;
			this.state = response.ok || this.timeline ? 'idle' : 'failed';
			return response.ok;
		} catch {
			this.told = this.timeline ? 'Dayboard cannot be reached. Nothing was changed.' : '';
			this.state = this.timeline ? 'idle' : 'failed';
			return false;
		}
	}
}
