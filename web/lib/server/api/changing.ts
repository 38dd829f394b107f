/** From a call to a command and back. */
import { derivedId } from '#db/derived-id.ts';
import type { Actor } from '#domain/access/actor.ts';
import { isDenial } from '#domain/access/denial.ts';
import { localDateOf } from '#domain/availability/local-day.ts';
import { clinicsOf } from '#domain/directory/queries.ts';
import { resourceNames } from '#domain/directory/queries.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import type { Intent, Part } from '#domain/scheduling/intents.ts';
import { clinicOfAppointment } from '#domain/scheduling/queries.ts';
import type { WordsContext } from '#domain/scheduling/refusal-words.ts';
import type { Refusal } from '#domain/scheduling/refusals.ts';
import { database } from '../database.ts';
import { noteRefusal } from '../refusals.ts';
import { API_ROOT, answerWith } from './operation.ts';
import { refusalProblem } from './problem.ts';

/** Ids that the audit keeps of one refusal. */
const MOST_TOLD = 20;

/** For refusals without a clinic: they name no times. */
export const NO_WORDS: WordsContext = { nameOf: () => undefined, zone: 'UTC' };

/** Carries the intent out and answers with its verdict: for one key always the same. */
export async function change(actor: Actor, intent: Intent): Promise<Response> {
	const verdict = await carryOut(database(), actor, intent, { source: 'api', exactRevision: true });
	if (verdict.outcome === 'refused') {
		return refusalProblem(verdict.refusal, await wordsFor(actor, intent, verdict.refusal));
	}
	const { subjectId, revision } = verdict;
	const created = intent.kind === 'book' || intent.kind === 'block';
	const resource = intent.kind === 'book' ? 'appointments' : 'blocks';
	return answerWith(
		{ id: subjectId, revision },
		{
			revision,
			...(created ? { status: 201, location: `${API_ROOT}/${resource}/${subjectId}` } : {})
		}
	);
}

/** Carries several changes out together; what is refused is told one by one. */
export async function changeTogether(
	actor: Actor,
	key: string,
	parts: Part[],
	status: 200 | 201 = 200
): Promise<Response> {
	const intent: Intent = { kind: 'together', id: key, madeAt: Date.now(), parts };
	const verdict = await carryOut(database(), actor, intent, { source: 'api', exactRevision: true });
	if (verdict.outcome !== 'refused') {
		const { subjectId, revision, others = [] } = verdict;
		const changed = [{ subjectId, revision }, ...others];
		return answerWith(
			{ changed: changed.map((one) => ({ id: one.subjectId, revision: one.revision })) },
			{ status }
		);
	}
	const refusal = unknownOr(verdict.refusal);
	// Its answer is about the whole, and says neither 403 nor 404.
	if (refusal.code === 'some-refused' && isDenial(refusal)) {
		const subjectIds = refusal
			.parts!.filter((part) => isDenial(part.refusal))
			.map((part) => part.subjectId)
			.slice(0, MOST_TOLD);
		await noteRefusal(actor, { detail: { code: refusal.code, subjectIds } });
	}
	const obstacles = (refusal.parts ?? []).flatMap((part) => part.refusal.obstacles ?? []);
	const [first] = parts;
	const about = first && { ...first, id: key, madeAt: 0 };
	return refusalProblem(
		refusal,
		about ? await wordsFor(actor, about as Intent, { ...refusal, obstacles }) : NO_WORDS
	);
}

/** What is not there at all is no matter of the others being in the way. */
function unknownOr(refusal: Refusal): Refusal {
	const { parts = [] } = refusal;
	const unknown = parts.length > 0 && parts.every((part) => part.refusal.code === 'not-found');
	if (!unknown) return refusal;
	const fields = new Set(parts.map((part) => part.refusal.field));
	const [field] = fields;
	return { ...refusal, code: 'not-found', ...(fields.size === 1 && field ? { field } : {}) };
}

/**
 * @returns the id of what a request makes. It follows from the author and the key, so that the request, sent again,
 *   is the same intent.
 */
export function idFrom(actor: Actor, key: string): string {
	return derivedId(JSON.stringify([actor.organizationId, actor.userId, key]));
}

/**
 * The clinic's zone and the day that was asked for, so that the words give times as the clinic's wall does, and the
 * names of doctors and rooms, for whoever may see that clinic's board.
 */
async function wordsFor(
	actor: Actor,
	intent: Intent,
	{ obstacles = [] }: Pick<Refusal, 'obstacles'>
): Promise<WordsContext> {
	const clinicId = await clinicOf(actor, intent);
	const startsAt =
		'changes' in intent && 'startsAt' in intent.changes ? intent.changes.startsAt : undefined;
	return wordsAt(actor, { clinicId, startsAt }, { obstacles });
}

/** The same for a wish that is no intent. */
export async function wordsAt(
	actor: Actor,
	{ clinicId, startsAt }: { clinicId: string | null; startsAt?: number | undefined },
	{ obstacles = [] }: Pick<Refusal, 'obstacles'>
): Promise<WordsContext> {
	const clinics = clinicId === null ? [] : await clinicsOf(database(), actor);
	const zone = clinics.find(({ id }) => id === clinicId)?.zone;
	if (zone === undefined) return NO_WORDS;
	const inTheWay = obstacles.map(({ resourceId }) => resourceId);
	const names = await resourceNames(database(), actor, inTheWay);
	return {
		...{ nameOf: (id: string) => names.get(id), zone },
		...(startsAt === undefined ? {} : { date: localDateOf(startsAt, zone) })
	};
}

async function clinicOf(actor: Actor, intent: Intent): Promise<string | null> {
	if (intent.kind === 'book' || intent.kind === 'block') return intent.changes.clinicId;
	if (!('appointmentId' in intent)) return null;
	return clinicOfAppointment(database(), actor, intent.appointmentId);
}
