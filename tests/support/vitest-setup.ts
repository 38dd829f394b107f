/** Runs once before all of Vitest's workers. */
import { startTestPostgres } from './test-postgres.ts';

export default startTestPostgres;
