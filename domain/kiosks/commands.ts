/** Making, opening and closing the screens at a clinic's entrance. */
import { and, eq, gt, isNull } from 'drizzle-orm';
import type { Database } from '../../db/database.ts';
import { clinics, kiosks, roleAssignments, users } from '../../db/schema/index.ts';
import { newSecret, secretHash } from '../../db/sessions.ts';
import { findingOrganization, forActor, inOrganization } from '../../db/transaction.ts';
import type { Actor, Origin } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';
import { audit } from '../access/commands/audit.ts';
import { MINUTE_MS } from '../scheduling/intervals.ts';
import { accept, refuse, type Result } from '../scheduling/refusals.ts';
import { OPENING_MINUTES, openingPath } from './kiosk.ts';
import { kioskActor } from './queries.ts';

/** Shown once: whoever opens it first makes that screen the kiosk. */
export interface OpeningLink {
	accountId: string;
	name: string;
	path: string;
	/** Epoch milliseconds. */
	expiresAt: number;
}

/** Makes a kiosk with an account of its own, which nobody can sign in to and which names it in every history. */
export async function makeKiosk(
	database: Database,
	actor: Actor,
	{ clinicId, name }: { clinicId: string; name: string },
	now: number = Date.now()
): Promise<Result<OpeningLink>> {
	const { organizationId } = actor;
	if (!mayWrite(actor, clinicId)) return refuse('not-allowed');
	const accountId = crypto.randomUUID();
	const { secret, expiresAt } = newLink(now);
	return forActor(database, actor, async (transaction) => {
		const own = { organizationId };
		const [clinic] = await transaction
			.select({ id: clinics.id })
			.from(clinics)
			.where(and(eq(clinics.organizationId, organizationId), eq(clinics.id, clinicId)));
		if (!clinic) return refuse('not-found', { field: 'clinicId' });
		await transaction.insert(users).values({
			...{ ...own, id: accountId, name: `Kiosk: ${name}` },
			...{ email: `kiosk-${accountId}@dayboard.invalid`, passwordHash: null }
		});
		await transaction.insert(roleAssignments).values({
			...{ ...own, id: crypto.randomUUID(), userId: accountId, role: 'kiosk', clinicId }
		});
		await transaction.insert(kiosks).values({
			...{ ...own, id: secretHash(secret), clinicId, accountId, name },
			...{ madeBy: actor.userId, opensUntil: new Date(expiresAt) }
		});
		await audit(transaction, actor, entry('kiosk-made', accountId, clinicId));
		return accept({ accountId, name, path: openingPath(secret), expiresAt });
	});
}

/** Makes a new link for a kiosk; the screen that had it stops being it. */
export function renewKiosk(
	database: Database,
	actor: Actor,
	accountId: string,
	now: number = Date.now()
): Promise<Result<OpeningLink>> {
	const { secret, expiresAt } = newLink(now);
	return change(database, actor, accountId, 'kiosk-made', {
		...{ id: secretHash(secret), openedAt: null, opensUntil: new Date(expiresAt) }
	}).then((done) =>
		done.ok
			? accept({ accountId, name: done.value.name, path: openingPath(secret), expiresAt })
			: done
	);
}

/** Closes a kiosk for good; its screen says so within seconds. */
export function closeKiosk(
	database: Database,
	actor: Actor,
	accountId: string,
	now: number = Date.now()
): Promise<Result<{ name: string }>> {
	return change(database, actor, accountId, 'kiosk-closed', { endedAt: new Date(now) });
}

function change(
	database: Database,
	actor: Actor,
	accountId: string,
	kind: 'kiosk-made' | 'kiosk-closed',
	fields: Partial<typeof kiosks.$inferInsert>
): Promise<Result<{ name: string }>> {
	const { organizationId } = actor;
	const isIt = and(
		...[eq(kiosks.organizationId, organizationId), eq(kiosks.accountId, accountId)],
		isNull(kiosks.endedAt)
	);
	return forActor(database, actor, async (transaction) => {
		const [kiosk] = await transaction.select().from(kiosks).where(isIt);
		// Whoever may not change it need not know that it is there.
		if (!kiosk) return refuse(mayWrite(actor, null) ? 'not-found' : 'not-allowed');
		if (!mayWrite(actor, kiosk.clinicId)) return refuse('not-allowed');
		await transaction.update(kiosks).set(fields).where(isIt);
		await audit(transaction, actor, entry(kind, accountId, kiosk.clinicId));
		return accept({ name: kiosk.name });
	});
}

/** @returns the kiosk that a link opens, or `null` for one that was used, is too old, or none of ours */
export async function kioskToOpen(
	database: Database,
	secret: string
): Promise<{ name: string; organizationId: string } | null> {
	const [found] = await findingOrganization(database, (transaction) =>
		transaction.select().from(kiosks).where(opensNow(secret))
	);
	return found ?? null;
}

/**
 * Makes the screen that asks the kiosk. A link works once: its secret is replaced by the screen's own.
 * @returns the secret for the screen's cookie, or `null` when the link does not work (any more)
 */
export async function openKiosk(
	database: Database,
	secret: string,
	origin: Origin | null
): Promise<string | null> {
	const found = await kioskToOpen(database, secret);
	if (!found) return null;
	const own = newSecret();
	return inOrganization(database, found.organizationId, async (transaction) => {
		const [kiosk] = await transaction
			.update(kiosks)
			.set({ id: secretHash(own), openedAt: new Date() })
			.where(opensNow(secret))
			.returning();
		if (!kiosk) return null;
		const { accountId, clinicId } = kiosk;
		const actor = kioskActor(kiosk, origin);
		await audit(transaction, actor, entry('kiosk-opened', accountId, clinicId));
		return own;
	});
}

const opensNow = (secret: string) =>
	and(
		eq(kiosks.id, secretHash(secret)),
		...[isNull(kiosks.openedAt), isNull(kiosks.endedAt), gt(kiosks.opensUntil, new Date())]
	);

function newLink(now: number): { secret: string; expiresAt: number } {
	return { secret: newSecret(), expiresAt: now + OPENING_MINUTES * MINUTE_MS };
}

function mayWrite(actor: Actor, clinicId: string | null): boolean {
	const { organizationId } = actor;
	return authorize(actor, 'kiosk.write', { organizationId, clinicId, practitionerId: null });
}

function entry(kind: 'kiosk-made' | 'kiosk-opened' | 'kiosk-closed', id: string, clinicId: string) {
	return { kind, subject: { kind: 'user', id }, clinicId } as const;
}
