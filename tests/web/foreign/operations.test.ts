import { z } from 'zod';
import { describe, expect, it } from 'vitest';
import { API_ROOT, type Operation } from '#web/lib/server/api/operation.ts';
import { OPERATIONS } from '#web/lib/server/api/operations.ts';
import { OPERATION_SAMPLES, type SampleRequest } from './operation-samples.ts';
import { useTwoOrganizations, withForeignIds } from './two-organizations.ts';

const at = useTwoOrganizations();

async function send(
	operation: Operation,
	{ params = {}, body, revision }: SampleRequest
): Promise<{ status: number; body: { errors?: { field: string }[] } }> {
	const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => params[name]!);
	const response = await fetch(at.dayboard.url + API_ROOT + path, {
		method: operation.method,
		headers: {
			authorization: `Bearer ${at.token}`,
			...(body === undefined ? {} : { 'content-type': 'application/json' }),
			...(operation.changes ? { 'idempotency-key': crypto.randomUUID() } : {}),
			...(operation.needsRevision ? { 'if-match': `"${revision}"` } : {})
		},
		...(body === undefined ? {} : { body: JSON.stringify(body) })
	});
	return { status: response.status, body: (await response.json()) as never };
}

/** Every field of a body that takes an id, as the schema says. */
function idFields(operation: Operation): string[] {
	const found = new Set<string>();
	const walk = (schema: unknown, name: string) => {
		if (schema === null || typeof schema !== 'object') return;
		const { format, properties, items } = schema as {
			format?: string;
			properties?: object;
			items?: unknown;
		};
		if (format === 'uuid') found.add(name);
		for (const [key, value] of Object.entries(properties ?? {})) walk(value, key);
		walk(items, name);
	};
	for (const schema of [operation.params, operation.body]) {
		if (schema) walk(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), '');
	}
	return [...found];
}

it('every operation has a sample, with each field that takes an id', () => {
	expect(Object.keys(OPERATION_SAMPLES).sort()).toEqual(OPERATIONS.map(({ id }) => id).sort());
	for (const operation of OPERATIONS) {
		const sample = JSON.stringify(OPERATION_SAMPLES[operation.id]!(at.a));
		const missing = idFields(operation).filter((field) => !sample.includes(`"${field}"`));
		expect([operation.id, missing]).toEqual([operation.id, []]);
	}
});

describe("another organization's ids", () => {
	const inOrder = Object.keys(OPERATION_SAMPLES).map((id) =>
		OPERATIONS.find((operation) => operation.id === id)!
	);
	it.each(inOrder.map((operation) => [operation.id, operation] as const))(
		'are unknown to %s',
		async (id, operation) => {
			const before = await at.rowsOfB();
			const sample = OPERATION_SAMPLES[id]!(at.a);
			for (const foreign of withForeignIds(sample, at.a, at.b)) {
				const { status, body } = await send(operation, foreign.request);
				const told = `${id} with a foreign ${foreign.at}: ${status}`;
				expect([404, 422], told).toContain(status);
				const fields = (body.errors ?? []).map(({ field }) => field);
				if (status === 422) expect(fields, told).toContain(foreign.field);
				expect(JSON.stringify(body), told).not.toContain(at.b.organizationId);
			}
			expect(await at.rowsOfB()).toEqual(before);
			// The same request with ids of the own is understood.
			const own = await send(operation, sample);
			expect([404, 422, 500], `${id}: ${own.status}`).not.toContain(own.status);
		}
	);
});
