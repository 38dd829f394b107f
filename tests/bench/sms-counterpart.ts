/**
 * An SMS provider as a process of its own that takes everything. It shares the machine with what is measured, so it
 * does no more than it must: it finds where a request ends, keeps a digest of it and answers. Prints its port;
 * `GET /count` answers with how many different messages it has and how many came twice.
 */
import { createHash } from 'node:crypto';
import { createServer, type Socket } from 'node:net';

const END_OF_HEAD = '\r\n\r\n';
const LENGTH = /\r\ncontent-length: *(\d+)/i;

const seen = new Set<string>();
let twice = 0;

const server = createServer((socket) => {
	socket.setNoDelay(true);
	let waiting: Buffer = Buffer.alloc(0);
	socket.on('data', (chunk: Buffer) => {
		waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
		for (let length = takeRequest(socket, waiting); length > 0;) {
			waiting = waiting.subarray(length);
			length = takeRequest(socket, waiting);
		}
	});
	socket.on('error', () => {});
});

/** Answers the first request in what came. @returns its length in bytes; 0: it has not come whole yet */
function takeRequest(socket: Socket, came: Buffer): number {
	const headLength = came.indexOf(END_OF_HEAD);
	if (headLength < 0) return 0;
	const head = came.toString('latin1', 0, headLength);
	const from = headLength + END_OF_HEAD.length;
	const until = from + Number(LENGTH.exec(head)?.[1] ?? 0);
	if (came.length < until) return 0;
	if (head.startsWith('GET /count ')) answer(socket, '200 OK', { once: seen.size, twice });
	else answer(socket, '201 Created', taken(came.subarray(from, until)));
	return until;
}

/** Told apart by all that they say: each names its visit's doctor, its number and its links. */
function taken(body: Buffer): object {
	const digest = createHash('sha1').update(body).digest('latin1');
	if (seen.has(digest)) twice++;
	else seen.add(digest);
	return { sid: `SM${seen.size + twice}`, status: 'queued' };
}

function answer(socket: Socket, status: string, value: object): void {
	const body = JSON.stringify(value);
	socket.write(
		`HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
	);
}

// Whoever started it is gone.
process.stdin.resume().on('end', () => process.exit());
server.listen(0, '127.0.0.1', () => {
	const address = server.address();
	process.stdout.write(`${typeof address === 'object' ? address!.port : ''}\n`);
});
