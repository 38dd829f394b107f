/** Development: the same server, with Vite in it. Pages change in place; see package.json for the rest. */
import './require-node.js';
import path from 'node:path';
import { createServer } from 'vite';
import { run, type Web } from './boot.ts';
import { pathOf } from './http-server.ts';

/** Vite's own socket, apart from `/sync`. */
const HMR_PATH = '/@hmr';

const WEB = path.resolve(import.meta.dirname, '../web');

await run({
	ownUpgrade: (request) => pathOf(request) === HMR_PATH,
	async prepare(server): Promise<Web> {
		// In development Kit takes the working folder for Vite's root; in a build it must be the top instead.
		process.chdir(WEB);
		const vite = await createServer({
			configFile: path.join(WEB, 'vite.config.ts'),
			server: { middlewareMode: true, hmr: { server, path: HMR_PATH } }
		});
		return {
			handle: (request, response) => {
				vite.middlewares(request, response, () => response.writeHead(404).end());
			},
			close: () => vite.close()
		};
	}
});
