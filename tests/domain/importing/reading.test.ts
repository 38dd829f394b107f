/** What a file may hold, and what is said about one that cannot be used. */
import { describe, expect, it } from 'vitest';
import { checkRows } from '../../../domain/importing/check-rows.ts';
import { judgeHours, type HoursRule } from '../../../domain/importing/judge-hours.ts';
import { ImportFault, MAX_FILE_BYTES, MAX_ROWS } from '../../../domain/importing/kinds.ts';
import { checkSize, decodeText, readCsv, readJson } from '../../../domain/importing/read-file.ts';
import { FIELDS } from '../../../domain/importing/row-schemas.ts';

const organization = { key: 'one', name: 'One' };

function faultOf(work: () => unknown): string {
	try {
		work();
	} catch (fault) {
		if (fault instanceof ImportFault) return fault.message;
		throw fault;
	}
	throw new Error('nothing was wrong');
}

describe('a file that cannot be used as a whole', () => {
	it('is no UTF-8', () => {
		const latin1 = Uint8Array.from([0x7b, 0x22, 0xfc, 0x22, 0x7d]);
		expect(faultOf(() => decodeText(latin1))).toMatch(/not UTF-8.*Save it as UTF-8/);
		const utf16 = Uint8Array.from([0xff, 0xfe, 0x7b, 0x00]);
		expect(faultOf(() => decodeText(utf16))).toMatch(/not UTF-8/);
	});

	it('is too large, or has too many rows', () => {
		expect(faultOf(() => checkSize(MAX_FILE_BYTES + 1))).toMatch(/larger than 64 MiB/);
		const many = `{"organization":{},"patients":[${'0,'.repeat(MAX_ROWS)}0]}`;
		expect(faultOf(() => readJson(many))).toMatch(/500001 rows/);
	});

	it.each([
		['', /not valid JSON/],
		['{"organization":', /not valid JSON/],
		['[]', /one JSON object/],
		['null', /one JSON object/],
		['{"patients":[]}', /"organization" is missing/],
		[
			'{"organization":{},"patient":[]}',
			/"patient" is not known. Known are: organization, clinics/
		],
		['{"organization":{},"patients":{}}', /"patients" must be a list/]
	])('JSON: %s', (text, message) => {
		const said = faultOf(() => readJson(text));
		expect(said).toMatch(message);
	});

	it('does not quote what it could not read', () => {
		expect(faultOf(() => readJson('{"familyName": "Kowalska" "x"}'))).not.toContain('Kowalska');
	});

	it.each([
		['', /no header line/],
		['a,b\n1,2', /does not tell what the lines are. Give --kind/],
		['key,familyName,givenName,born\n', /"born".*Known are: key, familyName, givenName, birthDate/],
		['key,familyName,givenName,key\n', /"key" is there twice/],
		['key,familyName,givenName\n1,"Ko"wal,x\n', /quotation mark is wrong near line 2/]
	])('CSV: %j', (text, message) => {
		expect(faultOf(() => readCsv(text, null))).toMatch(message);
	});
});

describe('a CSV file', () => {
	it('is read with a mark at its start, semicolons, quotes and empty cells', () => {
		const file = readCsv(
			'\uFEFFkey;familyName;givenName;birthDate;established\r\nP1;"van ""Berg""; B";Ann;;yes\r\n\r\nP2;Öz;Can;1990-01-02;no\r\n',
			null
		);
		expect(file.rows.patients).toEqual([
			{
				place: 'line 2',
				value: { key: 'P1', familyName: 'van "Berg"; B', givenName: 'Ann', established: true }
			},
			{
				place: 'line 4',
				value: {
					key: 'P2',
					familyName: 'Öz',
					givenName: 'Can',
					birthDate: '1990-01-02',
					established: false
				}
			}
		]);
	});

	it('takes numbers and lists', () => {
		const file = readCsv('key,name,specialty,services\nd1,Dr A,GP,s1; s2\n', null);
		expect(file.rows.practitioners![0]!.value).toMatchObject({ services: ['s1', 's2'] });
		const services = readCsv('key,name,durationMinutes\ns1,Visit,15\n', null);
		expect(services.rows.services![0]!.value).toMatchObject({ durationMinutes: 15 });
	});

	it('reports a line with too few columns and takes the rest', () => {
		const file = readCsv('key,familyName,givenName\nP1,A\nP2,B,C\n', null);
		const { checked, problems } = checkRows('patients', file.rows.patients!);
		expect(problems).toMatchObject([
			{ place: 'line 2', reason: 'has 2 columns, the header has 3' }
		]);
		expect(checked.map(({ key }) => key)).toEqual(['P2']);
	});

	it('tells each kind by all of its columns', () => {
		for (const [kind, fields] of Object.entries(FIELDS)) {
			const file = readCsv(`${fields.join(',')}\n${fields.map(() => 'x').join(',')}\n`, null);
			expect(Object.keys(file.rows)).toEqual([kind]);
		}
	});
});

describe('a row', () => {
	const visit = {
		key: 'A1',
		clinic: 'c',
		practitioner: 'd',
		room: 'r',
		service: 's',
		patient: 'p',
		start: '2026-11-24T09:15'
	};
	const patient = { key: 'P1', familyName: 'Dodds', givenName: 'Alan' };
	const hours = { practitioner: 'd', clinic: 'c', weekday: 1, from: '08:00', to: '12:00' };

	it.each([
		['appointments', { ...visit, start: '1900-11-24T09:15' }, 'start', /2000 and 2100/],
		['appointments', { ...visit, start: '9999-11-24T09:15' }, 'start', /2000 and 2100/],
		['appointments', { ...visit, start: '2026-02-30T09:15' }, 'start', /2000 and 2100/],
		['appointments', { ...visit, start: '24.11.2026 09:15' }, 'start', /write it/],
		['appointments', { ...visit, start: '2026-11-24T09:15Z' }, 'start', /write it/],
		['appointments', { ...visit, start: '2026-11-24T24:00' }, 'start', /24 hours/],
		['appointments', { ...visit, start: '2026-11-24T09:17' }, 'start', /step of 5 minutes/],
		['appointments', { ...visit, durationMinutes: 12 }, 'durationMinutes', /step of 5 minutes/],
		['appointments', { ...visit, durationMinutes: 0 }, 'durationMinutes', /less than 5/],
		['appointments', { ...visit, durationMinutes: 725 }, 'durationMinutes', /more than 720/],
		['appointments', { ...visit, durationMinutes: '15' }, 'durationMinutes', /a number/],
		['appointments', { ...visit, status: 'done' }, 'status', /one of: pending, booked/],
		['appointments', { ...visit, patient: undefined }, 'patient', /is missing/],
		['appointments', { ...visit, doctor: 'x' }, null, /not known here: doctor/],
		['appointments', { ...visit, key: ' ' }, 'key', /must not be empty/],
		['appointments', { ...visit, remark: 'a\u0000b' }, 'remark', /cannot be shown/],
		['appointments', 'A1', null, /an object/],
		['appointments', null, null, /an object/],
		['patients', { ...patient, birthDate: '1899-12-31' }, 'birthDate', /before 1900/],
		['patients', { ...patient, birthDate: '9999-01-01' }, 'birthDate', /in the future/],
		['patients', { ...patient, birthDate: '1980-02-30' }, 'birthDate', /day of the calendar/],
		['patients', { ...patient, email: 'somebody' }, 'email', /e-mail address/],
		['patients', { ...patient, familyName: 'x'.repeat(201) }, 'familyName', /longer than 200/],
		['patients', { ...patient, familyName: 7 }, 'familyName', /a text/],
		['workingHours', { ...hours, from: '12:00', to: '12:00' }, 'to', /later than "from"/],
		['workingHours', { ...hours, from: '14:00' }, 'to', /later than "from"/],
		['workingHours', { ...hours, to: '25:00' }, 'to', /24 hours of a day/],
		['workingHours', { ...hours, to: '24:05' }, 'to', /24 hours of a day/],
		['workingHours', { ...hours, to: '12:02' }, 'to', /step of 5 minutes/],
		['workingHours', { ...hours, weekday: 0 }, 'weekday', /1 \(Monday\) to 7/],
		['workingHours', { ...hours, weekday: 'Someday' }, 'weekday', /1 \(Monday\) to 7/],
		['workingHours', { ...hours, room: 'r' }, null, /a practitioner or a room, not both/],
		[
			'workingHours',
			{ ...hours, validFrom: '2026-02-01', validTo: '2026-01-01' },
			'validTo',
			/before/
		],
		['clinics', { key: 'c', name: 'C', zone: 'Europe/Atlantis' }, 'zone', /not a time zone/],
		['clinics', { key: 'c', name: 'C', zone: '+01:00' }, 'zone', /not a time zone/],
		[
			'clinics',
			{ key: 'c', name: 'C', zone: 'Europe/London', latitude: 91 },
			'latitude',
			/more than 90/
		],
		['users', { email: 'a@b.example', name: 'A', role: 'doctor' }, 'practitioner', /which doctor/],
		['users', { email: 'a@b.example', name: 'A', role: 'boss' }, 'role', /one of: receptionist/]
	] as const)('%s %j: %s', (kind, value, field, reason) => {
		const { checked, problems } = checkRows(kind, [{ place: `${kind}[0]`, value }]);
		expect(checked).toEqual([]);
		expect(problems).toHaveLength(1);
		expect(problems[0]).toMatchObject({ kind, place: `${kind}[0]`, field });
		expect(problems[0]!.reason).toMatch(reason);
	});

	it('with a key that is used before is refused and says where', () => {
		const rows = [patient, { ...patient, givenName: 'Alma' }].map((value, index) => ({
			place: `patients[${index}]`,
			value
		}));
		const { checked, problems } = checkRows('patients', rows);
		expect(checked).toHaveLength(1);
		expect(problems).toMatchObject([
			{ place: 'patients[1]', key: 'P1', field: 'key', reason: 'is already used by patients[0]' }
		]);
	});

	it('never tells a patient’s name or address in its reason', () => {
		const rows = [{ place: 'x', value: { familyName: 'Secret', email: 'secret@example.org' } }];
		expect(JSON.stringify(checkRows('patients', rows).problems)).not.toMatch(/secret/i);
	});
});

describe('organization', () => {
	it('is read beside the parts', () => {
		const file = readJson(JSON.stringify({ organization, rooms: [1], users: [] }));
		expect(file).toEqual({
			organization,
			rows: { rooms: [{ place: 'rooms[0]', value: 1 }], users: [] }
		});
	});
});

describe('weekly hours', () => {
	const rule = (
		startMinute: number,
		endMinute: number,
		more: Partial<HoursRule> = {}
	): HoursRule => ({
		...{ resourceId: 'd', clinicId: 'c', kind: 'work', weekday: 1, startMinute, endMinute },
		...{ validFrom: null, validTo: null, everyWeeks: 1, weekOf: null, ...more }
	});

	it.each([
		['apart', rule(480, 720), [rule(780, 1020)], null],
		['touching', rule(480, 720), [rule(720, 1020)], null],
		['overlapping', rule(480, 720), [rule(715, 1020)], /overlaps the hours from 11:55 to 17:00/],
		['the whole day and more', rule(0, 5), [rule(0, 1440)], /from 00:00 to 24:00/],
		['on another weekday', rule(480, 720), [rule(480, 720, { weekday: 2 })], null],
		['at another clinic', rule(480, 720), [rule(480, 720, { clinicId: 'e' })], /at another clinic/],
		[
			'in another season',
			rule(480, 720, { validTo: '2026-12-31' }),
			[rule(480, 720, { validFrom: '2027-01-01' })],
			null
		],
		['a break inside', rule(600, 615, { kind: 'break' }), [rule(480, 720)], null],
		[
			'a break outside',
			rule(715, 730, { kind: 'break' }),
			[rule(480, 720)],
			/outside the working hours/
		],
		[
			'two breaks at once',
			rule(600, 630, { kind: 'break' }),
			[rule(480, 720), rule(615, 645, { kind: 'break' })],
			/overlaps the hours from 10:15/
		]
	])('%s', (_, wanted, others, reason) => {
		const fault = judgeHours(wanted, others);
		if (reason === null) expect(fault).toBeNull();
		else expect(fault!.reason).toMatch(reason);
	});
});
