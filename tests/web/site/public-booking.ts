/** A stranger's browser without scripts: follows links, sends forms, keeps its cookies. */

export interface Browser {
	get(path: string): Promise<{ status: number; html: string; path: string }>;
	/** Sends a form as a page of Dayboard's does, and follows where it leads. */
	post(
		path: string,
		fields: Record<string, string>
	): Promise<{ status: number; html: string; path: string }>;
}

/** What people type: the tests' Dayboard stands behind a proxy with TLS, which says where each visitor comes from. */
export const PUBLIC_ORIGIN = 'https://book.clinic.example';

let visitors = 0;

/**
 * @param url where the server really is; every browser comes from an address of its own
 * @param origin of the pages, as the server knows it
 */
export function browserAt(url: string, origin: string = PUBLIC_ORIGIN): Browser {
	const address = `10.0.${Math.floor(++visitors / 250)}.${visitors % 250}`;
	const cookies = new Map<string, string>();
	const ask = async (path: string, init: RequestInit = {}) => {
		const answer = await fetch(new URL(path, url), {
			...init,
			redirect: 'manual',
			headers: {
				accept: 'text/html',
				'x-forwarded-for': address,
				...(init.method === 'POST' ? { origin } : {}),
				cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
			}
		});
		for (const line of answer.headers.getSetCookie()) {
			const [name, value] = line.split(';')[0]!.split('=', 2);
			cookies.set(name!, value!);
		}
		return answer;
	};
	const follow = async (path: string, init?: RequestInit) => {
		let answer = await ask(path, init);
		let here = path;
		for (let hops = 0; answer.status === 303 && hops < 5; hops++) {
			here = answer.headers.get('location')!;
			answer = await ask(here);
		}
		return { status: answer.status, html: await answer.text(), path: here };
	};
	return {
		get: (path) => follow(path),
		post: (path, fields) => follow(path, { method: 'POST', body: new URLSearchParams(fields) })
	};
}

/** @returns what stands in a page's main part, so that a failing test shows a line and not a page */
export function saidOn(html: string): string {
	const main = /<main[^>]*>(.*?)<\/main>/s.exec(html)?.[1] ?? html;
	return main
		.replace(/<[^>]*>/g, ' ')
		.replace(/\s+/g, ' ')
		.slice(0, 600);
}

/** @returns the values of a page's buttons for times, in their order */
export function timesOn(html: string): string[] {
	return [...html.matchAll(/name="time"[^>]*value="([^"]+)"/g)].map(([, value]) => value!);
}

export const SOMEBODY = {
	givenName: 'Zofia',
	familyName: 'Gęślińska-O’Neill',
	birthDate: '1984-02-29',
	phone: '+48 600 100 200',
	email: '',
	consent: 'yes'
};
