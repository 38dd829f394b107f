import { expect, it } from 'vitest';
import { waitsForQuietUntil, type WaitingMessage } from '#domain/messaging/quiet-wait.ts';

const zone = 'Europe/Warsaw';
/** In summer: two hours ahead of UTC. */
const at = (day: number, hour: number) => Date.UTC(2040, 6, day, hour - 2);
const MORNING = at(4, 8);
const MESSAGE: WaitingMessage = {
	...{ kind: 'reminder', state: 'queued', dueAt: at(3, 22), attempts: 1, startsAt: at(5, 10) },
	quiet: { quietFromMinute: 1_260, quietUntilMinute: 480, zone }
};

it.each<[string, Partial<WaitingMessage>, number, number | null]>([
	['was asked for again by night, and the sender has not looked yet', {}, at(3, 22), MORNING],
	['was put off by the sender', { dueAt: MORNING }, at(4, 3), MORNING],
	['was planned for the moment at which they end', { dueAt: MORNING, attempts: 0 }, at(4, 3), null],
	['is due later in the morning', { dueAt: at(4, 10) }, at(4, 3), null],
	['is due by day', { dueAt: at(4, 10) }, at(4, 10), null],
	['is settled', { state: 'sent' }, at(4, 3), null],
	['is of no rule', { quiet: null }, at(4, 3), null],
	['would come too late by then', { startsAt: at(4, 8) + 60_000 }, at(4, 3), null],
	['leaves at once, however late', { kind: 'cancellation', startsAt: MORNING }, at(4, 3), null]
])('a message that %s', (_, changes, now, until) => {
	expect(waitsForQuietUntil({ ...MESSAGE, ...changes }, now)).toBe(until);
});
