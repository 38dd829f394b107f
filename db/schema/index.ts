/** Every table, for drizzle. A file per group of tables. */
export * from './access.ts';
export * from './audit.ts';
export * from './claims.ts';
export * from './directory.ts';
export * from './encryption.ts';
export * from './hours.ts';
export * from './kept.ts';
export * from './messages.ts';
export * from './patient-access.ts';
export * from './scheduling.ts';
export * from './services.ts';
export * from './sign-in.ts';
export * from './site.ts';
export * from './tasks.ts';
export * from './waitlist.ts';
export * from './waitlist-keys.ts';
export * from './waitlist-offers.ts';
