/** A patient's browser without scripts: one that keeps each cookie for the pages it was set for. */
import type pg from 'pg';
import type { Database } from '#db/database.ts';
import { codesSentTo, codeSentTo } from '../../support/sent-codes.ts';
import { PUBLIC_ORIGIN } from '../site/public-booking.ts';

export interface Answer {
	status: number;
	html: string;
	path: string;
	headers: Headers;
}

export interface PatientBrowser {
	get(path: string): Promise<Answer>;
	/** Sends a form, and follows where it leads. */
	post(path: string, fields: Record<string, string>): Promise<Answer>;
	/** The cookies that go to a path. */
	cookiesFor(path: string): Record<string, string>;
	/** Takes over another browser's cookie. */
	setCookie(name: string, value: string, path: string): void;
}

interface Cookie {
	name: string;
	value: string;
	path: string;
	flags: string;
}

let browsers = 0;

/** @param url where the server really is; every browser comes from an address of its own */
export function patientBrowser(url: string): PatientBrowser {
	const address = `10.9.${Math.floor(++browsers / 250)}.${browsers % 250}`;
	let cookies: Cookie[] = [];
	const keep = (line: string) => {
		const [pair, ...flags] = line.split(';').map((part) => part.trim());
		const [name, value] = pair!.split('=', 2) as [string, string];
		const flag = (wanted: string) =>
			flags.find((one) => one.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
		const path = flag('path') ?? '/';
		cookies = cookies.filter((one) => one.name !== name || one.path !== path);
		const isOver =
			flag('max-age') === '0' || (flag('expires') && Date.parse(flag('expires')!) < Date.now());
		if (!isOver) cookies.push({ name, value, path, flags: flags.join('; ') });
	};
	const going = (path: string) => {
		const { pathname } = new URL(path, url);
		return cookies.filter(
			(one) => one.path === '/' || pathname === one.path || pathname.startsWith(`${one.path}/`)
		);
	};
	const ask = async (path: string, init: RequestInit = {}) => {
		const answer = await fetch(new URL(path, url), {
			...init,
			redirect: 'manual',
			headers: {
				...{ accept: 'text/html', 'x-forwarded-for': address },
				...(init.method === 'POST' ? { origin: PUBLIC_ORIGIN } : {}),
				cookie: going(path)
					.map(({ name, value }) => `${name}=${value}`)
					.join('; ')
			}
		});
		answer.headers.getSetCookie().forEach(keep);
		return answer;
	};
	const follow = async (path: string, init?: RequestInit) => {
		let answer = await ask(path, init);
		let here = path;
		for (let hops = 0; answer.status === 303 && hops < 5; hops++) {
			here = answer.headers.get('location')!;
			answer = await ask(here);
		}
		const { status, headers } = answer;
		return { status, headers, html: await answer.text(), path: here };
	};
	return {
		get: (path) => follow(path),
		post: (path, fields) => follow(path, { method: 'POST', body: new URLSearchParams(fields) }),
		cookiesFor: (path) =>
			Object.fromEntries(going(path).map(({ name, value, flags }) => [name, `${value}; ${flags}`])),
		setCookie: (name, value, path) => keep(`${name}=${value}; path=${path}`)
	};
}

/** Signs a browser in, the whole way. @returns where it ends */
export async function signInBrowser(
	browser: PatientBrowser,
	at: { database: Database; owner: pg.Client },
	{ site, typed, to = typed }: { site: string; typed: string; to?: string }
): Promise<Answer> {
	const known = (await codesSentTo(at, to)).length;
	const asked = await browser.post(`${site}/sign-in`, { contact: typed });
	const code = await codeSentTo(at, to, known);
	return browser.post(withAction(asked.path, 'code'), { code });
}

/** @returns the address of an action of a page */
export function withAction(path: string, action: string): string {
	const [pathname, query] = path.split('?');
	return `${pathname}?/${action}${query ? `&${query}` : ''}`;
}
