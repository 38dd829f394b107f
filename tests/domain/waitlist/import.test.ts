/** Lists on their way onto the waitlist, on a real database. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eq } from 'drizzle-orm';
import { practitioners, services } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import { workbookOf } from '#domain/waitlist/commands/import/write-xlsx.ts';
import { importWaitlist } from '#domain/waitlist/commands/import.ts';
import { joinWaitlist } from '#domain/waitlist/commands.ts';
import { entryWishSchema } from '#domain/waitlist/entry.ts';
import type { BadRow } from '#domain/waitlist/import/judge-row.ts';
import type {
	DuplicateRow,
	ImportCounts,
	ImportRequest,
	ImportStep
} from '#domain/waitlist/import/steps.ts';
import { listWaitlist } from '#domain/waitlist/queries.ts';
import { auditRows } from '../../support/audit-rows.ts';
import { clinicFactory, staffFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

let fresh: FreshDatabase;
let owner: pg.Client;
beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

const HEADINGS = 'First name,Last name,Birth date,Phone,E-mail,Service,Note,Waiting since';
const list = (...lines: string[]) => Buffer.from([HEADINGS, ...lines].join('\n'));
const person = (i: number, service = 'Check-up') =>
	`Anna,Nowak${'abcdefghij'[i % 10]}${'abcdefghij'[Math.floor(i / 10) % 10]}${'abcdefghij'[Math.floor(i / 100)]},1984-03-12,+48 ${601_000_000 + i},,${service},,`;

interface Brought {
	steps: ImportStep[];
	counts: ImportCounts | undefined;
	bad: BadRow[];
	duplicates: DuplicateRow[];
}

async function bring(
	clinic: Clinic,
	bytes: Uint8Array,
	more: Partial<ImportRequest> = {},
	now?: number
): Promise<Brought> {
	const request = { mode: 'add' as const, columns: null, order: null, ...more };
	const begun = importWaitlist(fresh.database, clinic.receptionist, bytes, request, now);
	if (!begun.ok) throw new Error(begun.refusal.code);
	const steps = await Array.fromAsync(begun.value);
	const rows = steps.filter((step) => step.kind === 'rows');
	const end = steps.find((step) => step.kind === 'end');
	return {
		...{ steps, counts: end?.counts, bad: rows.flatMap(({ bad }) => bad) },
		duplicates: rows.flatMap(({ duplicates }) => duplicates)
	};
}

const countOf = async (table: string, { organizationId }: Clinic) => {
	const { rows } = await owner.query<{ count: number }>(
		`SELECT count(*)::int AS count FROM ${table} WHERE organization_id = $1`,
		[organizationId]
	);
	return rows[0]!.count;
};

describe('a list with mistakes', () => {
	const mixed = list(
		person(1),
		'Anna,Nowak,1984-02-30,601000002,,Check-up,,',
		'Jan,Kowalski,1970-01-01,601000003,,Chekup,,',
		'=1+1,Kowalski,1970-01-01,601000004,,Check-up,,',
		'',
		person(5)
	);

	it('puts the good rows on the waitlist and names the bad ones with row, column and reason', async () => {
		const clinic = await clinicFactory(fresh.database);
		const { counts, bad } = await bring(clinic, mixed);
		expect(counts).toEqual({ done: 5, total: 5, added: 2, duplicates: 0, bad: 3 });
		expect(bad).toEqual([
			{
				number: 3,
				problems: [{ column: 'Birth date', reason: 'is no date: write 2026-04-03 or 03.04.2026' }]
			},
			{
				number: 4,
				problems: [
					{ column: 'Service', reason: 'is not known: “Chekup”; the nearest is “Check-up”' }
				]
			},
			{
				number: 5,
				problems: [{ column: 'First name', reason: 'holds a formula: put its value there' }]
			}
		]);
		expect(await listWaitlist(fresh.database, clinic.receptionist)).toMatchObject({
			value: [{ service: { id: clinic.serviceId } }, { service: { id: clinic.serviceId } }]
		});
	});

	it('looked through stores nothing at all', async () => {
		const clinic = await clinicFactory(fresh.database);
		const looked = await bring(clinic, mixed, { mode: 'look' });
		expect(looked.counts).toEqual({ done: 5, total: 5, added: 2, duplicates: 0, bad: 3 });
		expect(
			looked.steps.find((step) => step.kind === 'rows' && step.samples.length > 0)
		).toMatchObject({
			samples: [{ number: 2, service: 'Check-up', birthDate: '1984-03-12' }, { number: 7 }]
		});
		expect(await countOf('waitlist_entries', clinic)).toBe(0);
		expect(await countOf('patients', clinic)).toBe(5);
	});

	it('in a workbook is judged alike', async () => {
		const clinic = await clinicFactory(fresh.database);
		const rows = mixed
			.toString()
			.split('\n')
			.map((line) => line.split(','));
		const { counts } = await bring(clinic, workbookOf(rows));
		expect(counts).toMatchObject({ added: 2, bad: 3 });
	});
});

it('keeps everything that a row says, its note sealed', async () => {
	const clinic = await clinicFactory(fresh.database, { zone: 'Europe/Warsaw' });
	const { organizationId, practitionerIds } = clinic;
	await inOrganization(fresh.database, organizationId, (transaction) =>
		transaction
			.update(practitioners)
			.set({ name: 'Dr Łucja Nowak' })
			.where(eq(practitioners.id, practitionerIds[1]!))
	);
	const now = Date.parse('2026-11-28T10:00:00Z');
	const bytes = Buffer.from(
		'Imię;Nazwisko;Data urodzenia;Telefon;Usługa;Placówka;Lekarz;Od dnia;Do dnia;Dni;Godziny od;Godziny do;Pilność;Wyprzedzenie;Czeka od;Uwagi\n' +
			'Łucja;Żółć;12.03.1984;601 234 567;CHECK-UP;north;lek. lucja nowak;01.12.2026;31.01.2027;pn-śr;8:00;12:30;pilny;1 dzień;15.01.2026;Dzwonić po 17\n'
	);
	expect((await bring(clinic, bytes, {}, now)).counts).toMatchObject({ added: 1 });
	const { rows } = await owner.query(
		`SELECT entry.*, patients.family_name, patients.search_text,
				(SELECT array_agg(clinic_id) FROM waitlist_clinics WHERE entry_id = entry.id) AS clinics,
				(SELECT array_agg(practitioner_id) FROM waitlist_practitioners WHERE entry_id = entry.id) AS doctors
			FROM waitlist_entries AS entry JOIN patients ON patients.id = patient_id
			WHERE entry.organization_id = $1`,
		[organizationId]
	);
	expect(rows).toMatchObject([
		{
			...{ family_name: 'Żółć', urgency: 'urgent', weekdays: 0b111, source: 'import' },
			...{ from_minute: 480, until_minute: 750, notice_minutes: 1_440 },
			...{ made_by: clinic.receptionist.userId, state: 'waiting' },
			...{ clinics: [clinic.clinicId], doctors: [practitionerIds[1]] },
			// Midnight in Warsaw.
			waiting_since: new Date('2026-01-14T23:00:00Z'),
			search_text: 'zolc lucja 1984-03-12 12031984 601234567'
		}
	]);
	expect(rows[0].sealed_note).toMatch(/^1\./);
	expect(JSON.stringify(rows)).not.toContain('Dzwonić');
});

describe('duplicates', () => {
	it('are found in the list and on the waitlist, however a number is spelt', async () => {
		const clinic = await clinicFactory(fresh.database);
		const first = await bring(clinic, list('Łucja,Żółć,1984-03-12,601 234 567,,Check-up,,'));
		expect(first.counts).toMatchObject({ added: 1 });
		const { counts, duplicates } = await bring(
			clinic,
			list(
				'LUCJA,Zolc,12.03.1984,0048 601-234-567,l@example.com,check-up,,',
				person(1),
				person(1).replace('+48 601', '601'),
				person(2)
			)
		);
		expect(counts).toMatchObject({ added: 2, duplicates: 2, bad: 0 });
		expect(duplicates).toEqual([
			{ number: 2, sameAs: null },
			{ number: 4, sameAs: 3 }
		]);
	});

	it('are known patients, whom the list puts on the waitlist without making them anew', async () => {
		const clinic = await clinicFactory(fresh.database);
		await owner.query(
			`UPDATE patients SET family_name = 'Nowak', phone = '+48 (601) 234-567',
					search_text = 'nowak anna 1980-01-01 01011980 48601234567'
				WHERE id = $1`,
			[clinic.patientIds[0]]
		);
		await bring(clinic, list('Anna,Nowak,1980-01-01,601234567,,Check-up,,'));
		expect(await countOf('patients', clinic)).toBe(5);
		expect(await listWaitlist(fresh.database, clinic.receptionist)).toMatchObject({
			value: [{ patientId: clinic.patientIds[0] }]
		});
	});

	it('one person may wait for two services', async () => {
		const clinic = await clinicFactory(fresh.database);
		await inOrganization(fresh.database, clinic.organizationId, (transaction) =>
			transaction.insert(services).values({
				...{ organizationId: clinic.organizationId, id: crypto.randomUUID(), name: 'X-ray' },
				...{ durationMinutes: 20, hue: 10, importKey: 'x-ray' }
			})
		);
		expect((await bring(clinic, list(person(1), person(1, 'x-ray')))).counts).toMatchObject({
			...{ added: 2, duplicates: 0 }
		});
		expect(await countOf('patients', clinic)).toBe(6);
	});

	it('whoever was put on the waitlist by hand is not put there again', async () => {
		const clinic = await clinicFactory(fresh.database);
		await bring(clinic, list(person(1)));
		const listed = await listWaitlist(fresh.database, clinic.receptionist);
		const patientId = listed.ok ? listed.value[0]!.patientId : '';
		const today = Temporal.Now.plainDateISO('UTC').toString();
		const wish = entryWishSchema(today).parse({
			...{ serviceId: clinic.serviceId, firstDate: today, lastDate: today }
		});
		expect(
			await joinWaitlist(fresh.database, clinic.receptionist, {
				...{ patientId, wish, source: 'reception', again: 'refuse' }
			})
		).toMatchObject({ refusal: { code: 'already-waiting' } });
	});
});

describe('the same list again', () => {
	const people = Array.from({ length: 450 }, (_, i) => person(i));

	it('puts nobody on the waitlist twice', async () => {
		const clinic = await clinicFactory(fresh.database);
		expect((await bring(clinic, list(...people))).counts).toMatchObject({ added: 450 });
		expect((await bring(clinic, list(...people))).counts).toMatchObject({
			...{ added: 0, duplicates: 450 }
		});
		expect(await countOf('waitlist_entries', clinic)).toBe(450);
		expect(await countOf('patients', clinic)).toBe(455);
	});

	it('goes on where it was stopped', async () => {
		const clinic = await clinicFactory(fresh.database);
		const asked = { mode: 'add', columns: null, order: null } as const;
		const begun = importWaitlist(fresh.database, clinic.receptionist, list(...people), asked);
		if (!begun.ok) throw new Error();
		for await (const step of begun.value) if (step.kind === 'rows') break;
		const there = await countOf('waitlist_entries', clinic);
		expect(there).toBeGreaterThan(0);
		expect(there).toBeLessThan(450);
		expect((await bring(clinic, list(...people))).counts).toMatchObject({
			...{ added: 450 - there, duplicates: there }
		});
		expect(await countOf('patients', clinic)).toBe(455);
	});

	it('by two at the same time makes nobody twice', async () => {
		const clinic = await clinicFactory(fresh.database);
		const both = await Promise.all([0, 1].map(() => bring(clinic, list(...people))));
		expect(both[0]!.counts!.added + both[1]!.counts!.added).toBe(450);
		expect(await countOf('waitlist_entries', clinic)).toBe(450);
		expect(await countOf('patients', clinic)).toBe(455);
	});
});

it('every batch stands in the audit, with its number and no name', async () => {
	const clinic = await clinicFactory(fresh.database);
	await bring(clinic, list(person(1), person(2)));
	const rows = await auditRows(fresh.database, clinic.organizationId, 'waitlist-imported');
	expect(rows).toMatchObject([{ detail: { added: 2 }, subjectKind: 'waitlist-import' }]);
	expect(JSON.stringify(rows)).not.toContain('Nowak');
});

describe('what has to be said first', () => {
	it('which column is what, where a heading does not tell', async () => {
		const clinic = await clinicFactory(fresh.database);
		const bytes = Buffer.from(
			`Nr,Vorname,Surname,Born,Tel,Service\n1,Anna,Nowak,1984-03-12,601000001,Check-up\n`
		);
		const { steps } = await bring(clinic, bytes);
		expect(steps).toMatchObject([{ kind: 'table', missing: ['First name'] }]);
		expect(await countOf('waitlist_entries', clinic)).toBe(0);
		const columns = [
			...[null, 'givenName', 'familyName', 'birthDate', 'phone', 'service']
		] as ImportRequest['columns'];
		expect((await bring(clinic, bytes, { columns })).counts).toMatchObject({ added: 1 });
	});

	it('which of day and month comes first, where no date tells', async () => {
		const clinic = await clinicFactory(fresh.database);
		const bytes = list('Anna,Nowak,03/04/1984,601000001,,Check-up,,');
		const { steps } = await bring(clinic, bytes);
		expect(steps).toMatchObject([{ dateInDoubt: '03/04/1984' }]);
		expect(await countOf('waitlist_entries', clinic)).toBe(0);
		await bring(clinic, bytes, { order: 'month-first' });
		const { rows } = await owner.query(
			`SELECT birth_date::text FROM patients WHERE organization_id = $1 AND family_name = 'Nowak'`,
			[clinic.organizationId]
		);
		expect(rows).toEqual([{ birth_date: '1984-03-04' }]);
	});
});

it('is refused for whoever may not change the waitlist', async () => {
	const clinic = await clinicFactory(fresh.database);
	const doctor = await staffFactory(fresh.database, clinic, { role: 'doctor' });
	const asked = { mode: 'look', columns: null, order: null } as const;
	expect(importWaitlist(fresh.database, doctor, list(person(1)), asked)).toEqual({
		...{ ok: false, refusal: { code: 'not-allowed' } }
	});
});
