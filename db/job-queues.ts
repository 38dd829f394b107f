/** The queues of jobs that PostgreSQL keeps, and what stands in a job: ids, and nothing else. */

/** Where pg-boss keeps its tables. */
export const JOBS_SCHEMA = 'pgboss';

const MINUTE_S = 60;
/** A worker says so often, in seconds, that it lives: jobs of one that was killed come back after it, not when they expire. */
const HEARTBEAT = { heartbeatSeconds: 10 };

/** How each queue is kept; the names of the options are pg-boss's. */
export const JOB_QUEUES = {
	/** A visit was made or changed: work out what its patient is told (domain/messaging/commands/plan.ts). */
	'plan-messages': {
		...HEARTBEAT,
		...{ retryLimit: 20, retryDelay: 2, retryBackoff: true, retryDelayMax: 10 * MINUTE_S },
		...{ expireInSeconds: 5 * MINUTE_S, deleteAfterSeconds: 10 * MINUTE_S }
	},
	/** An organization's rules were changed: work it out anew for all visits to come. */
	'plan-all-messages': {
		...HEARTBEAT,
		...{ retryLimit: 20, retryDelay: 2, retryBackoff: true, retryDelayMax: 10 * MINUTE_S },
		...{ expireInSeconds: 15 * MINUTE_S, deleteAfterSeconds: 10 * MINUTE_S }
	},
	/** Messages of an organization are due (domain/messaging/commands/send.ts). */
	'send-messages': {
		...HEARTBEAT,
		...{ retryLimit: 5, retryDelay: 2, retryBackoff: true, retryDelayMax: MINUTE_S },
		...{ expireInSeconds: 5 * MINUTE_S, deleteAfterSeconds: 10 * MINUTE_S },
		// A wake-up waits for a visit that is years away.
		retentionSeconds: 3 * 366 * 86_400
	},
	/** A time became free, or an answer is due: look for whom it suits (domain/waitlist/commands/advance.ts). */
	'advance-waitlist': {
		...{ retryLimit: 20, retryDelay: 1, retryBackoff: true, retryDelayMax: MINUTE_S },
		...{ expireInSeconds: 5 * MINUTE_S, deleteAfterSeconds: 10 * MINUTE_S }
	}
} as const;
export type JobName = keyof typeof JOB_QUEUES;

/** What stands in a job. */
export interface JobData {
	organizationId: string;
	/** Of `plan-messages`. */
	appointmentId?: string;
	/** Of `advance-waitlist`. */
	openingId?: string;
}
