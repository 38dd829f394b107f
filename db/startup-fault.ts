/** What keeps Dayboard from starting and its operator can mend: shown as it is, without a stack. */

/** Throw with one clear line per thing to mend; the entry prints them and exits with code 1. */
export class StartupFault extends Error {
	override readonly name = 'StartupFault';
	readonly lines: readonly string[];

	/** @param lines complete sentences for the operator: what is wrong, and what to do */
	constructor(lines: string | readonly string[], options?: ErrorOptions) {
		const list = typeof lines === 'string' ? [lines] : lines;
		super(list.join('\n'), options);
		this.lines = list;
	}
}
