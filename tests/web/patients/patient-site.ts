/** A running Dayboard with the demo's site and another organization's, and patients who sign in there. */
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { openDatabase, type Database } from '#db/database.ts';
import type { Site } from '#domain/site/site.ts';
import {
	patientFactory,
	practiceFactory,
	type PatientWish,
	type Practice
} from '../../domain/patients/family.ts';
import { startDayboard, type RunningDayboard } from '../../support/dayboard.ts';
import { PUBLIC_ORIGIN, timesOn } from '../site/public-booking.ts';
import {
	patientBrowser,
	signInBrowser,
	withAction,
	type PatientBrowser
} from './patient-browser.ts';

export const HOME = '/en/fellside';

export interface PatientSite {
	dayboard: RunningDayboard;
	database: Database;
	owner: pg.Client;
	/** The demo's. */
	site: Site;
	/** Another organization's. */
	other: Practice;
	/** Address of the times of the service without rules of age. */
	times: string;
}

/** Registers the hooks that start and end it. What it returns is filled before the first test. */
export function usePatientSite(): PatientSite {
	const at = {} as PatientSite;
	beforeAll(async () => {
		at.dayboard = await startDayboard({ scale: 'small', env: { ORIGIN: PUBLIC_ORIGIN } });
		at.owner = new pg.Client({ connectionString: at.dayboard.databaseUrl });
		await at.owner.connect();
		at.database = openDatabase(at.dayboard.databaseUrl, { max: 3 });
		const { rows } = await at.owner.query<{ organization_id: string; account_id: string }>(
			`SELECT organization_id, account_id FROM sites WHERE slug = 'fellside'`
		);
		const { organization_id: organizationId, account_id: accountId } = rows[0]!;
		at.site = {
			organizationId,
			accountId,
			slug: 'fellside',
			name: '',
			hue: 0,
			texts: {},
			specialties: {},
			logo: null,
			currency: 'GBP'
		};
		at.other = await practiceFactory(at.database, at.owner);
		const { html } = await patientBrowser(at.dayboard.url).get(`${HOME}/book`);
		at.times = /href="([^"]*book\/times\?service=consultation[^"]*)"/.exec(html)![1]!;
	}, 240_000);
	afterAll(async () => {
		await at.database?.close();
		await at.owner?.end();
		await at.dayboard?.close();
	});
	return at;
}

let people = 0;

/** Somebody new with an e-mail address of their own, signed in. */
export async function signedInPatient(
	at: PatientSite,
	wish: PatientWish = {}
): Promise<{ id: string; email: string; browser: PatientBrowser }> {
	const email = `somebody${++people}@home.example`;
	const id = await patientFactory(at, { email, ...wish });
	const browser = patientBrowser(at.dayboard.url);
	const there = await signInBrowser(browser, at, { site: HOME, typed: email });
	if (there.path !== `${HOME}/me`) throw new Error(`not signed in: ${there.path}`);
	return { id, email, browser };
}

/** Keeps a time. @param place of the page's list. @returns the page that asks who is coming */
export async function keep(at: PatientSite, browser: PatientBrowser, place = -1) {
	const page = await browser.get(at.times);
	const time = timesOn(page.html).at(place)!;
	const kept = await browser.post(withAction(at.times, 'keep'), { time });
	if (!kept.path.includes('/book/details/')) throw new Error(`not kept: ${kept.status}`);
	return kept;
}

/** Books for a person with one tap. @returns the visit's id and its page */
export async function bookFor(
	at: PatientSite,
	browser: PatientBrowser,
	who: string,
	place = -1
): Promise<{ id: string; page: string }> {
	const kept = await keep(at, browser, place);
	const booked = await browser.post(withAction(kept.path, 'bookFor'), { who });
	const id = /\/me\/visits\/([0-9a-f-]{36})\?booked$/.exec(booked.path)?.[1];
	if (!id) throw new Error(`not booked: ${booked.status} ${booked.path}`);
	return { id, page: `${HOME}/me/visits/${id}` };
}
