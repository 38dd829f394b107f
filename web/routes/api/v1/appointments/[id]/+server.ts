import { endpoint } from '#web/lib/server/api/endpoint.ts';

export const { GET, fallback } = endpoint('/appointments/{id}');
