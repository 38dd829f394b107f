import { nowhere } from '#web/lib/server/api/endpoint.ts';

export const fallback = nowhere;
