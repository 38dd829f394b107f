import { endpoint } from '#web/lib/server/api/endpoint.ts';

export const { GET, DELETE, fallback } = endpoint('/blocks/{id}');
