/**
 * An SMS provider as a process of its own that takes everything: what it costs is not Dayboard's. Prints its port;
 * `GET /count` answers with how many different messages it has and how many came twice.
 */
import { createServer } from 'node:http';

const bodies = new Set<string>();
let twice = 0;
let count = 0;
const server = createServer((request, response) => {
	if (request.url === '/count')
		return void response.end(JSON.stringify({ once: bodies.size, twice }));
	let body = '';
	request.setEncoding('utf8');
	request.on('data', (chunk: string) => (body += chunk));
	request.on('end', () => {
		if (bodies.has(body)) twice++;
		else bodies.add(body);
		response.writeHead(201, { 'content-type': 'application/json' });
		response.end(`{"sid":"SM${++count}","status":"queued"}`);
	});
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
	const address = server.address();
	process.stdout.write(`${typeof address === 'object' ? address!.port : ''}\n`);
});
