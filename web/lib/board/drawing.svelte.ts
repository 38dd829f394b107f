/** Ground that is being drawn on, from where the pointer went down to where it is. */
import { MINUTE_MS } from '#domain/scheduling/intervals.ts';

const LEAST_MINUTES = 10;

export class Drawing {
	current = $state.raw<{ columnId: string; startsAt: number; durationMinutes: number } | null>(
		null
	);
	private from = 0;

	begin(columnId: string, startsAt: number): void {
		this.from = startsAt;
		this.current = { columnId, startsAt, durationMinutes: LEAST_MINUTES };
	}

	/** @param instant on the grid; above where it began it draws upwards */
	to(instant: number): void {
		if (!this.current) return;
		const startsAt = Math.min(this.from, instant);
		const minutes = Math.abs(instant - this.from) / MINUTE_MS;
		const durationMinutes = Math.max(LEAST_MINUTES, minutes);
		const { current } = this;
		if (current.startsAt === startsAt && current.durationMinutes === durationMinutes) return;
		this.current = { ...current, startsAt, durationMinutes };
	}

	/** @returns what was drawn */
	end() {
		const drawn = this.current;
		this.current = null;
		return drawn;
	}
}
