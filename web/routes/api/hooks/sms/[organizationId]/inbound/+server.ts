import { smsAnswer } from '#web/lib/server/sms-hooks.ts';

export const POST = smsAnswer;
