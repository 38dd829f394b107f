/** Who may import whom: the table of docs/ARCHITECTURE.md as rules. `npm run check:imports` applies them. */

const DATABASE_FILES = '^domain/[^/]+/(commands|queries)(/|[.-][^/]*\\.ts$|\\.ts$)';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
	forbidden: [
		{
			name: 'no-cycles',
			comment: 'Two files that need each other are one subject, or lack a third.',
			severity: 'error',
			from: {},
			to: { circular: true }
		},
		{
			name: 'nothing-unresolved',
			severity: 'error',
			from: {},
			to: { couldNotResolve: true, pathNot: '^(\\$|\\./\\$types|@sveltejs/kit|build/)' }
		},
		{
			name: 'rules-stay-pure',
			comment: 'Rule files also run in the browser: no database, no server, no pages, no commands.',
			severity: 'error',
			from: { path: '^domain/', pathNot: DATABASE_FILES },
			to: { path: ['^(db|sync-server|web|tests)/', DATABASE_FILES] }
		},
		{
			name: 'rules-do-no-io',
			comment: 'Beside each other they may use packages that only compute.',
			severity: 'error',
			from: { path: '^domain/', pathNot: DATABASE_FILES },
			to: {
				dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-no-pkg', 'npm-unknown'],
				pathNot: '^node_modules/(zod|csv-parse|rrule-temporal)/'
			}
		},
		{
			name: 'commands-know-no-server',
			severity: 'error',
			from: { path: DATABASE_FILES },
			to: { path: '^(sync-server|web|tests)/' }
		},
		{
			name: 'db-knows-rules-only',
			severity: 'error',
			from: { path: '^db/' },
			to: { path: ['^(sync-server|web|tests)/', DATABASE_FILES] }
		},
		{
			name: 'only-db-takes-connections',
			comment:
				'Everybody else says whose data it is: forActor, inOrganization, findingOrganization.',
			severity: 'error',
			from: { pathNot: '^(db|tests)/' },
			to: { path: ['^db/pool\\.ts$', '^node_modules/(@types/)?pg/'] }
		},
		{
			name: 'sync-server-and-web-apart',
			comment: 'They meet in PostgreSQL.',
			severity: 'error',
			from: { path: '^sync-server/' },
			to: { path: '^(web|tests)/' }
		},
		{
			name: 'web-and-sync-server-apart',
			severity: 'error',
			from: { path: '^web/' },
			to: { path: '^(sync-server|tests)/' }
		},
		{
			name: 'only-lib-server-reaches-data',
			severity: 'error',
			from: { path: '^web/', pathNot: '^web/lib/server/' },
			to: { path: ['^db/', DATABASE_FILES] }
		}
	],
	options: {
		doNotFollow: { path: '(^|/)node_modules/' },
		exclude: { path: '^(build|\\.svelte-kit|web/node_modules)/' },
		// Types count: whoever needs a table's type knows the table.
		tsPreCompilationDeps: true,
		tsConfig: { fileName: 'tsconfig.json' },
		enhancedResolveOptions: {
			exportsFields: ['exports'],
			conditionNames: ['import', 'node', 'default', 'types'],
			extensions: ['.ts', '.js', '.mjs', '.svelte', '.json', '.d.ts']
		}
	}
};
