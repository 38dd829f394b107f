/** The OpenAPI 3.1 document, made from the table of operations and the schemas that validate. */
import { z } from 'zod';
import { API_ROOT, type Operation } from './operation.ts';
import { problem } from './shapes.ts';

const PROBLEMS: Record<string, string> = {
	'400': 'The request, its address or a header cannot be read.',
	'401': 'No valid token or session.',
	'403': 'The caller, or the token, may not do this.',
	'404': 'There is no such thing, or not for this caller.',
	'429': 'Too many requests; Retry-After tells how long to wait.',
	'500': 'A fault on this side.'
};
const BODY_PROBLEMS: Record<string, string> = {
	'413': 'The body is larger than 64 KiB.',
	'415': 'The body is not application/json.',
	'422': 'A field is wrong, or the key was used for another request; errors names it.'
};
const CHANGE_PROBLEMS: Record<string, string> = {
	'409': 'Something is in the way: conflicts and alternatives tell what, and what would work.',
	'422': BODY_PROBLEMS['422']!,
	'503': 'Too busy; the same request may be sent again.'
};
const REVISION_PROBLEMS: Record<string, string> = {
	'412': 'Changed since: If-Match is not the present revision.',
	'428': 'If-Match is missing.'
};

/** @returns the document, ready for JSON. */
export function openApi(operations: readonly Operation[]): Record<string, unknown> {
	const paths: Record<string, Record<string, unknown>> = {};
	for (const operation of operations) {
		const path = (paths[API_ROOT + operation.path] ??= {});
		path[operation.method.toLowerCase()] = operationObject(operation);
	}
	return {
		openapi: '3.1.0',
		info: {
			title: 'Dayboard',
			version: '1',
			description: 'The scheduling board over HTTP: the same commands, rules and permissions.'
		},
		servers: [{ url: '/' }],
		security: [{ bearer: [] }, { session: [] }],
		paths,
		components: {
			securitySchemes: {
				bearer: { type: 'http', scheme: 'bearer' },
				session: { type: 'apiKey', in: 'cookie', name: 'dayboard_session' }
			},
			schemas: { Problem: schemaOf(problem, 'output') }
		}
	};
}

function operationObject(operation: Operation) {
	const { id, summary, body, success, changes, needsRevision } = operation;
	return {
		operationId: id,
		summary,
		'x-scope': operation.scope,
		parameters: [
			...pathParameters(operation),
			...(changes
				? [header('Idempotency-Key', { type: 'string', minLength: 1, maxLength: 255 })]
				: []),
			...(needsRevision ? [header('If-Match', { type: 'string', pattern: '^"[1-9][0-9]*"$' })] : [])
		],
		...(body === null
			? {}
			: {
					requestBody: {
						required: true,
						content: { 'application/json': { schema: schemaOf(body, 'input') } }
					}
				}),
		responses: {
			[String(success.status)]: {
				description: success.description,
				content: { 'application/json': { schema: schemaOf(success.body, 'output') } }
			},
			...problemResponses({
				...PROBLEMS,
				...(body === null ? {} : BODY_PROBLEMS),
				...(changes ? CHANGE_PROBLEMS : {}),
				...(needsRevision ? REVISION_PROBLEMS : {})
			})
		}
	};
}

function pathParameters({ params }: Operation) {
	const { properties = {} } = schemaOf(params, 'input') as { properties?: object };
	return Object.entries(properties).map(([name, schema]) => ({
		...{ name, in: 'path', required: true },
		schema
	}));
}

function header(name: string, schema: object) {
	return { name, in: 'header', required: true, schema };
}

function problemResponses(descriptions: Record<string, string>) {
	const schema = { $ref: '#/components/schemas/Problem' };
	return Object.fromEntries(
		Object.entries(descriptions).map(([status, description]) => [
			status,
			{ description, content: { 'application/problem+json': { schema } } }
		])
	);
}

/** OpenAPI 3.1 uses JSON Schema 2020-12 as it is. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): object {
	const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' });
	return rest;
}
