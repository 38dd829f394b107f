/** A clinic on a database of its own with a sync server before it: what the tests of documents begin with. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import {
	clinicFactory,
	sessionFactory,
	type Clinic,
	type ClinicOptions
} from '../factories/clinic-factory.ts';
import { Client, honestHeaders, startSync, type SyncUnderTest } from './sync-client.ts';
import { freshDatabase, type FreshDatabase } from './test-postgres.ts';

export interface SyncClinic {
	fresh: FreshDatabase;
	under: SyncUnderTest;
	clinic: Clinic;
	/** Of the receptionist's session. */
	token: string;
	/** Connects a browser that keeps to the rules; it is closed after the test. */
	connect(token?: string): Client;
}

/** Registers the hooks that start and end it. What it returns is filled before the first test. */
export function useSyncClinic(options: ClinicOptions = {}): SyncClinic {
	const clients: Client[] = [];
	const at = {
		connect(token = at.token) {
			const client = new Client(at.under.host, honestHeaders(at.under.host, token));
			clients.push(client);
			return client;
		}
	} as SyncClinic;
	beforeAll(async () => {
		at.fresh = await freshDatabase();
		at.clinic = await clinicFactory(at.fresh.database, options);
		at.token = await sessionFactory(at.fresh.database, at.clinic.receptionist);
		at.under = await startSync(at.fresh);
	});
	afterEach(() => {
		for (const client of clients.splice(0)) client.close();
	});
	afterAll(async () => {
		await at.under.close();
		await at.fresh.drop();
	});
	return at;
}
