/** What many write at the same time is written together: one transaction for all that came while the last one ran. */

/**
 * @param write stores a group and answers for each of it, in order. A throw fails the whole group
 * @returns a function that stores one and resolves with its answer once it is committed
 */
export function groupCommit<Item, Answer>(
	write: (group: Item[]) => Promise<Answer[]>
): (item: Item) => Promise<Answer> {
	let waiting: { item: Item; settle: PromiseWithResolvers<Answer> }[] = [];
	let running: Promise<void> | null = null;

	async function run(): Promise<void> {
		while (waiting.length > 0) {
			const group = waiting;
			waiting = [];
			try {
				const answers = await write(group.map(({ item }) => item));
				group.forEach(({ settle }, at) => settle.resolve(answers[at]!));
			} catch (fault) {
				for (const { settle } of group) settle.reject(fault);
			}
		}
		running = null;
	}

	return (item) => {
		const settle = Promise.withResolvers<Answer>();
		waiting.push({ item, settle });
		// A turn later, so that those who come with it are in the first group too.
		running ??= Promise.resolve().then(run);
		return settle.promise;
	};
}
