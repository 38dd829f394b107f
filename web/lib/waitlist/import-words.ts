/** Numbers of rows and people of a list that is brought, in words. */

/** @returns `12,000` */
export function figureWords(count: number): string {
	return count.toLocaleString('en-GB');
}

/** @returns `1 person`, `12,000 people` */
export function peopleWords(count: number): string {
	return `${figureWords(count)} ${count === 1 ? 'person' : 'people'}`;
}
