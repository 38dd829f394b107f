/** What one operation of the HTTP interface is: the words for its document, its input, and what it does. */
import type { z } from 'zod';
import type { Actor } from '#domain/access/actor.ts';
import type { ApiScope } from '#domain/access/api-scope.ts';

export const API_ROOT = '/api/v1';
export type Method = 'GET' | 'POST' | 'DELETE';

/** A request that has passed the edge: who asks is known, and every part of the input is valid. */
export interface Call<Params, Body> {
	actor: Actor;
	params: Params;
	body: Body;
	/** `Idempotency-Key`; empty where the operation needs none. */
	key: string;
	/** `If-Match`; 0 where the operation needs none. */
	revision: number;
}

export interface Operation<
	Params extends z.ZodType = z.ZodType,
	Body extends z.ZodType | null = z.ZodType | null
> {
	/** `operationId` in the document. */
	id: string;
	method: Method;
	/** Below `/api/v1`, with `{name}` for each part of `params`. */
	path: string;
	summary: string;
	scope: ApiScope;
	params: Params;
	/** `null`: the request has no body. */
	body: Body;
	/** Whether it changes something, and so needs `Idempotency-Key`. */
	changes: boolean;
	/** Whether it changes something that is there, and so needs `If-Match`. */
	needsRevision: boolean;
	/** Status of success and the schema of its body. */
	success: { status: 200 | 201; body: z.ZodType; description: string };
	handle(
		call: Call<z.output<Params>, Body extends z.ZodType ? z.output<Body> : undefined>
	): Promise<Response>;
}

/** Ties the handler's types to the schemas. */
export function operation<Params extends z.ZodType, Body extends z.ZodType | null>(
	declared: Operation<Params, Body>
): Operation {
	return declared as unknown as Operation;
}

/** @returns an answer in JSON; `revision` becomes the `ETag`. */
export function answerWith(
	body: object,
	{
		status = 200,
		revision,
		location
	}: { status?: number; revision?: number; location?: string } = {}
): Response {
	const headers = new Headers({ 'content-type': 'application/json' });
	if (revision !== undefined) headers.set('etag', `"${revision}"`);
	if (location !== undefined) headers.set('location', location);
	return new Response(JSON.stringify(body), { status, headers });
}
