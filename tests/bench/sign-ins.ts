/** (g) Whether the time that a refused sign-in takes tells if there is such an account. */
import { eq } from 'drizzle-orm';
import { signIn } from '#domain/access/commands/sign-in.ts';
import { hashPassword } from '#db/passwords.ts';
import { users } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import { clinicFactory, staffFactory } from '../factories/clinic-factory.ts';
import { freshDatabase } from '../support/test-postgres.ts';
import { median, ms, type Figure } from './measure.ts';

export async function benchSignIns({ sample }: { sample: boolean }): Promise<Figure> {
	const rounds = sample ? 5 : 40;
	const fresh = await freshDatabase();
	try {
		const clinic = await clinicFactory(fresh.database);
		const took = async (email: string) => {
			const began = performance.now();
			const { outcome } = await signIn(fresh.database, { email, password: 'wrong' });
			if (outcome !== 'wrong') throw new Error(outcome);
			return performance.now() - began;
		};
		const known: number[] = [];
		const unknown: number[] = [];
		for (let round = 0; round < rounds; round++) {
			// A new account each time: none is locked.
			const { userId, organizationId } = await staffFactory(fresh.database, clinic, {
				role: 'receptionist'
			});
			const passwordHash = await hashPassword('right');
			await inOrganization(fresh.database, organizationId, (transaction) =>
				transaction.update(users).set({ passwordHash }).where(eq(users.id, userId))
			);
			known.push(await took(`${userId}@staff.example`));
			unknown.push(await took(`nobody-${round}@staff.example`));
		}
		const ratio = median(unknown) / median(known);
		return {
			what: '(g) a sign-in that is refused: no such account',
			measured: ms(median(unknown)),
			limit: `${ms(median(known))} wrong password`,
			...{ ratio, aim: '0.9 to 1.1', met: ratio > 0.9 && ratio < 1.1 }
		};
	} finally {
		await fresh.drop();
	}
}
