import { PASSWORD_ACTIONS } from '#web/lib/server/password-page.ts';

export const actions = PASSWORD_ACTIONS;
