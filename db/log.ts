/**
 * The log of the server and of its pages: one JSON line for each event on standard output. Ids and codes only, never
 * what names a patient. It lives beside the database because it is the database's faults that carry rows along.
 */
import { destination, pino, type Logger } from 'pino';

/** Never written, wherever they stand in what is logged: secrets, and what people typed. */
const REDACTED = [
	'cookie',
	'authorization',
	'password',
	'token',
	'secret',
	'email',
	'text',
	'body'
];

/** @param level the least that is written; `silent` writes nothing */
export function createLog(level: string): Logger {
	return pino(
		{
			level,
			base: undefined,
			redact: {
				paths: REDACTED.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
				remove: true
			},
			// Faults of the database carry the row they are about in `detail`, `where` and the query's parameters.
			serializers: { err: plainFault }
		},
		// Written at once: what is logged last before an end must not be lost.
		destination({ dest: 1, sync: true })
	);
}

/** @returns type, code and stack of a fault and its causes; the message only where no SQL is in it. */
function plainFault(fault: unknown): unknown {
	if (!(fault instanceof Error)) return { type: typeof fault };
	const code = 'code' in fault ? fault.code : undefined;
	const fromDatabase = 'query' in fault || 'severity' in fault;
	return {
		type: fault.name,
		code,
		message: fromDatabase ? undefined : fault.message,
		// The first lines of a stack repeat the message.
		stack: fault.stack
			?.split('\n')
			.filter((line) => /^\s+at /.test(line))
			.slice(0, 12),
		cause: fault.cause === undefined ? undefined : plainFault(fault.cause)
	};
}
