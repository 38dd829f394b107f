import type { Actor } from '#domain/access/actor.ts';

declare global {
	namespace App {
		interface Locals {
			/** Who asks; `null` only on the routes that are open to everybody. */
			actor: Actor | null;
			theme: 'light' | 'dark' | 'system';
		}
	}
}

export {};
