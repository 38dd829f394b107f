/** What the sync server counts; served at `/metrics` with everything else of prom-client's default registry. */
import { Counter, Gauge, Histogram } from 'prom-client';

export const openSockets = new Gauge({
	name: 'dayboard_open_sockets',
	help: 'Sockets that are open'
});

export const openBoards = new Gauge({
	name: 'dayboard_open_boards',
	help: 'Boards (a clinic, a day) that somebody has open'
});

export const verdictCount = new Counter({
	name: 'dayboard_verdicts_total',
	help: 'Intents judged, by outcome',
	labelNames: ['outcome'] as const
});

export const refusedSockets = new Counter({
	name: 'dayboard_refused_upgrades_total',
	help: 'Upgrade requests refused, by status',
	labelNames: ['status'] as const
});

export const projectionSeconds = new Histogram({
	name: 'dayboard_projection_seconds',
	help: 'From being told of changes to having them in the boards',
	buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5]
});

export const sealedRows = new Counter({
	name: 'dayboard_audit_sealed_rows_total',
	help: 'Rows of the audit that this process bound into their chain'
});

export const refusedRequests = new Counter({
	name: 'dayboard_refused_requests_total',
	help: 'HTTP requests refused, by status: strangers too, of whom no audit knows',
	labelNames: ['status'] as const
});

export const messageCount = new Counter({
	name: 'dayboard_messages_total',
	help: 'Messages that were sent, failed, were not sent on purpose, or are tried again (state queued), by channel',
	labelNames: ['channel', 'state'] as const
});
