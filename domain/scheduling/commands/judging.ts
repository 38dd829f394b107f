/** Reads what an intent is judged on, and judges it: a change alone, or several as if they were made in turn. */
import { readBlockSituation, readSituation } from '../../../db/command-path.ts';
import type { Database } from '../../../db/database.ts';
import type { Actor } from '../../access/actor.ts';
import { findAlternatives } from '../../availability/queries/alternatives.ts';
import { takesTime } from '../appointment.ts';
import type { SessionPlace } from '../group-sessions.ts';
import { holdOwnerOf } from '../holds.ts';
import { subjectIdOf, type Intent, type Part } from '../intents.ts';
import { judgeBlock } from '../judge-block.ts';
import {
	isVisitPart,
	judgeVisit,
	situationQueryFor,
	type JudgeOptions,
	type VisitPart
} from '../judge-visit.ts';
import type { StoredAppointment } from '../planned-change.ts';
import type { PlannedPart } from '../planned-part.ts';
import { accept, refuse, type Refusal, type Result } from '../refusals.ts';
import type { ReadClaim, ReadSituation } from '../situation.ts';

/** What earlier parts of the same intent will have left and taken. */
interface Meanwhile {
	/** Visits and blocks whose claims are given up or planned anew. */
	left: ReadonlySet<string>;
	taken: ReadClaim[];
}

const NOTHING: Meanwhile = { left: new Set(), taken: [] };

/** Proposals are looked for as long as somebody would read them. */
const MOST_WITH_ALTERNATIVES = 10;

/** @returns everything that is to be committed in one transaction, or why it cannot be */
export async function judge(
	database: Database,
	actor: Actor,
	intent: Intent,
	options: JudgeOptions
): Promise<Result<PlannedPart[]>> {
	if (intent.kind === 'together') return judgeTogether(database, actor, intent.parts, options);
	const judged = await judgeOne(database, actor, intent, options, NOTHING, true);
	return judged.ok ? accept([judged.value]) : judged;
}

/** Each part is judged as if those before it were made, and all that are to move had left already. */
async function judgeTogether(
	database: Database,
	actor: Actor,
	parts: readonly Part[],
	options: JudgeOptions
): Promise<Result<PlannedPart[]>> {
	const left = new Set(parts.filter(givesUpTime).map(subjectIdOf));
	const taken: ReadClaim[] = [];
	const planned: PlannedPart[] = [];
	const refused: NonNullable<Refusal['parts']> = [];
	for (const part of parts) {
		const proposing = refused.length < MOST_WITH_ALTERNATIVES;
		const meanwhile = { left, taken };
		const judged = await judgeOne(database, actor, part, options, meanwhile, proposing);
		if (!judged.ok) {
			refused.push({ subjectId: subjectIdOf(part), refusal: judged.refusal });
			continue;
		}
		planned.push(judged.value);
		taken.push(...claimsOf(judged.value));
	}
	if (refused.length === 0) return accept(planned);
	return refuse('some-refused', { parts: refused });
}

function givesUpTime(part: Part): boolean {
	switch (part.kind) {
		case 'move':
		case 'resize':
		case 'cancel':
		case 'unblock':
			return true;
		case 'set-status':
			return !takesTime(part.changes.status);
		default:
			return false;
	}
}

function claimsOf({ subject, claims }: PlannedPart): ReadClaim[] {
	const { id } = subject.row;
	return (claims ?? []).map(({ resourceId, start, end }) => ({
		...{ resourceId, start, end },
		appointmentId: subject.kind === 'appointment' ? id : null,
		blockId: subject.kind === 'block' ? id : null,
		...{ holdId: null, expiresAt: null, holdOwner: null },
		session: subject.kind === 'appointment' ? sessionOf(subject.row, resourceId) : null
	}));
}

function sessionOf(row: StoredAppointment, resourceId: string): SessionPlace | null {
	const { place, practitionerId, roomId, serviceId, startsAt, endsAt } = row;
	if (place === null || resourceId === row.patientId) return null;
	return { place, practitionerId, roomId, serviceId, startsAt, endsAt };
}

async function judgeOne(
	database: Database,
	actor: Actor,
	part: Part,
	options: JudgeOptions,
	meanwhile: Meanwhile,
	proposing: boolean
): Promise<Result<PlannedPart>> {
	if (!isVisitPart(part)) {
		const situation = await readBlockSituation(database, actor.organizationId, part);
		const claims = during(situation.claims, meanwhile).filter((claim) =>
			part.kind === 'block' ? meets(claim, part.changes) : false
		);
		return judgeBlock(part, { ...situation, claims }, actor, options.now);
	}
	const query = situationQueryFor(part);
	const stored = await readSituation(database, actor.organizationId, query);
	const read = { ...stored, claims: during(stored.claims, meanwhile) };
	const judged = judgeVisit(part, read, actor, options);
	if (judged.ok || !proposing) return judged;
	return withAlternatives(database, actor, part, read, judged.refusal, options);
}

function during(claims: ReadClaim[], { left, taken }: Meanwhile): ReadClaim[] {
	if (left.size === 0 && taken.length === 0) return claims;
	const isLeft = ({ appointmentId, blockId }: ReadClaim) => left.has((appointmentId ?? blockId)!);
	return [...claims.filter((claim) => !isLeft(claim)), ...taken];
}

function meets(
	claim: ReadClaim,
	wanted: { resourceId: string; startsAt: number; durationMinutes: number }
): boolean {
	return (
		claim.resourceId === wanted.resourceId &&
		claim.start < wanted.startsAt + wanted.durationMinutes * 60_000 &&
		claim.end > wanted.startsAt
	);
}

/** Refusals that another time would cure. */
const CURED_BY_ANOTHER_TIME: readonly Refusal['code'][] = [
	'practitioner-busy',
	'practitioner-blocked',
	'room-busy',
	'room-blocked',
	'equipment-busy',
	'staff-busy',
	'patient-busy',
	'held',
	'session-full',
	'clinic-closed',
	'away',
	'outside-hours',
	'on-break'
];

async function withAlternatives(
	database: Database,
	actor: Actor,
	part: VisitPart,
	read: ReadSituation,
	refusal: Refusal,
	options: JudgeOptions
): Promise<Result<never>> {
	const { code, ...detail } = refusal;
	if (!CURED_BY_ANOTHER_TIME.includes(code)) return refuse(code, detail);
	const alternatives = await findAlternatives(database, actor.organizationId, {
		read,
		query: situationQueryFor(part),
		beholder: { holdOwner: holdOwnerOf(actor), now: options.now }
	});
	return refuse(code, { ...detail, alternatives });
}
