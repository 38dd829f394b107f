import { glob } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { accessOf, ROUTE_ACCESS } from '#web/lib/server/route-access.ts';
import { CHECKOUT } from '../support/build.ts';

/** @returns the ids of all routes that answer, as SvelteKit names them */
async function routeIds(): Promise<string[]> {
	const folder = path.join(CHECKOUT, 'web/routes');
	const ids = new Set<string>();
	for await (const file of glob('**/+{page.svelte,page.ts,page.server.ts,server.ts}', {
		cwd: folder
	})) {
		ids.add(`/${path.dirname(file)}`.replace('/.', '/'));
	}
	return [...ids].sort();
}

it('every route has an entry that says who may ask', async () => {
	const ids = await routeIds();
	expect(ids).toContain('/board/[clinicId]/[date]');
	expect(ids.filter((id) => accessOf(id) === null)).toEqual([]);
});

it('no entry is left over from a route that is gone', async () => {
	const ids = await routeIds();
	expect(Object.keys(ROUTE_ACCESS).filter((id) => !ids.includes(id))).toEqual([]);
});

it('a route without an entry answers nobody', () => {
	expect(accessOf('/reports')).toBeNull();
	expect(accessOf(null)).toBeNull();
});
