import { ACCOUNT_LINK_ACTIONS } from '#web/lib/server/account-link-page.ts';

export const actions = ACCOUNT_LINK_ACTIONS;
