/** Which pictures can stand in the head of a site's pages. Pure. */

/** No SVG: it may hold scripts, and is drawn in the site's own name. */
export const LOGO_TYPES = ['image/png', 'image/jpeg', 'image/webp'] as const;
export type LogoType = (typeof LOGO_TYPES)[number];

export const MAX_LOGO_BYTES = 200 * 1024;

export function isLogoType(mediaType: string | undefined): mediaType is LogoType {
	return (LOGO_TYPES as readonly (string | undefined)[]).includes(mediaType);
}

/** Why a picture is not taken, as it is said to the administrator. */
export const LOGO_WORDS = {
	'too-large': 'This picture is larger than 200 KB. Please choose a smaller one.',
	'wrong-kind': 'This is no PNG, JPEG or WebP picture.'
};
