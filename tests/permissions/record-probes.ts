/** Trying who may read and add papers of visits, and who may search the audit. */
import type { Permission } from '#domain/access/permissions.ts';
import { addDocument } from '#domain/documents/commands.ts';
import { listDocuments } from '#domain/documents/queries.ts';
import { searchAudit } from '#domain/access/queries/search-audit.ts';
import { askPage } from './asking.ts';
import type { Probe } from './probe.ts';
import { DATE, type Somebody, type Where, type Whose, type World } from './world.ts';

const PDF =
	'%PDF-1.4\n%âãÏÓ\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n';

/** Takes everything and keeps nothing: what is tried is who may. */
const STORE = { put: async () => {}, get: async () => null, delete: async () => {} };

const papersOf = (world: World, where: Where, whose: Whose) =>
	`/board/appointments/${world.visitOf(where, whose)}/documents`;

async function upload(world: World, { session }: Somebody, path: string): Promise<Response> {
	return fetch(world.dayboard.url + path, {
		method: 'POST',
		headers: {
			...{ cookie: `dayboard_session=${session}`, origin: world.dayboard.url },
			...{ 'content-type': 'application/octet-stream', 'x-file-name': 'paper.pdf' }
		},
		body: PDF
	});
}

/** @returns a paper's address, added by somebody who may */
async function newPaper(world: World, where: Where, whose: Whose): Promise<string> {
	const path = papersOf(world, where, whose);
	const answer = await upload(world, world.people['organization-administrator'], path);
	const { id } = (await answer.json()) as { id: string };
	return `${path}/${id}`;
}

async function remove(world: World, { session }: Somebody, path: string): Promise<number> {
	const { status } = await fetch(world.dayboard.url + path, {
		method: 'DELETE',
		headers: { cookie: `dayboard_session=${session}`, origin: world.dayboard.url }
	});
	return status;
}

export const RECORD_PROBES = {
	'document.read': [
		{
			...{ name: 'query listDocuments', about: 'visit' },
			ask: async (world, { actor }, { where, whose }) =>
				(await listDocuments(world.database, actor, world.visitOf(where, whose))).ok
		},
		{
			...{ name: 'GET the papers of a visit', about: 'visit' },
			route: '/board/appointments/[appointmentId]/documents',
			ask: async (world, somebody, { where, whose }) =>
				(await askPage(world, somebody, papersOf(world, where, whose))).status === 200
		},
		{
			...{ name: 'GET a paper', about: 'visit' },
			route: '/board/appointments/[appointmentId]/documents/[documentId]',
			async ask(world, somebody, { where, whose }) {
				const paper = await newPaper(world, where, whose);
				const { status } = await askPage(world, somebody, paper);
				await remove(world, world.people['organization-administrator'], paper);
				return status === 200;
			}
		}
	],
	'document.write': [
		{
			...{ name: 'command addDocument', about: 'visit', needs: ['document.read'] },
			async ask(world, { actor }, { where, whose }) {
				const body = (async function* () {
					yield Buffer.from(PDF, 'latin1');
				})();
				const appointmentId = world.visitOf(where, whose);
				const wanted = { appointmentId, name: 'paper.pdf', body };
				const added = await addDocument(world.database, STORE, actor, wanted);
				return added.ok;
			}
		},
		{
			...{ name: 'POST a paper', about: 'visit', needs: ['document.read'] },
			route: '/board/appointments/[appointmentId]/documents',
			async ask(world, somebody, { where, whose }) {
				const path = papersOf(world, where, whose);
				const answer = await upload(world, somebody, path);
				const { id } = (await answer.json()) as { id: string };
				const boss = world.people['organization-administrator'];
				if (answer.ok) await remove(world, boss, `${path}/${id}`);
				return answer.status === 201;
			}
		}
	],
	'audit.read': [
		{
			...{ name: 'query searchAudit', about: 'organization' },
			ask: async (world, { actor }) =>
				(await searchAudit(world.database, actor, { filter: {}, zone: 'UTC', limit: 1 })).ok
		},
		{
			...{ name: 'GET the audit', about: 'organization', route: '/organization/audit' },
			ask: async (world, somebody) =>
				(await askPage(world, somebody, '/organization/audit')).status === 200
		},
		{
			...{ name: 'POST the audit as a file', about: 'organization' },
			route: '/organization/audit/export',
			async ask(world, { session }) {
				const answer = await fetch(`${world.dayboard.url}/organization/audit/export`, {
					method: 'POST',
					headers: { cookie: `dayboard_session=${session}`, origin: world.dayboard.url },
					body: new URLSearchParams({ format: 'csv', from: DATE, until: DATE })
				});
				await answer.text();
				return answer.status === 200;
			}
		}
	]
} satisfies Partial<Record<Permission, Probe[]>>;
