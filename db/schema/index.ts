/** Every table, for drizzle. A file per group of tables. */
export * from './access.ts';
export * from './directory.ts';
export * from './scheduling.ts';
