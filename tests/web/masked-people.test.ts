import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patients } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import type { Actor } from '#domain/access/actor.ts';
import { documentName, PEOPLE_MAP, type DocumentName } from '#domain/board/documents.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import { API_ROOT } from '#web/lib/server/api/operation.ts';
import { OPERATIONS } from '#web/lib/server/api/operations.ts';
import { ROUTE_ACCESS } from '#web/lib/server/route-access.ts';
import { sessionFactory, staffFactory } from '../factories/clinic-factory.ts';
import { filledOrganization, type FilledOrganization } from '../factories/filled-organization.ts';
import { startDayboard, type RunningDayboard } from '../support/dayboard.ts';
import { Client, honestHeaders } from '../support/sync-client.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';
import { until } from '../support/until.ts';
import { tokenFor } from './api/api-client.ts';
import { OPERATION_SAMPLES } from './foreign/operation-samples.ts';

const STARTS_AT = Date.UTC(2040, 0, 4, 9);
const DATE = '2040-01-04';
/** What must reach nobody who may not know who a patient is. */
const SECRETS = [
	'Zawadowska',
	'Bronis',
	'1961-04-30',
	'600123457',
	'bz@patient',
	'stick',
	'cramped'
];
const MASKED = { initials: 'B. Z.', birthYear: 1961, phoneEnd: '457' };

let fresh: FreshDatabase;
let dayboard: RunningDayboard;
let at: FilledOrganization;
let support: Actor;
let session: string;
let token: string;
beforeAll(async () => {
	fresh = await freshDatabase();
	at = await filledOrganization(fresh.database, STARTS_AT);
	await inOrganization(fresh.database, at.organizationId, (transaction) =>
		transaction
			.update(patients)
			.set({
				...{ familyName: 'Zawadowska', givenName: 'Bronisława', birthDate: '1961-04-30' },
				...{ phone: '+48600123457', email: 'bz@patient.example', searchText: 'zawadowska' }
			})
			.where(eq(patients.id, at.patientIds[0]!))
	);
	await move('A cramped day');
	support = await staffFactory(fresh.database, at, { role: 'support' });
	session = await sessionFactory(fresh.database, support);
	token = await tokenFor(fresh.database, support, { scopes: ['read', 'write'] });
	dayboard = await startDayboard({ scale: 'none', databaseUrl: fresh.url });
}, 300_000);
afterAll(async () => {
	await dayboard.close();
	await fresh.drop();
});

let revision = 1;
/** Moves the patient's visit beyond the hours of its doctor. */
async function move(override: string): Promise<void> {
	const verdict = await carryOut(
		fresh.database,
		at.administrator,
		{
			...{ kind: 'move', id: crypto.randomUUID(), madeAt: 0, basedOnRevision: revision },
			...{ appointmentId: at.appointmentId, override },
			changes: { startsAt: STARTS_AT + (9 + revision) * 3_600_000 }
		},
		{ now: STARTS_AT - 86_400_000 }
	);
	if (verdict.outcome !== 'accepted') throw new Error(JSON.stringify(verdict));
	revision = verdict.revision;
}

function expectNoSecret(text: string, where: string): void {
	const told = SECRETS.filter((secret) => text.includes(secret));
	expect([where, told]).toEqual([where, []]);
}

const PARAMETERS: Record<string, () => string> = {
	clinicId: () => at.clinicId,
	date: () => DATE,
	appointmentId: () => at.appointmentId,
	documentId: () => at.documentId
};

describe('what reaches somebody who finds visits and may not know patients', () => {
	it('over HTTP, on every page and endpoint, is never who it is', async () => {
		// Whoever may know is told: the texts that are looked for are the right ones.
		const known = await fetch(`${dayboard.url}/board/appointments/${at.appointmentId}`, {
			headers: { cookie: `dayboard_session=${at.session}` }
		});
		const told = await known.text();
		expect(SECRETS.slice(0, 6).filter((secret) => !told.includes(secret))).toEqual([]);
		const routes = Object.keys(ROUTE_ACCESS).filter((id) => id !== '/sign-out');
		for (const route of routes) {
			const path = route.replace(/\[(\w+)\]/g, (_, name: string) => PARAMETERS[name]?.() ?? 'x');
			for (const method of ['GET', 'POST']) {
				const response = await fetch(dayboard.url + path, {
					...{ method, redirect: 'manual' },
					headers: {
						...{ cookie: `dayboard_session=${session}`, origin: dayboard.url },
						...(method === 'POST' ? { 'content-type': 'application/json' } : {})
					},
					...(method === 'POST' ? { body: JSON.stringify({ text: 'zawadowska' }) } : {})
				});
				expectNoSecret(await response.text(), `${method} ${route}`);
			}
			const data = await fetch(`${dayboard.url}${path}/__data.json`, {
				...{ redirect: 'manual', headers: { cookie: `dayboard_session=${session}` } }
			});
			expectNoSecret(await data.text(), `${route} as data`);
		}
	});

	it('over the interface is never who it is, and is masked where a visit may be read', async () => {
		const answers = new Map<string, { status: number; text: string }>();
		for (const operation of OPERATIONS) {
			const { params = {}, body, revision = 1 } = OPERATION_SAMPLES[operation.id]!(at);
			const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => params[name]!);
			const response = await fetch(dayboard.url + API_ROOT + path, {
				method: operation.method,
				headers: {
					authorization: `Bearer ${token}`,
					...(body === undefined ? {} : { 'content-type': 'application/json' }),
					...{ 'idempotency-key': crypto.randomUUID(), 'if-match': `"${revision}"` }
				},
				...(body === undefined ? {} : { body: JSON.stringify(body) })
			});
			const text = await response.text();
			answers.set(operation.id, { status: response.status, text });
			expectNoSecret(text, operation.id);
			if (operation.changes) expect([operation.id, response.ok]).toEqual([operation.id, false]);
		}
		expect(JSON.parse(answers.get('readAppointment')!.text)).toMatchObject({ patient: MASKED });
		const { appointments } = JSON.parse(answers.get('readBoard')!.text) as {
			appointments: { patient: object }[];
		};
		expect(appointments.map(({ patient }) => patient)).toEqual([MASKED]);
		expect(answers.get('searchPatients')!.status).toBe(403);
	});

	it('in documents is never who it is, also after a change', async () => {
		const client = new Client(
			...([
				`localhost:${dayboard.port}`,
				honestHeaders(`localhost:${dayboard.port}`, session)
			] as const)
		);
		try {
			const { clinicId } = at;
			const place = { clinicId, date: DATE, epoch: await client.epochOf(clinicId, DATE) };
			const practitionerId = at.practitionerIds[0]!;
			for (const name of [
				{ kind: 'people', ...place, practitionerId: null },
				{ kind: 'people', ...place, practitionerId }
			] satisfies DocumentName[]) {
				expect(await client.open(documentName(name))).toBe('forbidden');
			}
			const board = await client.mustOpen(documentName({ kind: 'board', ...place }));
			const masked = await client.mustOpen(documentName({ kind: 'masked-people', ...place }));
			const people = () => masked.document.getMap(PEOPLE_MAP).toJSON();
			expect(people()).toEqual({ [at.appointmentId]: MASKED });
			await move('An even more cramped day');
			await until(
				() =>
					(board.document.getMap('appointments').get(at.appointmentId) as { revision: number })
						.revision === revision,
				'the move to be there'
			);
			expect(people()).toEqual({ [at.appointmentId]: MASKED });
			for (const { document } of [board, masked]) {
				const all = [...document.share.keys()].map((map) => document.getMap(map).toJSON());
				expectNoSecret(JSON.stringify(all), 'documents');
			}
		} finally {
			client.close();
		}
	});
});
