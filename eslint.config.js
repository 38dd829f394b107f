import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import svelte from 'eslint-plugin-svelte';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/**
 * Promises that nobody waits for lose their faults; these two rules need types, so they run where servers run.
 *
 * @type {import('eslint').Linter.RulesRecord}
 */
const PROMISES = {
	'@typescript-eslint/no-floating-promises': 'error',
	'@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }]
};

export default defineConfig(
	globalIgnores([
		'build/',
		'.svelte-kit/',
		'**/node_modules/',
		'test-results/',
		'db/migrations/',
		'web/lib/paraglide/'
	]),
	js.configs.recommended,
	ts.configs.recommended,
	svelte.configs.recommended,
	prettier,
	svelte.configs.prettier,
	{
		languageOptions: { globals: { ...globals.node, ...globals.browser } },
		rules: {
			// The compiler knows every name that there is, also types.
			'no-undef': 'off',
			eqeqeq: 'error',
			'no-console': 'error',
			'@typescript-eslint/consistent-type-imports': 'error',
			'@typescript-eslint/no-unused-vars': [
				'error',
				{ argsIgnorePattern: '^_', ignoreRestSiblings: true }
			]
		}
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
		rules: {
			// Every address of Dayboard begins at the root: there is no base path.
			'svelte/no-navigation-without-resolve': 'off',
			// Maps that live for one computation are meant to be plain.
			'svelte/prefer-svelte-reactivity': 'off'
		}
	},
	{
		files: ['domain/**/*.ts', 'db/**/*.ts', 'sync-server/**/*.ts'],
		languageOptions: { parserOptions: { projectService: true } },
		rules: PROMISES
	},
	{
		// .dependency-cruiser.js has these rules for all files; in components it does not see imports of types.
		files: ['web/**/*.svelte'],
		rules: {
			'no-restricted-imports': [
				'error',
				{
					patterns: [
						{
							regex: '(^#|/)(db|sync-server|tests)/',
							message: 'A component gets its data from load functions and lib/sync.'
						},
						{
							regex: '(^#|/)domain/[^/]+/(commands|queries)',
							message: 'Only web/lib/server/ may call these.'
						}
					]
				}
			]
		}
	},
	{
		// What is run by hand speaks on the console.
		files: [
			'sync-server/{audit-verify,boot,import,keys-rotate,require-node,token}.{ts,js}',
			'tests/bench/**',
			'tests/support/{run-all,browser}.ts'
		],
		rules: { 'no-console': 'off' }
	},
	{
		// It must load in a Node of any age.
		files: ['sync-server/require-node.js'],
		rules: { 'no-var': 'off' }
	}
);
