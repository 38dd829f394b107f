import { smsStatus } from '#web/lib/server/sms-hooks.ts';

export const POST = smsStatus;
