/** Trying who may try changes of a day out: whoever may move everybody's visits at its clinic. */
import type { Permission } from '#domain/access/permissions.ts';
import { documentName } from '#domain/board/documents.ts';
import { dropDraft, openDraft } from '#domain/drafts/commands.ts';
import { draftOf, openDraftsOf } from '#domain/drafts/queries.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import { askPage } from './asking.ts';
import type { Probe } from './probe.ts';
import { DATE, type Where, type World } from './world.ts';

const needs: Permission[] = ['board.read'];
let days = 0;
/** A day of its own: no day has more than a few drafts. */
const nextDate = () => Temporal.PlainDate.from('2040-02-01').add({ days: days++ }).toString();

async function draftAt(world: World, where: Where): Promise<{ id: string; date: string }> {
	const date = nextDate();
	const { actor } = world.people['organization-administrator'];
	const made = await openDraft(world.database, actor, {
		...{ id: crypto.randomUUID(), clinicId: world.clinicOf(where), date, title: 'Tried out' }
	});
	if (!made.ok) throw new Error(made.refusal.code);
	return { id: made.value.id, date };
}

export const DRAFT_PROBES = {
	'appointment.move': [
		{
			...{ name: 'command openDraft', about: 'clinic', needs },
			async ask(world, { actor }, { where }) {
				const asked = { id: crypto.randomUUID(), clinicId: world.clinicOf(where), title: 'x' };
				return (await openDraft(world.database, actor, { ...asked, date: nextDate() })).ok;
			}
		},
		{
			...{ name: 'command dropDraft', about: 'clinic', needs },
			ask: async (world, { actor }, { where }) =>
				(await dropDraft(world.database, actor, (await draftAt(world, where)).id)).ok
		},
		{
			...{ name: 'command carryOut of a draft', about: 'clinic', needs },
			async ask(world, { actor }, { where }) {
				const { id: draftId } = await draftAt(world, where);
				const verdict = await carryOut(world.database, actor, {
					...{ kind: 'together', id: crypto.randomUUID(), madeAt: 0, draftId },
					parts: [
						{
							...{ kind: 'move', appointmentId: crypto.randomUUID(), basedOnRevision: 1 },
							changes: { roomId: crypto.randomUUID() }
						}
					]
				});
				// There is no such visit, whoever asks.
				return verdict.outcome === 'refused' && verdict.refusal.code === 'some-refused';
			}
		},
		{
			...{ name: 'query openDraftsOf', about: 'clinic', needs },
			async ask(world, { actor }, { where }) {
				const place = { clinicId: world.clinicOf(where), date: DATE };
				return (await openDraftsOf(world.database, actor, place)).ok;
			}
		},
		{
			...{ name: 'query draftOf', about: 'clinic', needs },
			ask: async (world, { actor }, { where }) =>
				(await draftOf(world.database, actor, (await draftAt(world, where)).id)).ok
		},
		{
			...{ name: 'document draft', about: 'clinic', needs, document: 'draft' },
			async ask(world, { client }, { where }) {
				const { id: draftId } = await draftAt(world, where);
				const answer = await client.open(documentName({ kind: 'draft', draftId }));
				if (typeof answer === 'string') return false;
				answer.destroy();
				return true;
			}
		},
		{
			...{ name: 'GET the drafts of a day', about: 'clinic', needs },
			route: '/board/[clinicId]/[date]/drafts',
			async ask(world, somebody, { where }) {
				const path = `/board/${world.clinicOf(where)}/${DATE}/drafts`;
				return (await askPage(world, somebody, path)).status === 200;
			}
		},
		{
			...{ name: 'GET a draft', about: 'clinic', needs },
			route: '/board/[clinicId]/[date]/drafts/[draftId]',
			async ask(world, somebody, { where }) {
				const { id, date } = await draftAt(world, where);
				const path = `/board/${world.clinicOf(where)}/${date}/drafts/${id}`;
				return (await askPage(world, somebody, path)).status === 200;
			}
		}
	]
} satisfies Partial<Record<Permission, Probe[]>>;
