/** The job that binds the audit's rows into their chains, behind everybody's back: no move waits for it. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '#db/database.ts';
import { organizationsToSeal, sealAudit } from '#domain/access/commands/seal-audit.ts';
import { sealedRows } from './metrics.ts';

const INTERVAL_MS = 3_000;
/** At the end there is time for what the last seconds left behind, not for a year's events. */
const LAST_BATCHES = 3;

/** Starts sealing. @returns how to stop it: it seals what is there and resolves when it has ended */
export function startSealing(options: { database: Database; log: Logger }): () => Promise<void> {
	const { database, log } = options;
	let stopped = false;
	let running: Promise<void> | null = null;

	async function seal(organizationId: string): Promise<void> {
		for (let batch = 0; !stopped || batch < LAST_BATCHES; batch++) {
			const began = performance.now();
			const rows = await sealAudit(database, organizationId);
			if (rows === 0) return;
			sealedRows.inc(rows);
			// Years of old events are worked through at half speed, so that the board has the other half.
			if (!stopped) await delay(performance.now() - began);
		}
	}

	async function sealAll(): Promise<void> {
		try {
			for (const organizationId of await organizationsToSeal(database)) await seal(organizationId);
		} catch (fault) {
			log.warn({ err: fault }, 'the audit could not be sealed, trying again');
		}
	}

	const turn = () => {
		running ??= sealAll().finally(() => (running = null));
	};
	turn();
	const timer = setInterval(turn, INTERVAL_MS);
	timer.unref();
	return async () => {
		clearInterval(timer);
		stopped = true;
		await running;
		await sealAll();
	};
}
