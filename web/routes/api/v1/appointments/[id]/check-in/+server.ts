import { endpoint } from '#web/lib/server/api/endpoint.ts';

export const { POST, fallback } = endpoint('/appointments/{id}/check-in');
