import adapter from '@sveltejs/adapter-node';

/**
 * The one place of SvelteKit's options. Vite's root is `web/`, so `web/vite.config.ts` passes them in:
 * SvelteKit 3 refuses to find this file in Vite's own root (docs/decisions/0012-toolchain-oddities.md).
 * Paths are relative to Vite's root.
 *
 * @type {import('@sveltejs/kit/vite').Config}
 */
const options = {
	adapter: adapter({ out: 'build' }),
	outDir: '../.svelte-kit',
	files: {
		src: '.',
		assets: 'static',
		routes: 'routes',
		appTemplate: 'app.html',
		errorTemplate: 'error.html',
		serviceWorker: 'service-worker',
		hooks: { server: 'hooks.server.ts', client: 'hooks.client.ts', universal: 'hooks.ts' }
	},
	// Patients have a service worker when they ask for one (web/lib/site/push-choice.svelte.ts), staff from their board
	// (web/lib/sync/app-shell.ts).
	serviceWorker: { register: false },
	// The service worker shows one empty page at many addresses: what it loads has to be found from each.
	paths: { relative: false },
	// Kit's own check of the origin would answer tokens in plain text, and a DELETE without a body as a form.
	// web/hooks.server.ts checks every page and form, web/lib/server/api/caller.ts every change by a session.
	csrf: { trustedOrigins: ['*'] },
	csp: {
		mode: 'nonce',
		directives: {
			'default-src': ['self'],
			'img-src': ['self', 'data:'],
			'style-src': ['self', 'unsafe-inline'],
			'connect-src': ['self'],
			'object-src': ['none'],
			'base-uri': ['self'],
			'frame-ancestors': ['none'],
			'form-action': ['self']
		}
	}
};

export default options;
