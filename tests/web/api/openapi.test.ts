import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openApi } from '#web/lib/server/api/openapi.ts';
import { OPERATIONS } from '#web/lib/server/api/operations.ts';

interface OperationObject {
	operationId: string;
	parameters: { name: string; in: string; required: boolean; schema: object }[];
	requestBody?: { content: Record<string, { schema: object }> };
	responses: Record<string, { description: string; content: object }>;
}

const document = JSON.parse(JSON.stringify(openApi(OPERATIONS))) as {
	openapi: string;
	info: { title: string; version: string };
	paths: Record<string, Record<string, OperationObject>>;
	components: { schemas: Record<string, object> };
};
const operations = Object.entries(document.paths).flatMap(([at, methods]) =>
	Object.entries(methods).map(([method, operation]) => ({ at, method, operation }))
);

const ROUTES = path.resolve(import.meta.dirname, '../../../web/routes');

describe('the OpenAPI document', () => {
	it('has every route, and no more', async () => {
		const routes: string[] = [];
		for await (const file of glob('api/v1/**/+server.ts', { cwd: ROUTES })) {
			const folder = path.dirname(file).split(path.sep).join('/');
			const source = await readFile(path.join(ROUTES, file), 'utf8');
			const names = /export const \{ ([^}]*) \} = endpoint\('([^']*)'\)/.exec(source);
			if (folder === 'api/v1/[...nowhere]') continue;
			expect(names, file).not.toBeNull();
			const address = `/${folder.replace(/\[(\w+)\]/g, '{$1}')}`;
			expect(`/api/v1${names![2]}`).toBe(address);
			for (const name of names![1]!.split(', ').filter((n) => n !== 'fallback')) {
				routes.push(`${name} ${address}`);
			}
		}
		const told = operations.map(({ at, method }) => `${method.toUpperCase()} ${at}`);
		expect(told.sort()).toEqual(routes.sort());
	});

	it('is 3.1 in its structure', () => {
		expect(document.openapi).toMatch(/^3\.1\.\d+$/);
		expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
		const ids = operations.map(({ operation }) => operation.operationId);
		expect(new Set(ids).size).toBe(ids.length);
		for (const { at, operation } of operations) {
			const inPath = operation.parameters.filter((parameter) => parameter.in === 'path');
			const named = [...at.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
			expect(inPath.map(({ name }) => name)).toEqual(named);
			expect(inPath.every(({ required }) => required)).toBe(true);
			for (const [status, response] of Object.entries(operation.responses)) {
				expect(status).toMatch(/^[2-5]\d\d$/);
				expect(response.description).not.toBe('');
			}
		}
	});

	it('points only to what it holds', () => {
		const references = JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g);
		for (const [, reference] of references) {
			const name = /^#\/components\/schemas\/(\w+)$/.exec(reference!)?.[1];
			expect(document.components.schemas).toHaveProperty(name!);
		}
	});

	it('asks for a key on every change and for the revision on changes of what is there', () => {
		for (const { at, method, operation } of operations) {
			const headers = operation.parameters.filter((p) => p.in === 'header').map((p) => p.name);
			if (method === 'get' || at.endsWith('/search')) expect(headers, at).toEqual([]);
			// A kept time and a place on the waitlist have no revision: they are given back or they are not.
			else if (at.includes('{id}') && !/\/(holds|waitlist)\//.test(at))
				expect(headers, at).toEqual(['Idempotency-Key', 'If-Match']);
			else expect(headers, at).toEqual(['Idempotency-Key']);
		}
	});
});
