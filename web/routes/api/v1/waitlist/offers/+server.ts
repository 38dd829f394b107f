import { endpoint } from '#web/lib/server/api/endpoint.ts';

export const { GET, POST, fallback } = endpoint('/waitlist/offers');
