/** Production: the built pages, the sync and the database on one port. `npm start` builds first. */
import './require-node.js';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { StartupFault } from '#db/startup-fault.ts';
import { MAX_DOCUMENT_BYTES } from '#domain/documents/document.ts';
import { run, type Web } from './boot.ts';

const HANDLER = path.resolve(import.meta.dirname, '../build/handler.js');

await run({
	ownUpgrade: () => false,
	async prepare(): Promise<Web> {
		if (!existsSync(HANDLER))
			throw new StartupFault('The pages are not built: run "npm start", which builds them first.');
		// Read when the handler is loaded. http-server.ts writes these headers itself on every request.
		process.env.PROTOCOL_HEADER = 'x-forwarded-proto';
		process.env.HOST_HEADER = 'x-forwarded-host';
		process.env.ADDRESS_HEADER = 'x-forwarded-for';
		// The routes that take documents and lists; every other takes less (web/hooks.server.ts).
		process.env.BODY_SIZE_LIMIT = String(MAX_DOCUMENT_BYTES + 1024 * 1024);
		const { handler } = await import(pathToFileURL(HANDLER).href);
		return {
			handle: (request, response) => handler(request, response),
			async close() {
				// What adapter-node's own server says, so the pages can end their database connections.
				process.emit('sveltekit:shutdown' as 'disconnect');
			}
		};
	}
});
