/** What a mail program sends when its reader presses 'unsubscribe' (RFC 8058): a form of no page of ours. */
import type { RequestEvent } from '@sveltejs/kit';
import { verifyLink } from '#db/encryption/link-token.ts';
import { database } from './database.ts';

/** @returns whether it is a POST to a link that unsubscribes and does nothing else; whoever has it may use it */
export function isOneClick({ route, request, params }: RequestEvent): boolean {
	if (route.id !== '/l/[token]' || request.method !== 'POST') return false;
	return verifyLink(database().keyring, params.token ?? '')?.action === 'unsubscribe';
}
