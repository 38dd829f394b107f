/** One line of the log about a fault: what was under way and where it broke. */

/** Neither its message nor its cause's: the database's messages may hold what was sent. */
export function logFault(what: Record<string, string | null>, fault: unknown): void {
	const { name, cause, stack } =
		fault instanceof Error ? fault : { name: typeof fault, cause: null, stack: '' };
	const code =
		(fault as { code?: unknown } | null)?.code ??
		(cause as { code?: unknown } | null)?.code ??
		null;
	const at = (stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
	const line = {
		...{ level: 'error', at: new Date().toISOString(), ...what, name, code },
		stack: at.slice(0, 12).map((frame) => frame.trim())
	};
	process.stderr.write(`${JSON.stringify(line)}\n`);
}
