/** Services, clinics and doctors by the names that a list gives them. Pure. */
import { foldText } from '../../directory/patient-search.ts';

export interface Named {
	id: string;
	name: string;
}

export type NameMatch =
	| { ids: string[] }
	/** `nearest`: the name that comes closest; `null`: none does. */
	| { unknown: string; nearest: string | null }
	| { twice: string };

/** Finds by name, whatever its capitals, accents and titles. */
export class NameMatcher {
	readonly #named: readonly Named[];
	readonly #ids = new Map<string, string[]>();

	constructor(named: readonly Named[]) {
		this.#named = named;
		for (const { id, name } of named) {
			const key = foldName(name);
			this.#ids.set(key, [...(this.#ids.get(key) ?? []), id]);
		}
	}

	one(text: string): NameMatch {
		const ids = this.#ids.get(foldName(text));
		if (ids === undefined) return { unknown: text, nearest: this.#nearest(text) };
		return ids.length > 1 ? { twice: text } : { ids };
	}

	/** Several in one cell: apart by semicolons, bars or lines, or by commas where no name has one. */
	several(text: string): NameMatch {
		const whole = this.one(text);
		if (!('unknown' in whole)) return whole;
		const parts = text.split(/[;|\n]/).flatMap((part) => {
			return 'unknown' in this.one(part) ? part.split(',') : [part];
		});
		const ids = new Set<string>();
		for (const part of parts.map((one) => one.trim()).filter((one) => one !== '')) {
			const found = this.one(part);
			if (!('ids' in found)) return found;
			found.ids.forEach((id) => ids.add(id));
		}
		return { ids: [...ids] };
	}

	#nearest(text: string): string | null {
		const asked = foldName(text).slice(0, 60);
		let best: { name: string; distance: number } | null = null;
		for (const { name } of this.#named) {
			const key = foldName(name);
			// Whoever wrote only a part of a name most likely meant it.
			const isPart = asked.length >= 3 && (key.includes(asked) || asked.includes(key));
			const distance = isPart ? 1 : distanceOf(asked, key.slice(0, 60));
			if (best === null || distance < best.distance) best = { name, distance };
		}
		// A third of the letters: North is not South.
		const far = Math.max(1, Math.floor(asked.length / 3));
		return best !== null && best.distance <= far ? best.name : null;
	}
}

/** Titles are written or left out as people like. */
function foldName(name: string): string {
	return foldText(name)
		.replace(/^((dr|doctor|doktor|lek|med|prof|hab|mgr)\b\.? ?)+/, '')
		.replace(/[^\p{L}\p{N}]+/gu, ' ')
		.trim();
}

/** @returns how many letters have to be put in, taken out or changed (Levenshtein) */
export function distanceOf(one: string, other: string): number {
	let row = Array.from({ length: other.length + 1 }, (_, index) => index);
	for (let i = 1; i <= one.length; i++) {
		const next = [i];
		for (let j = 1; j <= other.length; j++) {
			const changed = row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1);
			next.push(Math.min(changed, row[j]! + 1, next[j - 1]! + 1));
		}
		row = next;
	}
	return row[other.length]!;
}
