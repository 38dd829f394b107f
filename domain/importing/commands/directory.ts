/** Imports clinics, services, practitioners, rooms and patients: everything that is known by a key alone. */
import {
	insertKeyedRows,
	readKeyedRows,
	updateKeyedRows,
	type KeyedRow,
	type KeyedTable
} from '../../../db/importing/keyed-rows.ts';
import {
	readExceptions,
	readHours,
	readOffers,
	replaceOffers
} from '../../../db/importing/hours-and-offers.ts';
import type { Transaction } from '../../../db/transaction.ts';
import type { CheckedRow } from '../check-rows.ts';
import { unknownKey, type Directory } from '../directory.ts';
import type { ImportRun } from '../import-run.ts';
import {
	clinicColumns,
	patientColumns,
	practitionerColumns,
	roomColumns,
	sameColumns,
	serviceColumns,
	type Columns
} from '../keyed-columns.ts';
import type { ImportKind } from '../kinds.ts';

const CLINICS: KeyedTable = {
	name: 'clinics',
	columns: ['name', 'zone', 'address', 'phone', 'latitude', 'longitude'],
	resourceKind: 'clinic'
};
const SERVICES: KeyedTable = {
	name: 'services',
	columns: [
		...['name', 'duration_minutes', 'buffer_before_minutes', 'buffer_after_minutes'],
		...['room_buffer_before_minutes', 'room_buffer_after_minutes', 'room_kind', 'hue']
	],
	resourceKind: null
};
const PRACTITIONERS: KeyedTable = {
	name: 'practitioners',
	columns: ['name', 'specialty'],
	resourceKind: 'practitioner'
};
const ROOMS: KeyedTable = {
	name: 'rooms',
	columns: ['clinic_id', 'name', 'kind'],
	resourceKind: 'room'
};
const PATIENTS: KeyedTable = {
	name: 'patients',
	columns: [
		...['family_name', 'given_name', 'birth_date', 'phone', 'email', 'established'],
		'search_text'
	],
	resourceKind: 'patient'
};

/** Stores all five kinds in one transaction's worth of statements. */
export async function importDirectory(transaction: Transaction, run: ImportRun): Promise<void> {
	const clinics = await importClinics(transaction, run);
	const services = await store(transaction, run, SERVICES, run.take('services'), serviceColumns);
	await importPractitioners(transaction, run, services);
	await importRooms(transaction, run, clinics);
	await store(transaction, run, PATIENTS, run.take('patients'), patientColumns);
}

async function importClinics(
	transaction: Transaction,
	run: ImportRun
): Promise<Map<string, KeyedRow>> {
	const before = await readKeyedRows(transaction, run.organizationId, CLINICS);
	const good = run.take('clinics').filter((each) => {
		const stood = before.get(each.row.key)?.columns['zone'];
		if (stood === undefined || stood === each.row.zone) return true;
		// Its visits and working hours would all be at another time.
		const reason = `cannot change: the clinic's time zone is ${String(stood)}`;
		run.refuse('clinics', each, { field: 'zone', reason });
		return false;
	});
	return store(transaction, run, CLINICS, good, clinicColumns);
}

async function importPractitioners(
	transaction: Transaction,
	run: ImportRun,
	services: ReadonlyMap<string, KeyedRow>
): Promise<void> {
	const good = run.take('practitioners').filter((each) => {
		const unknown = (each.row.services ?? []).find((key) => !services.has(key));
		if (unknown === undefined) return true;
		run.refuse('practitioners', each, {
			field: 'services',
			reason: unknownKey('service', unknown)
		});
		return false;
	});
	if (good.length === 0) return;
	const offered = await readOffers(transaction, run.organizationId);
	const wanted = new Map(
		good
			.filter(({ row }) => row.services !== undefined)
			.map(({ row }) => [row.key, new Set(row.services!.map((key) => services.get(key)!.id))])
	);
	const changes = (key: string, id: string) => {
		const now = wanted.get(key);
		return now !== undefined && now.symmetricDifference(offered.get(id) ?? new Set()).size > 0;
	};
	const stored = await store(transaction, run, PRACTITIONERS, good, practitionerColumns, changes);
	const replaced = [...wanted]
		.map(([key, ids]) => [stored.get(key)!.id, ids] as const)
		.filter(([id, ids]) => ids.symmetricDifference(offered.get(id) ?? new Set()).size > 0);
	await replaceOffers(transaction, run.organizationId, new Map(replaced));
}

async function importRooms(
	transaction: Transaction,
	run: ImportRun,
	clinics: ReadonlyMap<string, KeyedRow>
): Promise<void> {
	const rows = run.take('rooms');
	if (rows.length === 0) return;
	const before = await readKeyedRows(transaction, run.organizationId, ROOMS);
	const good = rows.filter((each) => {
		const clinic = clinics.get(each.row.clinic);
		const stood = before.get(each.row.key);
		if (!clinic) {
			const reason = unknownKey('clinic', each.row.clinic);
			run.refuse('rooms', each, { field: 'clinic', reason });
		} else if (stood && stood.columns['clinic_id'] !== clinic.id) {
			// Its visits would stay behind.
			const reason = 'cannot change: a room stays at its clinic. Give the new room another key';
			run.refuse('rooms', each, { field: 'clinic', reason });
		} else return true;
		return false;
	});
	await store(transaction, run, ROOMS, good, (row) =>
		roomColumns(row, clinics.get(row.clinic)!.id)
	);
}

/**
 * Adds what is new, changes what differs and counts both.
 * @param alsoChanged says of a row that exists whether something beside its columns changes
 * @returns every row of the table as it is now, by key
 */
async function store<Kind extends KeyedTable['name'] & ImportKind>(
	transaction: Transaction,
	run: ImportRun,
	table: KeyedTable & { name: Kind | KeyedTable['name'] },
	rows: readonly CheckedRow<Kind>[],
	columnsOf: (row: CheckedRow<Kind>['row'], before: Columns | undefined) => Columns,
	alsoChanged: (key: string, id: string) => boolean = () => false
): Promise<Map<string, KeyedRow>> {
	const { organizationId } = run;
	const stored = await readKeyedRows(transaction, organizationId, table);
	if (rows.length === 0) return stored;
	const added: { key: string; row: KeyedRow }[] = [];
	const changed: KeyedRow[] = [];
	let unchanged = 0;
	let besides = 0;
	for (const { row } of rows) {
		const before = stored.get(row.key);
		const columns = columnsOf(row, before?.columns);
		if (!before) {
			added.push({ key: row.key, row: { id: crypto.randomUUID(), columns } });
		} else if (!sameColumns(columns, before.columns)) {
			changed.push({ id: before.id, columns });
			stored.set(row.key, { id: before.id, columns });
		} else if (alsoChanged(row.key, before.id)) besides++;
		else unchanged++;
	}
	for (const { key, row } of added) stored.set(key, row);
	await insertKeyedRows(transaction, organizationId, table, added);
	await updateKeyedRows(transaction, organizationId, table, changed);
	run.count(table.name, 'taken', added.length);
	run.count(table.name, 'updated', changed.length + besides);
	run.count(table.name, 'unchanged', unchanged);
	run.say(`  ${rows.length} ${table.name}`);
	return stored;
}

/** @returns everything that visits and accounts refer to, as stored now. */
export async function readDirectory(
	transaction: Transaction,
	organizationId: string
): Promise<Directory> {
	const read = async <T>(table: KeyedTable, of: (id: string, columns: Columns) => T) => {
		const rows = await readKeyedRows(transaction, organizationId, table);
		return new Map([...rows].map(([key, { id, columns }]) => [key, of(id, columns)]));
	};
	const text = (value: unknown) => value as string;
	const number = (value: unknown) => value as number;
	const offers = await readOffers(transaction, organizationId);
	return {
		clinics: await read(CLINICS, (id, { zone }) => ({ id, zone: text(zone) })),
		services: await read(SERVICES, (id, columns) => ({
			id,
			durationMinutes: number(columns['duration_minutes']),
			bufferBeforeMinutes: number(columns['buffer_before_minutes']),
			bufferAfterMinutes: number(columns['buffer_after_minutes']),
			roomBufferBeforeMinutes: number(columns['room_buffer_before_minutes']),
			roomBufferAfterMinutes: number(columns['room_buffer_after_minutes']),
			// Visits of other systems do not say who else came, and which device or person went with them.
			...{ places: 1, equipmentKinds: [], staffKinds: [] },
			roomKind: columns['room_kind'] as string | null
		})),
		practitioners: await read(PRACTITIONERS, (id, { name }) => ({ id, name: text(name) })),
		rooms: await read(ROOMS, (id, columns) => ({
			id,
			name: text(columns['name']),
			kind: text(columns['kind']),
			clinicId: text(columns['clinic_id'])
		})),
		patients: await read(PATIENTS, (id, { established }) => ({
			id,
			established: established === true
		})),
		offers: new Set(
			[...offers].flatMap(([practitionerId, ids]) =>
				[...ids].map((id) => `${practitionerId}/${id}`)
			)
		),
		hours: await readHours(transaction, organizationId),
		exceptions: await readExceptions(transaction, organizationId)
	};
}
