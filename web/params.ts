/** What a part of an address has to be for a route to take it. */
import { defineParams } from '@sveltejs/kit/params';
import { SITE_LANGUAGES, type SiteLanguage } from '#domain/site/site.ts';

export const params = defineParams({
	lang: (param): SiteLanguage | undefined => SITE_LANGUAGES.find((language) => language === param)
});
