/** What search engines and messengers are told of a public page. */

export interface PageHead {
	/** Without the site's name. */
	title: string;
	description: string;
	/** Below the language and the site: `/clinics`; empty for the first page. */
	path: string;
	/** The way from the first page to this one. */
	trail: { name: string; path: string }[];
	/** schema.org's description of what the page is about. */
	about?: object;
}

/** What search results show before they cut. */
export const MAX_TITLE_LENGTH = 60;
export const MAX_DESCRIPTION_LENGTH = 160;

/** @returns `title · name`, without the name where both are too long together */
export function fullTitle(title: string, siteName: string): string {
	const both = `${title} · ${siteName}`;
	return shortened(both.length <= MAX_TITLE_LENGTH ? both : title, MAX_TITLE_LENGTH);
}

/** @returns the text, cut after a whole word where it is too long */
export function shortened(text: string, length: number): string {
	if (text.length <= length) return text;
	const cut = text.slice(0, length - 1);
	const end = cut.lastIndexOf(' ');
	return `${cut.slice(0, end > length / 2 ? end : cut.length)}…`;
}

/** @returns JSON that cannot end the element it stands in */
export function jsonLd(thing: object): string {
	return JSON.stringify(thing).replace(/</g, '\\u003c');
}
