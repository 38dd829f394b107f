/** The one socket to the server, and what can be said of it. */
import { HocuspocusProviderWebsocket } from '@hocuspocus/provider';

/** `ended`: signed out or no longer allowed; it will not come back by itself. */
export type LineState = 'connecting' | 'live' | 'reconnecting' | 'offline' | 'ended';

/** docs/PROTOCOL.md */
const SESSION_ENDED = 4401;

/** After this long without a line we say 'offline' and stop calling it a hiccup. */
const OFFLINE_AFTER_MS = 8_000;

export class Line {
	readonly socket: HocuspocusProviderWebsocket;
	private readonly onState: (state: LineState) => void;
	private wasLive = false;
	private ended = false;
	private offlineTimer: ReturnType<typeof setTimeout> | undefined;
	private readonly onOffline = () => this.down(true);
	/** What looks open may have died unnoticed: a new socket costs little, waiting for a time-out costs changes. */
	private readonly onOnline = () => this.socket.webSocket?.close();

	constructor(onState: (state: LineState) => void) {
		this.onState = onState;
		const { protocol, host } = window.location;
		this.socket = new HocuspocusProviderWebsocket({
			url: `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/sync`,
			delay: 300,
			minDelay: 200,
			factor: 1.6,
			maxDelay: 5_000,
			jitter: true,
			onStatus: ({ status }) => {
				if (status === 'connected') this.up();
				else if (status === 'disconnected') this.down(false);
			},
			onClose: ({ event }) => {
				if (event.code === SESSION_ENDED) this.end();
			}
		});
		window.addEventListener('offline', this.onOffline);
		window.addEventListener('online', this.onOnline);
		if (!navigator.onLine) this.down(true);
	}

	/** The session is over. */
	end(): void {
		this.ended = true;
		clearTimeout(this.offlineTimer);
		this.onState('ended');
		this.socket.disconnect();
	}

	destroy(): void {
		clearTimeout(this.offlineTimer);
		window.removeEventListener('offline', this.onOffline);
		window.removeEventListener('online', this.onOnline);
		this.socket.destroy();
	}

	private up(): void {
		clearTimeout(this.offlineTimer);
		this.offlineTimer = undefined;
		this.wasLive = true;
		this.onState('live');
	}

	private down(certain: boolean): void {
		if (this.ended) return;
		if (certain || !navigator.onLine) {
			clearTimeout(this.offlineTimer);
			this.offlineTimer = undefined;
			this.onState('offline');
			return;
		}
		this.onState(this.wasLive ? 'reconnecting' : 'connecting');
		this.offlineTimer ??= setTimeout(() => this.onState('offline'), OFFLINE_AFTER_MS);
	}
}
