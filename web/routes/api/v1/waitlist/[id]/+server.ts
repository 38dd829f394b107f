import { endpoint } from '#web/lib/server/api/endpoint.ts';

export const { DELETE, fallback } = endpoint('/waitlist/{id}');
