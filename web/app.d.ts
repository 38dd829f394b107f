import type { Actor, Origin } from '#domain/access/actor.ts';
import type { SiteLanguage } from '#domain/site/site.ts';

declare global {
	namespace App {
		interface Locals {
			/** Who asks; `null` only on the routes that are open to everybody. */
			actor: Actor | null;
			/** Where the request comes from, for the audit. */
			origin: Origin;
			theme: 'light' | 'dark' | 'system';
			/** What the page is in. */
			language: SiteLanguage;
			/** What this request was refused stands in the audit already. */
			isRefusalNoted?: boolean;
		}
	}
}

export {};
