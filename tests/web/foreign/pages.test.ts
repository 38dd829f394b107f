import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROUTE_ACCESS } from '#web/lib/server/route-access.ts';
import { HOURS_ACTIONS, SERVICE_ACTIONS } from '#web/lib/server/setup-actions.ts';
import type { FilledOrganization } from '../../factories/filled-organization.ts';
import { CHECKOUT } from '../../support/build.ts';
import { DATE, useTwoOrganizations, withForeignIds } from './two-organizations.ts';

const at = useTwoOrganizations();

const ROUTES = Object.entries(ROUTE_ACCESS)
	.filter(([id, access]) => id.includes('[') && access === 'staff')
	.map(([id]) => id);

/** What stands in a route's address. A new kind of it needs an entry here. */
const PARAMETERS: Record<string, (organization: FilledOrganization) => string> = {
	clinicId: ({ clinicId }) => clinicId,
	date: () => DATE,
	appointmentId: ({ appointmentId }) => appointmentId,
	documentId: ({ documentId }) => documentId,
	blockId: ({ blockId }) => blockId,
	draftId: ({ draftId }) => draftId,
	ruleId: ({ ruleId }) => ruleId,
	entryId: ({ entryId }) => entryId,
	offerId: ({ offerId }) => offerId
};

/** What works with the own ids is tried with real papers in documents-over-http.test.ts. */
const PAPERS = /\/documents(\/|$)/;

/** The offer that is there is over: nothing can be decided about it. What holds is tried in e2e/waitlist-panel.spec.ts. */
const OVER = /\/offers\/\[/;

/** Bodies of the endpoints that take one. */
const BODIES: Record<string, (organization: FilledOrganization) => unknown> = {
	'/board/[clinicId]/patients': () => ({ text: 'patient' }),
	'/board/[clinicId]/slots': ({ serviceId, practitionerIds }) => ({
		...{ serviceIds: [serviceId], practitionerIds, from: DATE, days: 1, limit: 1 }
	}),
	'/board/[clinicId]/tasks': ({ appointmentId }) => ({
		...{ intentId: 'refused', appointmentId, text: 'move to 10:40: the room is taken' }
	}),
	'/board/[clinicId]/waitlist/times': ({ entryId }) => ({ entryId, date: DATE }),
	'/board/[clinicId]/waitlist/matches': ({ practitionerIds }) => ({
		practitionerId: practitionerIds[0],
		...{ startsAt: Date.UTC(2040, 0, 2, 9), endsAt: Date.UTC(2040, 0, 2, 10) }
	}),
	'/waitlist/entries/[entryId]': ({ serviceId, clinicId, practitionerIds }) => ({
		...{ do: 'change', revision: 1 },
		wish: {
			...{ serviceId, clinicIds: [clinicId], practitionerIds: [practitionerIds[0]] },
			firstDate: Temporal.Now.plainDateISO('UTC').toString(),
			lastDate: Temporal.Now.plainDateISO('UTC').add({ days: 1 }).toString()
		}
	}),
	'/waitlist/offers/[offerId]': () => ({ do: 'skip', reason: 'not any more' }),
	'/board/appointments/[appointmentId]/messages': ({ messageId }) => ({
		do: 'retry',
		messageId
	})
};

const headers = (more: Record<string, string> = {}) => ({
	...{ cookie: `dayboard_session=${at.a.session}`, origin: at.dayboard.url, ...more }
});

interface PageRequest {
	parameters: Record<string, string>;
	body: unknown;
}

function requestOf(route: string, organization: FilledOrganization): PageRequest {
	const names = [...route.matchAll(/\[(\w+)\]/g)].map(([, name]) => name!);
	return {
		parameters: Object.fromEntries(names.map((name) => [name, PARAMETERS[name]!(organization)])),
		body: BODIES[route]?.(organization) ?? null
	};
}

function send(route: string, method: string, { parameters, body }: PageRequest): Promise<Response> {
	const address = route.replace(/\[(\w+)\]/g, (_, name: string) => parameters[name]!);
	return fetch(at.dayboard.url + address, {
		...{ method, redirect: 'manual' },
		headers: headers(body === null ? {} : { 'content-type': 'application/json' }),
		...(body === null ? {} : { body: JSON.stringify(body) })
	});
}

/** The methods that a route answers, as its file exports them. */
async function methodsOf(route: string): Promise<string[]> {
	const folder = path.join(CHECKOUT, 'web/routes', route);
	const methods: string[] = [];
	for await (const file of glob('+{server,page.server}.ts', { cwd: folder })) {
		const text = await readFile(path.join(folder, file), 'utf8');
		if (file === '+page.server.ts') methods.push('GET');
		else
			methods.push(
				...[...text.matchAll(/export const (GET|POST|PUT|PATCH|DELETE)/g)].map((m) => m[1]!)
			);
	}
	return methods;
}

describe("a page or endpoint with another organization's ids", () => {
	it.each(ROUTES)('%s is not there', async (route) => {
		const methods = await methodsOf(route);
		expect(methods.length).toBeGreaterThan(0);
		const before = await at.rowsOfB();
		for (const method of methods) {
			const own = requestOf(route, at.a);
			// Only what changes something takes a body there.
			if (method === 'GET') own.body = null;
			for (const foreign of withForeignIds(own, at.a, at.b)) {
				const { status } = await send(route, method, foreign.request);
				expect(`${method} ${foreign.at}: ${status}`).toBe(`${method} ${foreign.at}: 404`);
			}
			if (PAPERS.test(route) || OVER.test(route)) continue;
			const { status } = await send(route, method, own);
			expect([200, 303], `${method} with the own ids: ${status}`).toContain(status);
		}
		expect(await at.rowsOfB()).toEqual(before);
	});
});

const rule = {
	...{ kind: 'work', weekday: 1, startMinute: 480, endMinute: 1020 },
	...{ validFrom: null, validTo: null, everyWeeks: 1, weekOf: null }
};

/** What a form sends, by page and action. */
const FORMS: Record<string, Record<string, (organization: FilledOrganization) => unknown>> = {
	'/setup/[clinicId]': {
		addException: ({ clinicId, practitionerIds }) => ({
			...{ clinicId, resourceId: practitionerIds[1], kind: 'closed', reason: 'leave' },
			...{ firstDate: '2040-03-01', lastDate: '2040-03-01', startMinute: 0, endMinute: 1440 }
		}),
		removeException: ({ clinicId, practitionerIds, exceptionId }) => ({
			...{ clinicId, resourceId: practitionerIds[1], exceptionId }
		}),
		hours: ({ clinicId, roomIds }) => ({ clinicId, resourceId: roomIds[1], rules: [rule] }),
		addResource: ({ clinicId }) => ({ clinicId, type: 'room', name: 'Attic', kind: 'consulting' }),
		removeResource: ({ clinicId, equipmentIds }) => ({ clinicId, resourceId: equipmentIds[0] })
	},
	'/setup/[clinicId]/services': {
		save: ({ serviceId, practitionerIds }) => ({
			...{ id: serviceId, name: 'Check-up', durationMinutes: 20, places: 1, hue: 10 },
			...{ bufferBeforeMinutes: 0, bufferAfterMinutes: 0, roomKind: null },
			...{ roomBufferBeforeMinutes: 0, roomBufferAfterMinutes: 0 },
			...{ equipmentKinds: [], staffKinds: [], minAgeYears: null, maxAgeYears: null, sex: null },
			...{ patients: 'all', referralNeeded: false, bookableBy: 'public', bookAheadDays: 30 },
			...{
				bookNoticeMinutes: 0,
				cancelNoticeMinutes: 0,
				priceMinor: null,
				description: '',
				preparation: ''
			},
			translations: {},
			offeredBy: practitionerIds.map((practitionerId) => ({
				practitionerId,
				durationMinutes: null
			}))
		})
	}
};

describe("a form with another organization's ids", () => {
	const forms = Object.entries(FORMS).flatMap(([route, actions]) =>
		Object.entries(actions).map(([name, sample]) => [route, name, sample] as const)
	);

	it('is tried for every action of the setup', () => {
		expect(forms.map(([, name]) => name).sort()).toEqual(
			[...Object.keys(HOURS_ACTIONS), ...Object.keys(SERVICE_ACTIONS)].sort()
		);
	});

	it.each(forms)('%s: %s changes nothing', async (route, name, sample) => {
		const submit = async (input: unknown) => {
			const address = route.replace('[clinicId]', at.a.clinicId);
			const response = await fetch(`${at.dayboard.url}${address}?/${name}`, {
				method: 'POST',
				headers: headers({ accept: 'application/json', 'x-sveltekit-action': 'true' }),
				body: new URLSearchParams({ input: JSON.stringify(input) })
			});
			return (await response.json()) as { type: string; status: number };
		};
		const before = await at.rowsOfB();
		for (const foreign of withForeignIds(sample(at.a), at.a, at.b)) {
			const answer = await submit(foreign.request);
			expect(answer.type, foreign.at).toBe('failure');
			// A clinic of somebody else is one at which the actor has no rights.
			expect([403, 404, 409], foreign.at).toContain(answer.status);
		}
		expect(await at.rowsOfB()).toEqual(before);
		expect(await submit(sample(at.a))).toMatchObject({ type: 'success' });
	});
});

describe('a form about drafts', () => {
	const submit = async (address: string, fields: Record<string, string>) => {
		const response = await fetch(`${at.dayboard.url}/board/${address}`, {
			method: 'POST',
			headers: headers({ accept: 'application/json', 'x-sveltekit-action': 'true' }),
			body: new URLSearchParams(fields)
		});
		const { type } = (await response.json()) as { type: string };
		return { type, status: response.status };
	};

	it("with another organization's ids opens and drops nothing", async () => {
		const before = await at.rowsOfB();
		const drafts = (clinicId: string) => `${clinicId}/${DATE}/drafts`;
		for (const [address, fields] of [
			[`${drafts(at.b.clinicId)}?/open`, { title: 'Everything later' }],
			[`${drafts(at.b.clinicId)}/${at.b.draftId}?/drop`, {}],
			[`${drafts(at.a.clinicId)}/${at.b.draftId}?/drop`, {}]
		] as const) {
			expect(await submit(address, fields), address).toEqual({ type: 'error', status: 404 });
		}
		expect(await at.rowsOfB()).toEqual(before);
		for (const [address, fields] of [
			[`${drafts(at.a.clinicId)}?/open`, { title: 'Everything later' }],
			[`${drafts(at.a.clinicId)}/${at.a.draftId}?/drop`, {}]
		] as const) {
			expect(await submit(address, fields), address).toMatchObject({ type: 'redirect' });
		}
	});
});
