/** One connection that listens to PostgreSQL, and comes back when it is lost. */
import pg from 'pg';
import type { Logger } from 'pino';

export interface ListenerOptions {
	databaseUrl: string;
	/** What to do with a payload, by channel. */
	channels: Record<string, (payload: string) => void>;
	/** Called after each time that the connection was lost and found: what was told meanwhile is unknown. */
	onFoundAgain(): Promise<void>;
	log: Logger;
}

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

export class Listener {
	private readonly options: ListenerOptions;
	private client: pg.Client | null = null;
	private closed = false;
	private retryMs = FIRST_RETRY_MS;

	constructor(options: ListenerOptions) {
		this.options = options;
	}

	/** Whether payloads reach us now. */
	get isListening(): boolean {
		return this.client !== null;
	}

	/** Connects; throws when the first attempt fails. */
	async start(): Promise<void> {
		const { databaseUrl, channels } = this.options;
		const client = new pg.Client({ connectionString: databaseUrl, keepAlive: true });
		client.on('notification', ({ channel, payload }) => channels[channel]?.(payload ?? ''));
		// Also said when the connection ends: 'end' follows and brings us back.
		client.on('error', () => {});
		client.once('end', () => this.lost(client));
		await client.connect();
		for (const channel of Object.keys(channels)) await client.query(`LISTEN ${channel}`);
		this.client = client;
		this.retryMs = FIRST_RETRY_MS;
	}

	async close(): Promise<void> {
		this.closed = true;
		await this.client?.end();
	}

	private lost(client: pg.Client): void {
		if (this.closed || this.client !== client) return;
		this.client = null;
		this.options.log.warn('the line to PostgreSQL was lost, looking for it');
		this.retryLater();
	}

	private retryLater(): void {
		setTimeout(() => {
			if (this.closed) return;
			this.start()
				.then(() => this.options.onFoundAgain())
				.catch((fault: unknown) => {
					this.options.log.warn({ err: fault }, 'PostgreSQL is still away');
					if (!this.client) this.retryLater();
				});
		}, this.retryMs).unref();
		this.retryMs = Math.min(this.retryMs * 2, LAST_RETRY_MS);
	}
}
