/** Links that are used once: an invitation to a new account, or a way back to an old one. */

export const LINK_PURPOSES = ['invitation', 'password-reset'] as const;
export type LinkPurpose = (typeof LINK_PURPOSES)[number];
