import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** Tests on real databases take longer than Vitest's five seconds where two cores do everything. */
const LIMITS = { testTimeout: 30_000, hookTimeout: 120_000 };

const PROCESSES = ['tests/db/**/*.test.ts', 'tests/sync-server/**/*.test.ts'];
const LONG = ['tests/faults/**', 'tests/property/**'];

const PLUGINS = [svelte({ configFile: false })];

export default defineConfig({
	test: {
		globalSetup: 'tests/support/vitest-setup.ts',
		maxWorkers: 2,
		projects: [
			{
				plugins: PLUGINS,
				test: {
					name: 'tests',
					include: ['tests/**/*.test.ts'],
					exclude: ['tests/e2e/**', 'tests/bench/**', ...PROCESSES, ...LONG],
					// One file after the other in one process: loading all modules anew for each takes longer than its tests.
					isolate: false,
					sequence: { groupOrder: 0 },
					...LIMITS
				}
			},
			{
				// These start servers and commands, change the process that they run in, or wait for its end.
				plugins: PLUGINS,
				test: {
					name: 'processes',
					include: PROCESSES,
					sequence: { groupOrder: 0 },
					...LIMITS
				}
			},
			{
				// Thousands of commands each: beside the others they would only wait for the two cores.
				plugins: PLUGINS,
				test: {
					name: 'property',
					include: ['tests/property/**/*.test.ts'],
					sequence: { groupOrder: 1 },
					...LIMITS
				}
			},
			{
				// These kill servers and race hundreds of connections: one after the other, with nothing beside them.
				plugins: PLUGINS,
				test: {
					name: 'faults',
					include: ['tests/faults/**/*.test.ts'],
					fileParallelism: false,
					sequence: { groupOrder: 2 },
					...LIMITS,
					testTimeout: 180_000
				}
			}
		]
	}
});
