/** Links that are used once: an invitation to a new account, or a way back to an old one. */
import { z } from 'zod';

export const LINK_PURPOSES = ['invitation', 'password-reset'] as const;
export type LinkPurpose = (typeof LINK_PURPOSES)[number];

export const LINK_MINUTES: Record<LinkPurpose, number> = {
	invitation: 7 * 24 * 60,
	'password-reset': 60
};

const PATH = '/account-link';

/**
 * The secret stands behind `#`: browsers send that part to nobody, so it is in no log and in no referrer, and a mail
 * scanner that opens the link changes nothing.
 */
export function linkPath(secret: string): string {
	return `${PATH}#${secret}`;
}

/** 256 random bits, base64url. */
export const linkSecretSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** Why a link lets nobody in. */
export type LinkFault = 'unknown' | 'used' | 'superseded' | 'expired' | 'closed';

/** What a link that works is for. */
export interface LinkInvitation {
	purpose: LinkPurpose;
	email: string;
	name: string;
	organizationName: string;
	/** Epoch milliseconds. */
	expiresAt: number;
}
