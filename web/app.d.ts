import type { Actor, Origin } from '#domain/access/actor.ts';
import type { SignedInPatient } from '#domain/patients/signed-in.ts';
import type { SiteLanguage } from '#domain/site/site.ts';

declare global {
	namespace App {
		interface Locals {
			/** Who asks; `null` only on the routes that are open to everybody. */
			actor: Actor | null;
			/** Who is signed in on the public site; `null` but for routes that are patients'. */
			patient: SignedInPatient | null;
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
