/**
 * The site's own colour as its pages use it (web/lib/site/SiteFrame.svelte): only the hue is chosen, lightness and
 * chroma are ours, so that every choice can be read. Source of the conversion: CSS Color 4, Oklab to linear sRGB.
 */

/** Lightness and chroma of the accent, and of what stands on it, in the light and in the dark theme. */
export const ACCENTS = {
	light: { accent: [0.46, 0.11], ink: [1, 0], ground: [1, 0] },
	dark: { accent: [0.8, 0.1], ink: [0.2, 0.05], ground: [0.245, 0.005] }
} as const;
export type SiteTheme = keyof typeof ACCENTS;

/** WCAG 2.2 AA for text. */
export const LEAST_CONTRAST = 4.5;

type Oklch = readonly [lightness: number, chroma: number];

/** @returns the contrast of the accent with the ground, or with what stands on it: the lesser of the two */
export function accentContrast(hue: number, theme: SiteTheme): number {
	const { accent, ink, ground } = ACCENTS[theme];
	const colour = luminance(accent, hue);
	return Math.min(...[ink, ground].map((other) => contrast(colour, luminance(other, hue))));
}

function contrast(one: number, other: number): number {
	return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

/** @returns relative luminance (WCAG); what a screen cannot show is cut off, as browsers do */
function luminance([lightness, chroma]: Oklch, hue: number): number {
	const angle = (hue * Math.PI) / 180;
	const [a, b] = [chroma * Math.cos(angle), chroma * Math.sin(angle)];
	const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
	const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
	const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
	const shown = (value: number) => Math.min(1, Math.max(0, value));
	const red = shown(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
	const green = shown(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
	const blue = shown(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s);
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
