/** Taking time from a practitioner or a room, and giving it back. */
import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';
import { dayInterval, localDateOf, localDatesOf } from '../availability/local-day.ts';
import type { PartOf } from './intents.ts';
import { MINUTE_MS, intersect, subtract, union, type Interval } from './intervals.ts';
import type { PlannedClaim } from './visit-claims.ts';
import { NOTHING_ELSE, type PlannedPart, type StoredBlock } from './planned-part.ts';
import { accept, refuse, type Result } from './refusals.ts';
import { busyFor, type ReadClaim } from './situation.ts';

export type BlockPart = PartOf<'block' | 'unblock'>;

/** What is read to judge an intent about a block; `null` where it does not exist in the organization. */
export interface BlockSituation {
	block: StoredBlock | null;
	clinic: { id: string; zone: string } | null;
	/** Practitioners and staff, and rooms and equipment of that clinic, can be blocked. */
	resource: { id: string; kind: BlockableKind } | null;
	/** What takes the resource during the wanted time. */
	claims: ReadClaim[];
}

type BlockableKind = 'practitioner' | 'room' | 'equipment' | 'staff';

/** Judges one intent about a block: existence, permission, revision, and that nobody is booked in that time. */
export function judgeBlock(
	intent: BlockPart,
	situation: BlockSituation,
	actor: Actor,
	now: number
): Result<PlannedPart> {
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
	if (intent.kind === 'unblock') return judgeRemoval(intent, block!, clinic.zone);
	const { overVisits } = intent;
	if (overVisits) {
		const isOwn = resource.kind === 'practitioner';
		const subject = {
			...{ organizationId: actor.organizationId, clinicId: clinic.id },
			practitionerId: isOwn ? resource.id : null
		};
		// Only a doctor's time can be taken over visits: a room that cannot be used has nowhere else to see them.
		if (!isOwn) return refuse('invalid', { field: 'overVisits' });
		if (!authorize(actor, 'appointment.override', subject)) {
			return refuse('not-allowed', { field: 'overVisits' });
		}
	}
	return judgeNewBlock(intent, situation.claims, clinic.zone, resource.kind, now);
}

function judgeNewBlock(
	intent: PartOf<'block'>,
	claims: ReadClaim[],
	zone: string,
	kind: BlockableKind,
	now: number
): Result<PlannedPart> {
	const { clinicId, resourceId, startsAt, durationMinutes } = intent.changes;
	// Whoever blocks time waits for nobody who is still choosing.
	const isInTheWay = (claim: ReadClaim) => claim.holdId === null;
	const busy = claims.filter(isInTheWay);
	const visits = intent.overVisits ? busy.filter(({ blockId }) => blockId === null) : [];
	if (busy.length > visits.length) {
		const hasBlocks = kind === 'practitioner' || kind === 'room';
		const onlyBlocks = hasBlocks && busy.every((taken) => taken.blockId !== null);
		return refuse(onlyBlocks ? `${kind}-blocked` : `${kind}-busy`, {
			obstacles: busyFor(busy, { holdOwner: null, now }).map(({ start, end, ...owner }) => ({
				...{ resourceId, from: start, until: end },
				...owner
			}))
		});
	}
	const endHolds = claims.flatMap(({ holdId }) => (holdId === null ? [] : [holdId]));
	const row: StoredBlock = {
		id: intent.blockId,
		clinicId,
		resourceId,
		startsAt,
		endsAt: startsAt + durationMinutes * MINUTE_MS,
		kind: intent.changes.kind,
		revision: 1,
		removed: false,
		overVisits: visits.length > 0
	};
	const visitIds = [...new Set(visits.map(({ appointmentId }) => appointmentId!))];
	return accept({
		...NOTHING_ELSE,
		endHolds,
		override: row.overVisits ? overrideOn(row, zone) : null,
		subject: { kind: 'block', row },
		expectedRevision: null,
		locks: [resourceId],
		claims: claimsOf(row, visits),
		event: {
			...{ kind: 'block', before: null },
			after: row.overVisits ? { ...told(row), overVisits: visitIds } : told(row)
		},
		boards: boardsOf(row, zone)
	});
}

/** Time that visits have is claimed beside them; the rest is the block's alone, and so nobody is booked into it. */
function claimsOf(row: StoredBlock, visits: readonly Interval[]): PlannedClaim[] {
	const whole = { start: row.startsAt, end: row.endsAt };
	const claim = (span: Interval, exclusive: boolean) => ({
		resourceId: row.resourceId,
		...span,
		exclusive
	});
	return [
		...subtract([whole], visits).map((span) => claim(span, true)),
		...intersect([whole], union(visits)).map((span) => claim(span, false))
	];
}

/** It counts against what the doctor agreed to, as a visit over another does. */
function overrideOn({ resourceId, startsAt }: StoredBlock, zone: string): PlannedPart['override'] {
	const day = dayInterval(localDateOf(startsAt, zone), zone);
	return { practitionerId: resourceId, from: day.start, until: day.end };
}

function judgeRemoval(
	intent: PartOf<'unblock'>,
	block: StoredBlock,
	zone: string
): Result<PlannedPart> {
	if (intent.basedOnRevision !== block.revision) {
		return refuse('stale-revision', { field: 'basedOnRevision' });
	}
	const row = { ...block, removed: true, revision: block.revision + 1 };
	return accept({
		...NOTHING_ELSE,
		subject: { kind: 'block', row },
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
