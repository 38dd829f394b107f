/** Whoever asks with ids of another organization is told that there is nothing, and the audit is told who asked. */
import { describe, expect, it } from 'vitest';
import { API_ROOT } from '#web/lib/server/api/operation.ts';
import { OPERATIONS } from '#web/lib/server/api/operations.ts';
import { OPERATION_SAMPLES } from './operation-samples.ts';
import { useTwoOrganizations, withForeignIds } from './two-organizations.ts';

const at = useTwoOrganizations();

/** @returns how many refusals stand in A's audit, by the request that was refused */
async function refusals(requestId: string): Promise<number> {
	const { rows } = await at.owner.query<{ count: number }>(
		`SELECT count(*)::int AS count FROM audit_entries
			WHERE organization_id = $1 AND kind = 'refused' AND request_id = $2 AND actor_user_id = $3`,
		[at.a.organizationId, requestId, at.a.administrator.userId]
	);
	return rows[0]!.count;
}

describe("asking with another organization's ids is written down", () => {
	it.each(OPERATIONS.map(({ id, ...rest }) => [id, rest] as const))('%s', async (id, operation) => {
		const sample = OPERATION_SAMPLES[id]!(at.a);
		for (const { at: place, request } of withForeignIds(sample, at.a, at.b)) {
			const { params = {}, body, revision } = request;
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
			const requestId = response.headers.get('x-request-id')!;
			expect(`${place}: ${await refusals(requestId)}`).toBe(`${place}: 1`);
		}
	});
});
