/** What a kiosk answered to what was typed. */
import type { ShownQueue } from '#web/lib/server/queue-place.ts';

export interface KioskForm {
	arrived?: { firstName: string; queue: ShownQueue | null };
	/** `reception`: nobody, or several, or not now; `check`: something is missing; `wait`: too many tries. */
	fault?: 'reception' | 'check' | 'wait' | 'closed';
	/** To wait. */
	seconds?: number;
}
