/** Light, dark, or as the system says. Kept in a cookie, so that the first picture is right. */

export const THEME_COOKIE = 'dayboard_theme';
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export function themeFrom(text: string | undefined): Theme {
	return THEMES.find((theme) => theme === text) ?? 'system';
}

/** Applies a theme to this page and keeps it for a year. Browser only. */
export function chooseTheme(theme: Theme): void {
	document.documentElement.dataset.theme = theme;
	document.cookie = `${THEME_COOKIE}=${theme}; path=/; max-age=31536000; samesite=lax`;
}
