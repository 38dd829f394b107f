/** A line to PostgreSQL that can be cut at a certain moment: between what was said and what would be said next. */
import net, { type AddressInfo } from 'node:net';

export interface PostgresProxy {
	/** The database's URL by way of the proxy. */
	readonly url: string;
	/**
	 * Resolves when a client is about to send something that holds these bytes. It is not passed on, nor is anything
	 * after it, until `restore`.
	 */
	cutBefore(text: string): Promise<void>;
	restore(): void;
	close(): Promise<void>;
}

/** @param databaseUrl `postgres://user:password@host:port/name` */
export async function startPostgresProxy(databaseUrl: string): Promise<PostgresProxy> {
	const target = new URL(databaseUrl);
	let cut: { text: string; seen: () => void } | null = null;
	let silent = false;
	const sockets = new Set<net.Socket>();
	const server = net.createServer((client) => {
		const upstream = net.connect(Number(target.port), target.hostname);
		for (const socket of [client, upstream]) {
			sockets.add(socket);
			socket.on('error', () => {});
			socket.on('close', () => {
				sockets.delete(socket);
				client.destroy();
				upstream.destroy();
			});
		}
		client.on('data', (bytes) => {
			if (cut && bytes.includes(cut.text)) {
				silent = true;
				cut.seen();
				cut = null;
			}
			if (!silent) upstream.write(bytes);
		});
		upstream.on('data', (bytes) => {
			if (!silent) client.write(bytes);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const url = new URL(databaseUrl);
	url.hostname = '127.0.0.1';
	url.port = String((server.address() as AddressInfo).port);
	return {
		url: url.toString(),
		cutBefore: (text) => new Promise((seen) => (cut = { text, seen })),
		restore() {
			silent = false;
		},
		async close() {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		}
	};
}
