/** Every cell of the permission table, tried on what it is about: commands, queries, HTTP, pages, documents. */
import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
	BUILT_IN_ROLES,
	PERMISSIONS,
	ROLE_TABLE,
	type BuiltInRole,
	type Permission
} from '#domain/access/permissions.ts';
import type { DocumentName } from '#domain/board/documents.ts';
import { OPERATIONS } from '#web/lib/server/api/operations.ts';
import { ROUTE_ACCESS } from '#web/lib/server/route-access.ts';
import { CHECKOUT } from '../support/build.ts';
import { HANDOVER_PROBES, NOTE_PROBES } from './note-probes.ts';
import { DRAFT_PROBES } from './draft-probes.ts';
import { MESSAGE_PROBES } from './message-probes.ts';
import { PATIENT_PROBES } from './patient-probes.ts';
import { PEOPLE_PROBES } from './people-probes.ts';
import type { Place, Probe } from './probe.ts';
import { READING_PROBES } from './reading-probes.ts';
import { RECORD_PROBES } from './record-probes.ts';
import { SETUP_PROBES } from './setup-probes.ts';
import { SITE_PROBES } from './site-probes.ts';
import { VISIT_PROBES } from './visit-probes.ts';
import { WAITLIST_PROBES } from './waitlist-probes.ts';
import { WAITLIST_REPORT_PROBES } from './waitlist-report-probes.ts';
import { useWorld } from './world.ts';

const PROBES: Partial<Record<Permission, readonly Probe[]>> = {
	...READING_PROBES,
	...VISIT_PROBES,
	...PEOPLE_PROBES,
	...RECORD_PROBES,
	...PATIENT_PROBES,
	...SETUP_PROBES,
	...MESSAGE_PROBES,
	...WAITLIST_PROBES,
	...WAITLIST_REPORT_PROBES,
	...SITE_PROBES,
	...HANDOVER_PROBES,
	'appointment.move': [...VISIT_PROBES['appointment.move'], ...DRAFT_PROBES['appointment.move']],
	'people.read': [...PEOPLE_PROBES['people.read'], ...NOTE_PROBES['people.read']],
	'appointment.remark': [
		...VISIT_PROBES['appointment.remark'],
		...NOTE_PROBES['appointment.remark']
	]
};

/** Operations that ask for no permission, and why. */
const OPERATIONS_WITHOUT: Record<string, string> = {
	listClinics: 'answers with those whose board may be read; may be none',
	readOpenApi: 'says the same to everybody',
	releaseTime: 'gives back what is one’s own'
};

/** Routes that ask for no permission, and why. */
const ROUTES_WITHOUT: Record<string, string> = {
	'/': 'leads to the first board or page that one may open',
	'/sign-in': 'before anybody is known',
	'/app-shell': 'says the same to everybody',
	'/sign-out': 'one’s own session',
	'/day': 'one’s own day, on boards that may be read; may be none',
	'/me/devices': 'one’s own devices',
	'/me/password': 'one’s own password',
	'/me/second-factor': 'one’s own second factor',
	'/account-link': 'whoever has the link',
	'/kiosk': 'whichever screen has its cookie',
	'/kiosk/open': 'whoever has the link',
	'/kiosk/state': 'whichever screen has its cookie',
	'/l/[token]': 'whoever has the link',
	'/l/[token]/answer': 'whoever has the link',
	'/l/[token]/times': 'whoever has the link',
	'/sign-in/forgotten': 'before anybody is known',
	'/sign-in/provider': 'before anybody is known',
	'/sign-in/provider/callback': 'before anybody is known',
	'/sign-in/second-step': 'whoever gave the right password',
	'/sign-in/set-up-second-factor': 'whoever gave the right password',
	'/organization': 'leads to the first page that one may open',
	'/robots.txt': 'says the same to everybody',
	'/sitemap.xml': 'says the same to everybody',
	'/api/hooks/sms/[organizationId]/status': 'whoever signs with the provider’s secret',
	'/api/hooks/sms/[organizationId]/inbound': 'whoever signs with the provider’s secret'
};

/** Pages for strangers; what a visit's link opens is tried in tests/web/site. */
const PUBLIC_SITE = '/[lang=lang]/[site]';

const world = useWorld();

const PLACES: Record<Probe['about'], Place[]> = {
	visit: bothOf((where) => bothOf((whose) => ({ where, whose }))),
	practitioner: bothOf((where) => bothOf((whose) => ({ where, whose }))),
	patient: bothOf((whose) => ({ where: 'own', whose })),
	clinic: bothOf((where) => ({ where, whose: 'other' })),
	organization: [{ where: 'other', whose: 'other' }]
};

function bothOf<T>(of: (one: 'own' | 'other') => T | T[]): T[] {
	return (['own', 'other'] as const).flatMap(of);
}

/** What the table says, worked out without the code that decides it. */
function isAllowed(
	role: BuiltInRole,
	permission: Permission,
	about: Probe['about'],
	{ where, whose }: Place
): boolean {
	const scope = ROLE_TABLE[role][permission];
	if (scope === undefined) return false;
	if (scope === 'organization') return true;
	if (about === 'organization' || where === 'other') return false;
	if (scope === 'clinic') return true;
	const isTheirs =
		(about === 'visit' && (role === 'doctor' || role === 'patient')) ||
		(about === 'patient' && role === 'patient') ||
		(about === 'practitioner' && role === 'doctor');
	return isTheirs && whose === 'own';
}

describe.each(PERMISSIONS.filter((permission) => PROBES[permission]))('%s', (permission) => {
	it.each(BUILT_IN_ROLES)('%s', async (role) => {
		const [expected, answered]: Record<string, boolean>[] = [{}, {}];
		for (const probe of PROBES[permission]!) {
			for (const place of PLACES[probe.about]) {
				const cell = `${probe.name}, ${place.where} clinic, ${place.whose} person`;
				const needed = [permission, ...(probe.needs ?? [])];
				expected![cell] = needed.every((one) => isAllowed(role, one, probe.about, place));
				answered![cell] = await probe.ask(world, world.people[role], place);
			}
		}
		expect(answered).toEqual(expected);
	});
});

describe('nothing is left out', () => {
	const all = Object.values(PROBES).flat();

	it('every permission is tried', () => {
		expect(PERMISSIONS.filter((one) => !PROBES[one])).toEqual([]);
	});

	it('every permission is tried on a command or query, and on what can be asked from outside', () => {
		for (const [permission, probes] of Object.entries(PROBES)) {
			const outside = probes.filter(
				({ operation, route, document }) => operation ?? route ?? document
			);
			expect([permission, outside.length > 0]).toEqual([permission, true]);
			expect([permission, probes.length > outside.length]).toEqual([permission, true]);
		}
	});

	it('every operation of the HTTP interface is tried, or needs no permission', () => {
		const tried = new Set(all.map(({ operation }) => operation));
		const ids = OPERATIONS.map(({ id }) => id);
		expect(ids.filter((id) => !tried.has(id) && !(id in OPERATIONS_WITHOUT))).toEqual([]);
	});

	it('every page and endpoint is tried, or needs no permission', () => {
		const tried = new Set(all.map(({ route }) => route));
		const routes = Object.keys(ROUTE_ACCESS).filter((id) => !id.startsWith(PUBLIC_SITE));
		expect(routes.filter((id) => !tried.has(id) && !(id in ROUTES_WITHOUT))).toEqual([]);
	});

	it('nobody but the table asks what somebody is: no file elsewhere compares a role by name', async () => {
		const named = new RegExp(
			`[=!]==? '(${BUILT_IN_ROLES.join('|')})'|includes\\('(${BUILT_IN_ROLES.join('|')})'`
		);
		const found: string[] = [];
		for await (const file of glob('{domain,db,sync-server,web}/**/*.{ts,svelte}', {
			cwd: CHECKOUT
		})) {
			if (/^(domain\/access|db\/demo|web\/node_modules)\//.test(file)) continue;
			const text = await readFile(path.join(CHECKOUT, file), 'utf8');
			const lines = text
				.split('\n')
				.filter((line) => named.test(line) && !/\bkind\b|known\.get/.test(line));
			found.push(...lines.map((line) => `${file}: ${line.trim()}`));
		}
		expect(found).toEqual([]);
	});

	it('every kind of document is tried', () => {
		const kinds: Record<DocumentName['kind'], true> = {
			...{ board: true, people: true, 'masked-people': true, desk: true },
			...{ handover: true, 'visit-note': true, draft: true }
		};
		const tried = new Set<string | undefined>(all.map(({ document }) => document));
		expect(Object.keys(kinds).filter((kind) => !tried.has(kind))).toEqual([]);
	});
});
