import { endpoint } from '#web/lib/server/api/endpoint.ts';

export const { POST, fallback } = endpoint('/waitlist/offers/{id}/skip');
