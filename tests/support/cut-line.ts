/** A line to a running server that can be cut: the pages behind it are then without a connection, whoever asks. */
import net, { type AddressInfo } from 'node:net';
import { freePort } from './dayboard.ts';

export interface CutLine {
	/** Such as `http://localhost:41234`: what the browser behind the line opens. */
	readonly url: string;
	/** Ends what is open and lets nothing through. */
	cut(): void;
	mend(): void;
	close(): Promise<void>;
}

/** @param port of the server, on loopback */
export async function startCutLine(port: number): Promise<CutLine> {
	const sockets = new Set<net.Socket>();
	let isCut = false;
	const server = net.createServer((client) => {
		if (isCut) return void client.destroy();
		const upstream = net.connect(port, '127.0.0.1');
		for (const socket of [client, upstream]) {
			sockets.add(socket);
			socket.on('error', () => {});
			socket.on('close', () => {
				sockets.delete(socket);
				client.destroy();
				upstream.destroy();
			});
		}
		client.pipe(upstream).pipe(client);
	});
	const own = await freePort();
	await new Promise<void>((resolve) => server.listen(own, 'localhost', resolve));
	return {
		url: `http://localhost:${(server.address() as AddressInfo).port}`,
		cut() {
			isCut = true;
			for (const socket of sockets) socket.destroy();
		},
		mend() {
			isCut = false;
		},
		async close() {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		}
	};
}
