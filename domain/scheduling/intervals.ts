/**
 * Half-open intervals `[start, end)` of UTC instants, in epoch milliseconds.
 *
 * Lists returned from here are *normal*: sorted by start, without empty, touching or overlapping members.
 */

/** One stretch of time. `end` is not part of it, so back-to-back visits do not overlap. */
export interface Interval {
	start: number;
	end: number;
}

export const MINUTE_MS = 60_000;

/** @returns whether two intervals share at least one instant. */
export function overlaps(a: Interval, b: Interval): boolean {
	return a.start < b.end && b.start < a.end;
}

/** @returns whether `outer` covers all of `inner`. */
export function contains(outer: Interval, inner: Interval): boolean {
	return outer.start <= inner.start && inner.end <= outer.end;
}

/** @returns the normal list that covers the same instants as `intervals`, in any order and overlapping. */
export function union(intervals: readonly Interval[]): Interval[] {
	const sorted = intervals.filter((i) => i.start < i.end).sort((a, b) => a.start - b.start);
	const merged: Interval[] = [];
	for (const next of sorted) {
		const last = merged.at(-1);
		if (last && next.start <= last.end) last.end = Math.max(last.end, next.end);
		else merged.push({ ...next });
	}
	return merged;
}

/** @returns what remains of `from` after `taken` is cut out. Neither list has to be normal. */
export function subtract(from: readonly Interval[], taken: readonly Interval[]): Interval[] {
	const cuts = union(taken);
	const remaining: Interval[] = [];
	for (const whole of union(from)) {
		let start = whole.start;
		for (const cut of cuts) {
			if (cut.end <= start) continue;
			if (cut.start >= whole.end) break;
			if (cut.start > start) remaining.push({ start, end: cut.start });
			start = cut.end;
		}
		if (start < whole.end) remaining.push({ start, end: whole.end });
	}
	return remaining;
}

/** @returns the instants that both lists cover. */
export function intersect(a: readonly Interval[], b: readonly Interval[]): Interval[] {
	const left = union(a);
	const right = union(b);
	const shared: Interval[] = [];
	let i = 0;
	let j = 0;
	while (i < left.length && j < right.length) {
		const x = left[i]!;
		const y = right[j]!;
		const start = Math.max(x.start, y.start);
		const end = Math.min(x.end, y.end);
		if (start < end) shared.push({ start, end });
		if (x.end < y.end) i++;
		else j++;
	}
	return shared;
}

/** @returns the instants that at least `count` of the lists cover; each list is normal. */
export function atLeast(count: number, lists: readonly (readonly Interval[])[]): Interval[] {
	if (count === 1) return union(lists.flat());
	const steps = lists
		.flat()
		.flatMap(({ start, end }) => [
			{ at: start, by: 1 },
			{ at: end, by: -1 }
		])
		.sort((a, b) => a.at - b.at);
	const covered: Interval[] = [];
	let depth = 0;
	for (const [i, { at, by }] of steps.entries()) {
		depth += by;
		const end = steps[i + 1]?.at ?? at;
		if (depth >= count) covered.push({ start: at, end });
	}
	return union(covered);
}
