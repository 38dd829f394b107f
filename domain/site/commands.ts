/** Changing an organization's public site. Each change is in the audit, by the names of what was changed. */
import { and, asc, desc, eq, notInArray } from 'drizzle-orm';
import type { Database } from '../../db/database.ts';
import {
	organizations,
	practitioners,
	roleAssignments,
	siteAddresses,
	sites,
	users
} from '../../db/schema/index.ts';
import { SQL_STATE, sqlStateOf } from '../../db/sql-state.ts';
import { forActor, type Transaction } from '../../db/transaction.ts';
import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';
import { audit } from '../access/commands/audit.ts';
import { accept, refuse, type Result } from '../scheduling/refusals.ts';
import { SITE_LANGUAGES, SITE_TEXTS, textsIn } from './site.ts';
import { OTHER_LANGUAGES } from './translations.ts';
import type {
	DoctorInput,
	DoctorOnSite,
	NewSite,
	PublishInput,
	SiteInput,
	SpecialtiesInput
} from './site-input.ts';
import { aboutInOthers } from './site-setup.ts';

/** Whose name stands where a stranger books. */
const ACCOUNT_NAME = 'Online booking';

/** Addresses that a site keeps: whoever needs more gives up the oldest. */
export const MAX_ADDRESSES = 10;

/**
 * Makes the site of an organization that has none, not published, and the account that strangers' visits are booked
 * with. @returns `invalid` with `slug` when another organization has or had the address
 */
export function makeSite(
	database: Database,
	actor: Actor,
	{ slug }: NewSite
): Promise<Result<null>> {
	const { organizationId } = actor;
	return change(database, actor, async (transaction) => {
		// Two at once: the second one waits, and finds that there is one.
		await transaction
			.select({ id: organizations.id })
			.from(organizations)
			.where(eq(organizations.id, organizationId))
			.for('update');
		if (await lockedSite(transaction, organizationId)) return refuse('stale-revision');
		const accountId = crypto.randomUUID();
		await transaction.insert(users).values({
			...{ organizationId, id: accountId, name: ACCOUNT_NAME, passwordHash: null },
			email: `online@${accountId}.invalid`
		});
		await transaction
			.insert(roleAssignments)
			.values({ organizationId, id: crypto.randomUUID(), userId: accountId, role: 'visitor' });
		await transaction.insert(sites).values({ organizationId, accountId, slug });
		await auditSite(transaction, actor, ['made', 'slug']);
		return accept(null);
	});
}

/** Stores address, colour and texts. Addresses that it had before go on leading to it. */
export function saveSite(
	database: Database,
	actor: Actor,
	{ revision, slug, hue, currency, texts }: SiteInput
): Promise<Result<null>> {
	return changeStored(database, actor, revision, (stored) => {
		const fields = [
			...(slug === stored.slug ? [] : ['slug']),
			...(hue === stored.hue ? [] : ['hue']),
			...(currency === stored.currency ? [] : ['currency']),
			...SITE_LANGUAGES.flatMap((language) => {
				const [before, after] = [textsIn(stored.texts, language), textsIn(texts, language)];
				return SITE_TEXTS.filter((name) => before[name] !== after[name]).map(
					(name) => `${name} (${language})`
				);
			})
		];
		return { fields, set: { slug, hue, currency, texts } };
	});
}

/** Stores what specialties are called in the languages beside the first. */
export function saveSpecialties(
	database: Database,
	actor: Actor,
	{ revision, specialties }: SpecialtiesInput
): Promise<Result<null>> {
	return changeStored(database, actor, revision, () => ({
		...{ fields: ['specialties'], set: { specialties } }
	}));
}

/** Opens the site to everybody, or closes it: then its pages are not there. */
export function publishSite(
	database: Database,
	actor: Actor,
	{ revision, published }: PublishInput
): Promise<Result<null>> {
	return changeStored(database, actor, revision, (stored) => {
		const field = published ? 'published' : 'unpublished';
		return { fields: stored.published === published ? [] : [field], set: { published } };
	});
}

type StoredSite = typeof sites.$inferSelect;

/**
 * Changes the site as whoever changes it has seen it.
 * @param changeOf what is stored instead, and the names of what is changed by that; none: nothing is stored
 * @returns `not-found` where there is no site, `stale-revision` where somebody changed it meanwhile
 */
function changeStored(
	database: Database,
	actor: Actor,
	revision: number,
	changeOf: (stored: StoredSite) => { fields: string[]; set: Partial<StoredSite> }
): Promise<Result<null>> {
	const { organizationId } = actor;
	return change(database, actor, async (transaction) => {
		const stored = await lockedSite(transaction, organizationId);
		if (!stored) return refuse('not-found');
		if (stored.revision !== revision) return refuse('stale-revision');
		const { fields, set } = changeOf(stored);
		if (fields.length === 0) return accept(null);
		await transaction
			.update(sites)
			.set({ ...set, revision: revision + 1 })
			.where(eq(sites.organizationId, organizationId));
		if (set.slug !== undefined) await forgetOldest(transaction, organizationId, set.slug);
		await auditSite(transaction, actor, fields);
		return accept(null);
	});
}

/** Stores what patients are shown of a doctor. */
export function saveDoctorOnSite(
	database: Database,
	actor: Actor,
	{ id, shown, wanted }: DoctorInput
): Promise<Result<null>> {
	const { organizationId } = actor;
	return change(database, actor, async (transaction) => {
		const isDoctor = and(
			eq(practitioners.organizationId, organizationId),
			eq(practitioners.id, id)
		);
		const [stored] = await transaction.select().from(practitioners).where(isDoctor).for('update');
		if (!stored) return refuse('not-found', { field: 'id' });
		const before = { ...stored, aboutIn: aboutInOthers(stored.translations) };
		if (!isSame(before, shown)) return refuse('stale-revision');
		const { listed, languages, about, aboutIn } = wanted;
		const fields = (['listed', 'languages', 'about'] as const).filter(
			(field) => String(stored[field]) !== String(wanted[field])
		);
		const others = OTHER_LANGUAGES.filter(
			(language) => before.aboutIn[language] !== (aboutIn[language] ?? '')
		);
		const changed = [...fields, ...others.map((language) => `about (${language})`)];
		if (changed.length === 0) return accept(null);
		const translations = Object.fromEntries(
			OTHER_LANGUAGES.map((language) => [language, { about: aboutIn[language] ?? '' }])
		);
		await transaction
			.update(practitioners)
			.set({ listed, languages, about, translations })
			.where(isDoctor);
		await auditSite(transaction, actor, changed, { kind: 'practitioner', id });
		return accept(null);
	});
}

/** The texts are trimmed where they come in, so those that came in by an import are compared without their edges. */
function isSame(stored: DoctorOnSite, shown: DoctorOnSite): boolean {
	return (
		stored.listed === shown.listed &&
		stored.about.trim() === shown.about &&
		OTHER_LANGUAGES.every(
			(language) => (stored.aboutIn[language] ?? '') === (shown.aboutIn[language] ?? '')
		) &&
		String(stored.languages) === String(shown.languages)
	);
}

/** @returns the organization's site, which nobody else changes meanwhile; none: `undefined` */
export async function lockedSite(transaction: Transaction, organizationId: string) {
	const [stored] = await transaction
		.select()
		.from(sites)
		.where(eq(sites.organizationId, organizationId))
		.for('update');
	return stored;
}

/** A trigger keeps each address (migration 0024); nobody may hoard them. */
async function forgetOldest(
	transaction: Transaction,
	organizationId: string,
	present: string
): Promise<void> {
	const own = eq(siteAddresses.organizationId, organizationId);
	const kept = await transaction
		.select({ slug: siteAddresses.slug })
		.from(siteAddresses)
		.where(own)
		.orderBy(desc(siteAddresses.since), asc(siteAddresses.slug))
		.limit(MAX_ADDRESSES);
	const slugs = [present, ...kept.map(({ slug }) => slug)];
	await transaction.delete(siteAddresses).where(and(own, notInArray(siteAddresses.slug, slugs)));
}

/** @param fields the names of what was changed */
export function auditSite(
	transaction: Transaction,
	actor: Actor,
	fields: readonly string[],
	subject = { kind: 'organization', id: actor.organizationId }
): Promise<void> {
	return audit(transaction, actor, { kind: 'site-changed', subject, detail: { fields } });
}

/** Whoever may not change the site is refused before anything is read. */
export async function change(
	database: Database,
	actor: Actor,
	work: (transaction: Transaction) => Promise<Result<null>>
): Promise<Result<null>> {
	const everywhere = {
		organizationId: actor.organizationId,
		clinicId: null,
		practitionerId: null
	};
	if (!authorize(actor, 'site.write', everywhere)) return refuse('not-allowed');
	try {
		return await forActor(database, actor, work);
	} catch (fault) {
		// Either table says so: the present addresses and those that somebody had before.
		if (sqlStateOf(fault) === SQL_STATE.uniqueViolation)
			return refuse('invalid', { field: 'slug' });
		throw fault;
	}
}
