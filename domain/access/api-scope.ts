/** What a bearer token may be used for; its owner's roles still apply. */
export const API_SCOPES = ['read', 'write'] as const;
export type ApiScope = (typeof API_SCOPES)[number];
