/** Taking time from a practitioner or a room, and giving it back. */
import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';
import { localDatesOf } from '../availability/local-day.ts';
import type { IntentOf } from './intents.ts';
import { MINUTE_MS } from './intervals.ts';
import type { Busy } from './placement.ts';
import type { PlannedClaim } from './planned-change.ts';
import { accept, refuse, type Result } from './refusals.ts';

export type BlockIntent = IntentOf<'block' | 'unblock'>;

/** A block as stored; instants are epoch milliseconds. */
export interface StoredBlock {
	id: string;
	clinicId: string;
	resourceId: string;
	startsAt: number;
	endsAt: number;
	kind: string;
	revision: number;
	removed: boolean;
}

/** What is read to judge an intent about a block; `null` where it does not exist in the organization. */
export interface BlockSituation {
	block: StoredBlock | null;
	clinic: { id: string; zone: string } | null;
	/** Only a practitioner, or a room of that clinic, can be blocked. */
	resource: { id: string; kind: 'practitioner' | 'room' } | null;
	/** What takes the resource during the wanted time. */
	busy: Busy[];
}

export interface BlockChange {
	row: StoredBlock;
	expectedRevision: number | null;
	locks: string[];
	claims: PlannedClaim[];
	event: { kind: string; before: object | null; after: object };
	boards: [clinicId: string, date: string][];
}

/** Judges one intent about a block: existence, permission, revision, and that nobody is booked in that time. */
export function judgeBlock(
	intent: BlockIntent,
	situation: BlockSituation,
	actor: Actor
): Result<BlockChange> {
	const { block, clinic, resource } = situation;
	if (intent.kind === 'unblock' && (block === null || block.removed)) {
		return refuse('not-found', { field: 'blockId' });
	}
	if (!clinic) return refuse('not-found', { field: 'changes.clinicId' });
	if (!resource) return refuse('not-found', { field: 'changes.resourceId' });
	const allowed = authorize(actor, 'block.write', {
		organizationId: actor.organizationId,
		clinicId: clinic.id,
		practitionerId: resource.kind === 'practitioner' ? resource.id : null
	});
	if (!allowed) return refuse('not-allowed');
	return intent.kind === 'block'
		? judgeNewBlock(intent, situation.busy, clinic.zone, resource.kind)
		: judgeRemoval(intent, block!, clinic.zone);
}

function judgeNewBlock(
	intent: IntentOf<'block'>,
	busy: Busy[],
	zone: string,
	kind: 'practitioner' | 'room'
): Result<BlockChange> {
	const { clinicId, resourceId, startsAt, durationMinutes } = intent.changes;
	if (busy.length > 0) {
		const onlyBlocks = busy.every((taken) => taken.blockId !== undefined);
		return refuse(onlyBlocks ? `${kind}-blocked` : `${kind}-busy`, {
			obstacles: busy.map(({ start, end, ...owner }) => ({
				resourceId,
				from: start,
				until: end,
				...owner
			}))
		});
	}
	const row: StoredBlock = {
		id: intent.blockId,
		clinicId,
		resourceId,
		startsAt,
		endsAt: startsAt + durationMinutes * MINUTE_MS,
		kind: intent.changes.kind,
		revision: 1,
		removed: false
	};
	return accept({
		row,
		expectedRevision: null,
		locks: [resourceId],
		claims: [{ resourceId, start: row.startsAt, end: row.endsAt }],
		event: { kind: 'block', before: null, after: told(row) },
		boards: boardsOf(row, zone)
	});
}

function judgeRemoval(
	intent: IntentOf<'unblock'>,
	block: StoredBlock,
	zone: string
): Result<BlockChange> {
	if (intent.basedOnRevision !== block.revision) {
		return refuse('stale-revision', { field: 'basedOnRevision' });
	}
	const row = { ...block, removed: true, revision: block.revision + 1 };
	return accept({
		row,
		expectedRevision: block.revision,
		locks: [block.resourceId],
		claims: [],
		event: { kind: 'unblock', before: told(block), after: { removed: true } },
		boards: boardsOf(row, zone)
	});
}

function told({ resourceId, startsAt, endsAt, kind }: StoredBlock): object {
	return { resourceId, startsAt, endsAt, kind };
}

function boardsOf(row: StoredBlock, zone: string): [string, string][] {
	const dates = localDatesOf({ start: row.startsAt, end: row.endsAt }, zone);
	return dates.map((date) => [row.clinicId, date]);
}
