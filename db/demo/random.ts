/**
 * Chance that can be repeated: the same seed gives the same demo, byte for byte. Not for secrets.
 * The generator is sfc32 (Chris Doty-Humphrey's Small Fast Counter, 32 bit; passes PractRand), its state filled from
 * the seed's text by xmur3-style mixing.
 */

export interface Random {
	/** @returns at least 0, below 1. */
	next(): number;
	/** @returns a whole number from `low` to `high`, both included. */
	whole(low: number, high: number): number;
	/** @returns true in `probability` of the cases. */
	chance(probability: number): boolean;
	pick<T>(list: readonly T[]): T;
	/** @returns an index, each as likely as its weight. */
	weighted(weights: readonly number[]): number;
	/** Shuffles in place. */
	shuffle<T>(list: T[]): T[];
	/** @returns a UUID of version 4. */
	uuid(): string;
	/** @returns a generator of its own: what is drawn from it moves nothing elsewhere. */
	fork(name: string): Random;
}

export function createRandom(seed: string): Random {
	const word = bits(seed);
	const next = () => word() / 4_294_967_296;
	const whole = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
	return {
		next,
		whole,
		chance: (probability) => next() < probability,
		pick: (list) => list[whole(0, list.length - 1)]!,
		weighted(weights) {
			let rest = next() * weights.reduce((sum, weight) => sum + weight, 0);
			for (const [index, weight] of weights.entries()) {
				rest -= weight;
				if (rest < 0) return index;
			}
			return weights.length - 1;
		},
		shuffle(list) {
			for (let i = list.length - 1; i > 0; i--) {
				const j = whole(0, i);
				[list[i], list[j]] = [list[j]!, list[i]!];
			}
			return list;
		},
		uuid() {
			const hex = Array.from({ length: 4 }, () => word().toString(16).padStart(8, '0')).join('');
			const variant = '89ab'[parseInt(hex[16]!, 16) % 4]!;
			return [
				hex.slice(0, 8),
				hex.slice(8, 12),
				`4${hex.slice(13, 16)}`,
				variant + hex.slice(17, 20),
				hex.slice(20)
			].join('-');
		},
		fork: (name) => createRandom(`${seed}/${name}`)
	};
}

/** @returns a function that gives 32 random bits at each call. */
function bits(seed: string): () => number {
	let mixed = 1_779_033_703 ^ seed.length;
	for (let i = 0; i < seed.length; i++) {
		mixed = Math.imul(mixed ^ seed.charCodeAt(i), 3_432_918_353);
		mixed = (mixed << 13) | (mixed >>> 19);
	}
	const state = () => {
		mixed = Math.imul(mixed ^ (mixed >>> 16), 2_246_822_507);
		mixed = Math.imul(mixed ^ (mixed >>> 13), 3_266_489_909);
		return (mixed ^= mixed >>> 16) >>> 0;
	};
	let [a, b, c, counter] = [state(), state(), state(), 1];
	const word = () => {
		const sum = (a + b + counter) | 0;
		counter = (counter + 1) | 0;
		a = b ^ (b >>> 9);
		b = (c + (c << 3)) | 0;
		c = (c << 21) | (c >>> 11);
		c = (c + sum) | 0;
		return sum >>> 0;
	};
	for (let i = 0; i < 12; i++) word();
	return word;
}
