import { describe, expect, it } from 'vitest';
import { delayMessage } from '#domain/messaging/delay.ts';
import { DEFAULT_RULES } from '#domain/messaging/default-rules.ts';
import {
	planMessages,
	type PlanInput,
	type PlanRule,
	type PlanVisit
} from '#domain/messaging/plan.ts';
import { ruleFor } from '#domain/messaging/rule-choice.ts';
import { checkTemplate } from '#domain/messaging/template.ts';
import type { KnownMessage } from '#domain/messaging/told.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A Monday, ten in the morning in London. */
const NOW = Date.UTC(2026, 5, 8, 9);
/** Friday. */
const START = NOW + 4 * DAY;

const RULES: PlanRule[] = DEFAULT_RULES.map(({ templates: _, ...rule }) => ({
	...{ ...rule, id: rule.kind, clinicId: null, serviceId: null, enabled: true }
}));
const VISIT: PlanVisit = {
	...{ id: 'v', clinicId: 'c', serviceId: 's', startsAt: START, status: 'booked' },
	...{ source: 'online', bookedAt: NOW, placementRevision: 1, statusRevision: 1 },
	...{ practitionerId: 'd', original: { startsAt: START, practitionerId: 'd' } }
};

/** A visit's messages over time: what a plan says is done. */
class Diary {
	visit = VISIT;
	rules = RULES;
	known: KnownMessage[] = [];
	now = NOW;

	change(changes: Partial<PlanVisit>, minutes = 0): this {
		const { placementRevision, statusRevision } = this.visit;
		this.visit = {
			...{ ...this.visit, ...changes },
			placementRevision:
				placementRevision + ('startsAt' in changes || 'practitionerId' in changes ? 1 : 0),
			statusRevision: statusRevision + ('status' in changes ? 1 : 0)
		};
		return this.plan(minutes);
	}

	plan(minutes = 0, isChange = true): this {
		this.now += minutes * 60_000;
		const { visit, rules, known, now } = this;
		const input: PlanInput = {
			visit,
			rules,
			known,
			now,
			isChange,
			zone: 'Europe/London',
			graceMinutes: 2
		};
		const { add, suppress, queue } = planMessages(input);
		for (const { id, reason } of suppress)
			this.set(id, { state: 'suppressed', suppression: reason });
		for (const { id, ...rest } of queue)
			this.set(id, { state: 'queued', suppression: null, ...rest });
		for (const { channels: _, ...one } of add) {
			this.known.push({
				...one,
				id: one.cause,
				state: 'queued',
				suppression: null,
				aboutPractitionerId: null,
				settledAt: null
			});
		}
		expect(planMessages({ ...input, known: this.known })).toEqual({
			add: [],
			suppress: [],
			queue: []
		});
		return this;
	}

	/** Lets time pass and sends what is due. */
	send(minutes: number): this {
		this.now += minutes * 60_000;
		for (const { id, state, dueAt } of this.known) {
			if (state === 'queued' && dueAt <= this.now)
				this.set(id, {
					...{ state: 'sent', settledAt: this.now },
					aboutPractitionerId: this.visit.practitionerId
				});
		}
		return this;
	}

	set(id: string, some: Partial<KnownMessage>): void {
		this.known = this.known.map((one) => (one.id === id ? { ...one, ...some } : one));
	}

	/** Kind, state or reason, start that it tells in hours after the first one. */
	get summary(): string[] {
		return this.known.map(
			({ kind, state, suppression, aboutStart }) =>
				`${kind} ${suppression ?? state} ${(aboutStart! - START) / HOUR}`
		);
	}
}

const booked = () => new Diary().plan();
const confirmed = () => booked().send(3);

describe('a visit that was booked', () => {
	it('is confirmed after the time of grace and reminded of twice', () => {
		const { known } = booked();
		expect(known.map(({ kind, dueAt }) => [kind, dueAt])).toEqual([
			['confirmation', NOW + 2 * 60_000],
			['reminder', START - 2 * DAY],
			// Eight in London, in summer.
			['same-day-reminder', Date.UTC(2026, 5, 12, 7)]
		]);
	});

	it('the day before has no reminder two days before', () => {
		const diary = new Diary();
		diary.visit = { ...VISIT, startsAt: NOW + DAY };
		expect(diary.plan().known.map(({ kind }) => kind)).toEqual([
			'confirmation',
			'same-day-reminder'
		]);
	});

	it('elsewhere, and brought along, is only reminded of', () => {
		const diary = new Diary();
		diary.visit = { ...VISIT, source: 'import' };
		expect(diary.plan().summary).toEqual(['reminder queued 0', 'same-day-reminder queued 0']);
		expect(diary.change({ startsAt: START + HOUR }).summary.slice(2)).toEqual([
			'change queued 1',
			'reminder queued 1',
			// Of the same day, at the same time: but it says another start.
			'same-day-reminder queued 1'
		]);
	});
});

describe('a visit that was moved', () => {
	it('before it was confirmed is confirmed once, as it is now', () => {
		const { summary } = booked()
			.change({ startsAt: START + HOUR }, 1)
			.change({ startsAt: START + 2 * HOUR }, 1)
			.send(3);
		expect(summary.filter((one) => /confirmation|change/.test(one))).toEqual([
			'confirmation rescheduled 0',
			'confirmation rescheduled 1',
			'confirmation sent 2'
		]);
		expect(summary.filter((one) => one.startsWith('reminder'))).toEqual([
			'reminder rescheduled 0',
			'reminder rescheduled 1',
			'reminder queued 2'
		]);
	});

	it('several times within the time of grace is told once, and not at all when it is as it was', () => {
		const moved = confirmed()
			.change({ startsAt: START + HOUR }, 1)
			.change({ startsAt: START + 2 * HOUR }, 1);
		expect(moved.send(3).summary.filter((one) => one.startsWith('change'))).toEqual([
			'change rescheduled 1',
			'change sent 2'
		]);
		const back = confirmed()
			.change({ startsAt: START + HOUR }, 1)
			.change({ startsAt: START }, 1)
			.send(3);
		expect(back.summary.filter((one) => one.startsWith('change'))).toEqual([
			'change rescheduled 1'
		]);
		expect(back.summary).toContain('reminder queued 0');
	});

	it('though no message was ever planned for it is told, unless it is where it was', () => {
		const diary = new Diary();
		// Booked before there were rules, a day before it takes place: nothing is left to be reminded of.
		diary.visit = { ...VISIT, source: 'import', bookedAt: NOW - 30 * DAY };
		diary.rules = RULES.filter(({ kind }) => kind === 'change');
		expect(diary.plan().summary).toEqual([]);
		expect(diary.change({ startsAt: START + HOUR }).summary).toEqual(['change queued 1']);
		expect(diary.change({ startsAt: START }, 1).summary).toEqual(['change rescheduled 1']);
		expect(
			diary
				.change({ startsAt: START + HOUR }, 1)
				.send(3)
				.summary.at(-1)
		).toBe('change sent 1');
	});

	it('after its confirmation could not be sent is told all the same', () => {
		const diary = booked();
		diary.set(diary.known[0]!.id, { state: 'failed', settledAt: NOW });
		diary.change({ startsAt: START + HOUR }, 2 * 24 * 60);
		expect(diary.summary).toContain('change queued 1');
	});

	it('to another doctor alone is told, and not when it is with the first one again', () => {
		expect(confirmed().change({ practitionerId: 'e' }, 1).send(3).summary.at(-1)).toBe(
			'change sent 0'
		);
		const back = confirmed().change({ practitionerId: 'e' }, 1).change({ practitionerId: 'd' }, 1);
		expect(back.send(3).summary.at(-1)).toBe('change rescheduled 0');
		const off = confirmed();
		off.rules = RULES.map((rule) => (rule.kind === 'change' ? { ...rule, enabled: false } : rule));
		expect(off.change({ practitionerId: 'e' }, 1).summary.join()).not.toContain('change');
	});

	it('to another doctor is not told of once more where the last word named the new one', () => {
		const diary = confirmed().change({ practitionerId: 'e' }, 1).send(3);
		expect(diary.plan(10).summary.filter((one) => one.startsWith('change'))).toHaveLength(1);
		// Sent before it was noted whom it named.
		const old = confirmed();
		for (const { id } of old.known) old.set(id, { aboutPractitionerId: null });
		expect(old.change({ practitionerId: 'e' }, 1).summary.join()).not.toContain('change');
	});

	it('there and back and there again is told each time', () => {
		const diary = confirmed();
		for (const hours of [1, 0, 1]) diary.change({ startsAt: START + hours * HOUR }, 5).send(3);
		expect(diary.summary.filter((one) => one.startsWith('change'))).toEqual([
			'change sent 1',
			'change sent 0',
			'change sent 1'
		]);
	});
});

describe('a visit that was moved since the doctor runs late', () => {
	const late = () => confirmed().change({ startsAt: START + HOUR, runsLate: true }, 1);
	const news = ({ summary }: Diary) => summary.filter((one) => /change|delay/.test(one));
	/** Somebody said that the patient is to be told. */
	function asked(diary: Diary): Diary {
		const { visit, known, rules, now } = diary;
		const message = delayMessage({
			...{ visit, known, rules, now, zone: 'Europe/London', graceMinutes: 2 }
		});
		if (typeof message === 'string') throw new Error(message);
		const state = { state: 'queued', suppression: null } as const;
		diary.known = [
			...known,
			{ ...message, id: message.cause, ...state, aboutPractitionerId: null, settledAt: null }
		];
		return diary.plan();
	}

	it('is told to nobody by itself', () => {
		expect(news(late().send(3).plan(60))).toEqual([]);
	});

	it('is told once somebody says so, and then known', () => {
		const told = asked(late()).send(3);
		expect(news(told)).toEqual(['delay sent 1']);
		expect(news(told.plan(60))).toEqual(['delay sent 1']);
		const { visit, known, rules, now } = told;
		const again = { visit, known, rules, now, zone: 'Europe/London', graceMinutes: 2 };
		expect(delayMessage(again)).toBe('told-already');
	});

	it('and then by somebody to another time is told as any other change', () => {
		const moved = asked(late()).change({ startsAt: START + DAY, runsLate: false }, 1);
		expect(news(moved)).toEqual(['delay rescheduled 1', 'change queued 24']);
	});

	it('is told of three times at most', () => {
		const diary = late();
		for (let hours = 1; hours <= 3; hours++) {
			asked(diary).send(3);
			diary.change({ startsAt: START + (hours + 1) * HOUR, runsLate: true }, 1);
		}
		expect(() => asked(diary)).toThrow('told-often');
	});

	it('is not told to whoever is here, nor where the rule is off', () => {
		const { visit, known, rules, now } = late();
		const situation = { visit, known, rules, now, zone: 'Europe/London', graceMinutes: 2 };
		const told = (changes: Partial<typeof situation>) => delayMessage({ ...situation, ...changes });
		expect(told({ visit: { ...visit, status: 'arrived' } })).toBe('not-waiting');
		expect(told({ visit: { ...visit, runsLate: false } })).toBe('not-waiting');
		expect(told({ now: START + 2 * HOUR })).toBe('not-waiting');
		const off = rules.map((rule) => (rule.kind === 'delay' ? { ...rule, enabled: false } : rule));
		expect(told({ rules: off })).toBe('rule-off');
	});
});

describe('a visit that was cancelled', () => {
	it('is taken back, with all that was to remind of it', () => {
		expect(confirmed().change({ status: 'cancelled' }, 60).summary).toEqual([
			'confirmation sent 0',
			'reminder cancelled 0',
			'same-day-reminder cancelled 0',
			'cancellation queued 0'
		]);
	});

	it('before anybody was told is not mentioned', () => {
		expect(booked().change({ status: 'cancelled' }, 1).summary).toEqual([
			'confirmation cancelled 0',
			'reminder cancelled 0',
			'same-day-reminder cancelled 0'
		]);
	});

	it('by mistake is as it was', () => {
		const diary = confirmed().change({ status: 'cancelled' }, 60).change({ status: 'booked' }, 1);
		expect(diary.summary).toEqual([
			'confirmation sent 0',
			'reminder queued 0',
			'same-day-reminder queued 0',
			'cancellation rescheduled 0'
		]);
		const told = confirmed()
			.change({ status: 'cancelled' }, 60)
			.send(5)
			.change({ status: 'booked' }, 1);
		expect(told.summary).toContain('change queued 0');
	});
});

describe('a visit that is over', () => {
	it('needs no reminder once the patient came', () => {
		expect(confirmed().change({ status: 'arrived' }, 60).summary.slice(1)).toEqual([
			'reminder completed 0',
			'same-day-reminder completed 0'
		]);
	});

	it('and was missed is told hours later, unless it was not', () => {
		const diary = confirmed()
			.send(4 * 24 * 60 + 30)
			.change({ status: 'noshow' });
		expect(diary.summary.at(-1)).toBe('missed queued 0');
		expect(diary.known.at(-1)!.dueAt).toBe(diary.now + 122 * 60_000);
		expect(diary.change({ status: 'arrived' }, 10).summary.at(-1)).toBe('missed completed 0');
	});
});

describe('rules', () => {
	const other = (some: Partial<PlanRule>): PlanRule => ({
		...{ ...RULES.find(({ kind }) => kind === 'reminder')!, id: 'other' },
		...some
	});

	it.each<[string, Partial<PlanRule>[], string | null]>([
		['for all', [{ id: 'all' }], 'all'],
		['for the clinic before all', [{ id: 'all' }, { id: 'clinic', clinicId: 'c' }], 'clinic'],
		[
			'for the service before the clinic',
			[
				{ id: 'clinic', clinicId: 'c' },
				{ id: 'service', serviceId: 's' }
			],
			'service'
		],
		[
			'for both before each',
			[
				{ id: 'service', serviceId: 's' },
				{ id: 'both', clinicId: 'c', serviceId: 's' }
			],
			'both'
		],
		['for another clinic not at all', [{ id: 'x', clinicId: 'x' }], null]
	])('%s', (_, rules, id) => {
		const chosen = ruleFor(rules.map(other), 'reminder', { clinicId: 'c', serviceId: 's' });
		expect(chosen?.id ?? null).toBe(id);
	});

	it('that are switched off, moved or switched on again hold for what is queued', () => {
		const diary = booked();
		const set = (some: Partial<PlanRule>) => {
			diary.rules = RULES.map((rule) => (rule.kind === 'reminder' ? { ...rule, ...some } : rule));
			return diary.plan(1, false);
		};
		expect(set({ enabled: false }).summary[1]).toBe('reminder rule-off 0');
		expect(set({ enabled: true, offsetMinutes: -1_440 }).known[1]).toMatchObject({
			...{ state: 'queued', dueAt: START - DAY, suppression: null }
		});
		// The confirmation that waits is left as it is.
		expect(diary.known[0]).toMatchObject({ state: 'queued', dueAt: NOW + 2 * 60_000 });
	});

	it('that are new tell nobody of what happened before', () => {
		const diary = new Diary();
		diary.visit = { ...VISIT, status: 'cancelled', statusRevision: 2 };
		expect(diary.plan(0, false).summary).toEqual([]);
		diary.visit = VISIT;
		expect(diary.plan(0, false).summary).toEqual([
			'reminder queued 0',
			'same-day-reminder queued 0'
		]);
	});

	it('that everybody begins with can be saved', () => {
		for (const { templates } of DEFAULT_RULES) {
			expect(Object.values(templates).flatMap(checkTemplate)).toEqual([]);
		}
	});
});
