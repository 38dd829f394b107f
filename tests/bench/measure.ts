/** Figures: medians and quantiles, and the table that `npm run bench` prints. */

/** One figure beside its limit, both measured in the same run. */
export interface Figure {
	what: string;
	measured: string;
	/** What the bare technique does. */
	limit: string;
	/** How many times the limit; `null` where the two are not comparable. */
	ratio: number | null;
	aim: string;
	met: boolean;
}

/** @param share 0.5 is the median */
export function quantile(values: readonly number[], share: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]) => quantile(values, 0.5);

/** @returns operations a second, with `workers` of them under way at a time */
export async function rateOf(
	count: number,
	workers: number,
	operation: (i: number) => Promise<unknown>
): Promise<number> {
	let next = 0;
	const began = performance.now();
	await Promise.all(
		Array.from({ length: workers }, async () => {
			while (next < count) await operation(next++);
		})
	);
	return count / ((performance.now() - began) / 1000);
}

export const ms = (value: number) => `${value.toFixed(1)} ms`;

/** @returns the figures as a Markdown table */
export function tableOf(figures: readonly Figure[]): string {
	const rows = figures.map(({ what, measured, limit, ratio, aim, met }) => [
		...[what, measured, limit, ratio === null ? '' : ratio.toFixed(2)],
		...[aim, met ? 'met' : 'short']
	]);
	const head = ['what', 'measured', 'its limit in the same run', 'ratio', 'aim', ''];
	const lines = [head, head.map(() => '---'), ...rows];
	return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
