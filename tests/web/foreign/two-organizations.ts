/** A running Dayboard with two organizations, and requests of one with the other's ids in them. */
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import {
	filledOrganization,
	type FilledOrganization
} from '../../factories/filled-organization.ts';
import { startDayboard, type RunningDayboard } from '../../support/dayboard.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { until } from '../../support/until.ts';
import { tenantTables } from '../../db/tenancy/catalog.ts';
import { tokenFor } from '../api/api-client.ts';

/** 09:00 in London, before clocks change. */
export const STARTS_AT = Date.UTC(2040, 0, 4, 9);
export const DATE = '2040-01-04';

export interface TwoOrganizations {
	fresh: FreshDatabase;
	dayboard: RunningDayboard;
	owner: pg.Client;
	a: FilledOrganization;
	b: FilledOrganization;
	/** Of A's administrator, who may do everything there. */
	token: string;
	/** All rows of B, to see that nothing was touched. */
	rowsOfB(): Promise<unknown>;
}

/** Registers the hooks that start and end it. What it returns is filled before the first test. */
export function useTwoOrganizations(): TwoOrganizations {
	const at = {
		async rowsOfB() {
			const all: Record<string, unknown> = {};
			for (const { name } of await tenantTables(at.owner)) {
				const { rows } = await at.owner.query(
					`SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) AS content, count(*) FROM "${name}" t
						WHERE organization_id = $1`,
					[at.b.organizationId]
				);
				all[name] = rows[0];
			}
			return all;
		}
	} as TwoOrganizations;
	beforeAll(async () => {
		at.fresh = await freshDatabase();
		at.owner = new pg.Client(at.fresh.ownerUrl);
		await at.owner.connect();
		at.a = await filledOrganization(at.fresh.database, STARTS_AT);
		at.b = await filledOrganization(at.fresh.database, STARTS_AT);
		at.token = await tokenFor(at.fresh.database, at.a.administrator);
		at.dayboard = await startDayboard({ scale: 'none', databaseUrl: at.fresh.url });
		// What follows from the visits by itself is no request's doing.
		await until(() => isPlanned(at.owner), 'the messages of the visits are planned');
	}, 300_000);
	afterAll(async () => {
		await at.dayboard.close();
		await at.owner.end();
		await at.fresh.drop();
	});
	return at;
}

async function isPlanned(owner: pg.Client): Promise<boolean> {
	const { rows } = await owner.query<{ waiting: boolean }>(
		`SELECT EXISTS (SELECT FROM pgboss.job
			WHERE state IN ('created', 'retry', 'active') AND start_after <= now()) AS waiting`
	);
	return !rows[0]!.waiting;
}

export interface Foreign<T> {
	/** Where the id stands: `body.roomId`. */
	at: string;
	/** The name of its field. */
	field: string;
	request: T;
}

/**
 * @returns the request once for each id of `a` in it, with that of `b` in its place, and once with all of them
 * @throws Error for an id in it that is none of `a`'s: then nothing would be tried with it
 */
export function withForeignIds<T>(
	request: T,
	a: FilledOrganization,
	b: FilledOrganization
): Foreign<T>[] {
	const counterpart = new Map([...idsOf(a)].map(([at, id]) => [id, new Map(idsOf(b)).get(at)!]));
	const places = leavesOf(request).filter(([, leaf]) => UUID.test(leaf));
	const strange = places.find(([, leaf]) => !counterpart.has(leaf));
	if (strange) throw new Error(`${strange[0].join('.')} is no id of the organization`);
	const replaced = (some: typeof places) =>
		some.reduce((made, [path, leaf]) => withLeaf(made, path, counterpart.get(leaf)!), request);
	const one = places.map((place) => {
		const names = place[0].filter((part) => Number.isNaN(Number(part)));
		return { at: place[0].join('.'), field: names.at(-1)!, request: replaced([place]) };
	});
	if (places.length < 2) return one;
	return [...one, { at: 'all of them', field: '', request: replaced(places) }];
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function idsOf(organization: FilledOrganization): [at: string, id: string][] {
	return leavesOf(organization)
		.filter(([path, leaf]) => UUID.test(leaf) && path[0] !== 'session')
		.map(([path, leaf]) => [path.join('.'), leaf]);
}

/** Every text in a value, with the way to it. */
function leavesOf(value: unknown, path: string[] = []): [path: string[], leaf: string][] {
	if (typeof value === 'string') return [[path, value]];
	if (value === null || typeof value !== 'object') return [];
	return Object.entries(value).flatMap(([key, part]) => leavesOf(part, [...path, key]));
}

function withLeaf<T>(value: T, [key, ...rest]: string[], leaf: string): T {
	if (key === undefined) return leaf as T;
	const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
	copy[key] = withLeaf(copy[key], rest, leaf);
	return copy as T;
}
