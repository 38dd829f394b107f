/** Where somebody is signed in: each session is one device's. */

export interface Device {
	id: string;
	/** Browser and system in words; empty when it did not say. */
	name: string;
	/** Epoch milliseconds. */
	signedInAt: number;
	/** To within a few minutes. */
	lastUsedAt: number;
	/** The one that asks. */
	isThis: boolean;
}

/** The first that fits: most browsers also name those that they descend from. */
const BROWSERS = [
	[/Edg(e|A|iOS)?\//, 'Edge'],
	[/OPR\//, 'Opera'],
	[/SamsungBrowser\//, 'Samsung Internet'],
	[/Firefox\/|FxiOS\//, 'Firefox'],
	[/Chrome\/|CriOS\//, 'Chrome'],
	[/Safari\//, 'Safari']
] as const;

const SYSTEMS = [
	[/iPad/, 'iPad'],
	[/iPhone/, 'iPhone'],
	[/Android/, 'Android'],
	[/CrOS/, 'ChromeOS'],
	[/Windows/, 'Windows'],
	[/Macintosh/, 'Mac'],
	[/Linux/, 'Linux']
] as const;

/**
 * A browser's own words for itself (`User-Agent`) in ours: enough to tell one's devices apart.
 * @returns `Chrome on Windows`, as much of it as is known; empty when nothing is
 */
export function deviceName(userAgent: string | null): string {
	const text = (userAgent ?? '').slice(0, 500);
	const first = (list: readonly (readonly [RegExp, string])[]) =>
		list.find(([pattern]) => pattern.test(text))?.[1];
	return [first(BROWSERS), first(SYSTEMS)].filter(Boolean).join(' on ');
}
