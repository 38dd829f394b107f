/** Trying who may read and write what the staff tell each other of a day and of a visit. */
import { keptName, type KeptName } from '#domain/kept-documents/kept-name.ts';
import { accessToKept } from '#domain/kept-documents/queries/access.ts';
import { handoverNews } from '#domain/notes/queries.ts';
import type { Permission } from '#domain/access/permissions.ts';
import { KeptDocument } from '#web/lib/sync/kept-document.ts';
import { askPage } from './asking.ts';
import type { Probe } from './probe.ts';
import { DATE, type Somebody, type Where, type Whose, type World } from './world.ts';

const handoverAt = (world: World, where: Where): KeptName => ({
	...{ kind: 'handover', clinicId: world.clinicOf(where), date: DATE }
});
const noteOf = (world: World, where: Where, whose: Whose): KeptName => ({
	...{ kind: 'visit-note', appointmentId: world.visitOf(where, whose) }
});

/** @returns how a document is opened to somebody; `null`: it is not */
async function openedAs({ client }: Somebody, name: KeptName): Promise<'read' | 'write' | null> {
	const { promise, resolve } = Promise.withResolvers<'read' | 'write' | null>();
	const kept: KeptDocument = new KeptDocument({
		...{ socket: client.websocket, name: keptName(name) },
		onStanding(standing) {
			if (standing === 'refused') resolve(null);
			if (standing === 'saved') resolve(kept.isReadOnly ? 'read' : 'write');
		}
	});
	const opened = await promise;
	kept.destroy();
	return opened;
}

export const HANDOVER_PROBES = {
	'handover.read': [
		{
			...{ name: 'query accessToKept of a day', about: 'clinic' },
			async ask(world, { actor }, { where }) {
				const access = await accessToKept(world.database, actor, handoverAt(world, where));
				return access === 'read' || access === 'write';
			}
		},
		{
			...{ name: 'document handover', about: 'clinic', document: 'handover' },
			ask: async (world, somebody, { where }) =>
				(await openedAs(somebody, handoverAt(world, where))) !== null
		},
		{
			...{ name: 'query handoverNews', about: 'clinic' },
			async ask(world, { actor }, { where }) {
				const day = { clinicId: world.clinicOf(where), date: DATE };
				return (await handoverNews(world.database, actor, day)).ok;
			}
		},
		...['', '/colleagues'].map((end): Probe => {
			const route = `/board/[clinicId]/[date]/handover${end}`;
			return {
				...{ name: `GET ${route}`, about: 'clinic', needs: ['board.read'], route },
				async ask(world, somebody, { where }) {
					const path = `/board/${world.clinicOf(where)}/${DATE}/handover${end}`;
					return (await askPage(world, somebody, path)).status === 200;
				}
			};
		})
	],
	'handover.write': [
		{
			...{ name: 'query accessToKept of a day', about: 'clinic', needs: ['handover.read'] },
			ask: async (world, { actor }, { where }) =>
				(await accessToKept(world.database, actor, handoverAt(world, where))) === 'write'
		},
		{
			...{ name: 'document handover', about: 'clinic', document: 'handover' },
			needs: ['handover.read'],
			ask: async (world, somebody, { where }) =>
				(await openedAs(somebody, handoverAt(world, where))) === 'write'
		}
	]
} satisfies Partial<Record<Permission, Probe[]>>;

/** Of practitioners' visits, and not of a patient's own: no patient opens these. */
export const NOTE_PROBES = {
	'people.read': [
		{
			...{ name: 'document note of a visit', about: 'practitioner', document: 'visit-note' },
			needs: ['board.read'],
			ask: async (world, somebody, { where, whose }) =>
				(await openedAs(somebody, noteOf(world, where, whose))) !== null
		},
		{
			...{ name: 'GET who may be mentioned in a note', about: 'practitioner' },
			...{ needs: ['board.read'], route: '/board/appointments/[appointmentId]/colleagues' },
			async ask(world, somebody, { where, whose }) {
				const path = `/board/appointments/${world.visitOf(where, whose)}/colleagues`;
				return (await askPage(world, somebody, path)).status === 200;
			}
		}
	],
	'appointment.remark': [
		{
			...{ name: 'document note of a visit', about: 'practitioner', document: 'visit-note' },
			needs: ['people.read'],
			ask: async (world, somebody, { where, whose }) =>
				(await openedAs(somebody, noteOf(world, where, whose))) === 'write'
		}
	]
} satisfies Partial<Record<Permission, Probe[]>>;
