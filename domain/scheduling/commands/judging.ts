/** Reads what an intent is judged on, and judges it: a change alone, or several as if they were made in turn. */
import { readBlockSituation, readSituation } from '../../../db/command-path.ts';
import type { Database } from '../../../db/database.ts';
import type { Actor } from '../../access/actor.ts';
import { findAlternatives } from '../../availability/queries/alternatives.ts';
import { takesTime } from '../appointment.ts';
import type { SessionPlace } from '../group-sessions.ts';
import { holdOwnerOf } from '../holds.ts';
import { subjectIdOf, type Intent, type Part } from '../intents.ts';
import { judgeBlock, type BlockPart } from '../judge-block.ts';
import { judgeVisit, type JudgeOptions } from '../judge-visit.ts';
import { isVisitPart, situationQueryFor, type VisitPart } from '../visit-part.ts';
import type { StoredAppointment } from '../stored-appointment.ts';
import type { PlannedPart } from '../planned-part.ts';
import { readPastChange } from '../queries/past-change.ts';
import { accept, refuse, type Refusal, type Result } from '../refusals.ts';
import type { ReadClaim, ReadSituation } from '../situation.ts';
import { asStepBack, stepsBack, type StepBack } from '../undo.ts';

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
	switch (intent.kind) {
		case 'together': {
			const steps = intent.parts.map((part) => ({ part, back: null }));
			return judgeTogether(database, actor, steps, options);
		}
		case 'undo':
			return judgeUndo(database, actor, intent.intentId, options);
		default: {
			const step = { part: intent, back: null };
			const judged = await judgeOne(database, actor, step, options, NOTHING, true);
			return judged.ok ? accept([judged.value]) : judged;
		}
	}
}

/** Whoever changes the same visit again and again meanwhile has the last word. */
const MAX_REREADS = 5;

/** What takes an earlier intent back is judged on what is there now, and only if nothing came in between. */
async function judgeUndo(
	database: Database,
	actor: Actor,
	intentId: string,
	options: JudgeOptions
): Promise<Result<PlannedPart[]>> {
	const exactly = { ...options, exactRevision: true };
	for (let attempt = 0; attempt < MAX_REREADS; attempt++) {
		const past = await readPastChange(database, actor, intentId, options.now);
		if (past === null) return refuse('nothing-to-undo');
		const way = stepsBack(past);
		if (!way.ok) return way;
		const steps = way.value.map((back) => ({ part: back.part, back }));
		const judged = await judgeTogether(database, actor, steps, exactly);
		if (judged.ok) return judged;
		const refused = judged.refusal.parts ?? [];
		if (refused.some(({ refusal }) => refusal.code === 'stale-revision')) continue;
		const [first] = refused;
		if (steps.length > 1 || !first) return judged;
		const { code, ...detail } = first.refusal;
		return refuse(code, detail);
	}
	return refuse('too-busy');
}

/** A change that is asked for, or one on the way back from an earlier one. */
interface Step {
	part: Part;
	back: StepBack | null;
}

/** Each part is judged as if those before it were made, and all that are to move had left already. */
async function judgeTogether(
	database: Database,
	actor: Actor,
	steps: readonly Step[],
	options: JudgeOptions
): Promise<Result<PlannedPart[]>> {
	const parts = steps.map(({ part }) => part);
	const left = new Set(parts.filter(givesUpTime).map(subjectIdOf));
	const taken: ReadClaim[] = [];
	const planned: PlannedPart[] = [];
	const refused: NonNullable<Refusal['parts']> = [];
	for (const step of steps) {
		// Nobody undoes something to another time.
		const proposing = step.back === null && refused.length < MOST_WITH_ALTERNATIVES;
		const meanwhile = { left, taken };
		const judged = await judgeOne(database, actor, step, options, meanwhile, proposing);
		if (!judged.ok) {
			refused.push({ subjectId: subjectIdOf(step.part), refusal: judged.refusal });
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
	{ part, back }: Step,
	asked: JudgeOptions,
	meanwhile: Meanwhile,
	proposing: boolean
): Promise<Result<PlannedPart>> {
	const options = back === null ? asked : { ...asked, takenBack: back.takenBack };
	const planned = isVisitPart(part)
		? await judgeVisitPart(database, actor, part, options, meanwhile, proposing)
		: await judgeBlockPart(database, actor, part, options, meanwhile);
	return planned.ok && back !== null ? accept(asStepBack(planned.value, back)) : planned;
}

async function judgeBlockPart(
	database: Database,
	actor: Actor,
	part: BlockPart,
	options: JudgeOptions,
	meanwhile: Meanwhile
): Promise<Result<PlannedPart>> {
	const situation = await readBlockSituation(database, actor.organizationId, part);
	const claims = during(situation.claims, meanwhile).filter((claim) =>
		part.kind === 'block' ? meets(claim, part.changes) : false
	);
	return judgeBlock(part, { ...situation, claims }, actor, options.now);
}

async function judgeVisitPart(
	database: Database,
	actor: Actor,
	part: VisitPart,
	options: JudgeOptions,
	meanwhile: Meanwhile,
	proposing: boolean
): Promise<Result<PlannedPart>> {
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
