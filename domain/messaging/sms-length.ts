/** How many short messages a text takes up, as networks count them. Pure. Source: 3GPP TS 23.038, 23.040. */

/** The letters that fit into seven bits. */
const BASIC = new Set(
	'@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
);
/** Those that take an escape before them. */
const EXTENDED = new Set('\f^{}\\[~]|€');

/** Letters that fit into one message alone, and into each of several: these carry a header. */
const FITS = { gsm: { one: 160, each: 153 }, unicode: { one: 70, each: 67 } } as const;

export interface SmsLength {
	/** `gsm`: seven bits a letter; `unicode`: sixteen, as soon as one letter needs it. */
	alphabet: keyof typeof FITS;
	/** Letters as they are counted: some count twice. */
	units: number;
	/** Messages that it is sent, and paid, as. */
	segments: number;
	/** How many more units fit before there is one message more. */
	left: number;
}

/** @returns how long `text` is as an SMS; an empty one is no message */
export function smsLength(text: string): SmsLength {
	const alphabet = [...text].every((letter) => BASIC.has(letter) || EXTENDED.has(letter))
		? 'gsm'
		: 'unicode';
	const sizes = [...text].map((letter) =>
		alphabet === 'gsm' ? (EXTENDED.has(letter) ? 2 : 1) : letter.length
	);
	const units = sizes.reduce((sum, size) => sum + size, 0);
	const { one, each } = FITS[alphabet];
	if (units <= one) return { alphabet, units, segments: units === 0 ? 0 : 1, left: one - units };
	// What counts twice is not torn apart: it begins the next message.
	let segments = 1;
	let used = 0;
	for (const size of sizes) {
		if (used + size > each) {
			segments += 1;
			used = 0;
		}
		used += size;
	}
	return { alphabet, units, segments, left: each - used };
}

/** @returns the letters for which a text needs sixteen bits each, once each, in the order in which they come */
export function lettersBeyondGsm(text: string): string[] {
	return [...new Set(text)].filter((letter) => !BASIC.has(letter) && !EXTENDED.has(letter));
}
