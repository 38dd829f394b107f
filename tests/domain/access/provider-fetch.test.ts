import { createServer, type RequestListener } from 'node:http';
import { createServer as createNetServer, type AddressInfo } from 'node:net';
import { afterAll, expect, it } from 'vitest';
import type { NameLookup } from '#domain/access/commands/outgoing-request.ts';
import { MAX_ANSWER_BYTES, providerFetch } from '#domain/access/commands/provider-fetch.ts';
import { isPublicAddress } from '#domain/access/commands/public-address.ts';

const closing: (() => void)[] = [];
afterAll(() => closing.forEach((close) => close()));

async function serverThat(answers: RequestListener): Promise<string> {
	const server = createServer(answers);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	closing.push(() => (server.closeAllConnections(), server.close()));
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
/** Takes connections, counts them and ends them. */
async function portThatCounts(count: () => void): Promise<number> {
	const server = createNetServer((socket) => (count(), socket.on('error', () => {}).destroy()));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	closing.push(() => server.close());
	return (server.address() as AddressInfo).port;
}
const get = { method: 'GET', headers: {}, body: undefined, redirect: 'manual' } as const;

it.each([
	...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.0.1', '169.254.169.254'],
	...['172.16.0.1', '172.31.255.255', '192.168.1.1', '198.18.0.1', '224.0.0.1', '255.255.255.255'],
	...['::', '::1', 'fe80::1', 'fc00::1', 'fd12::1', 'ff02::1', '::ffff:127.0.0.1'],
	...['::ffff:8.8.8.8', '64:ff9b::7f00:1', '2002:7f00:1::', '2001::1', '2001:db8::1', 'x', '']
])('%s lies inside', (address) => {
	expect(isPublicAddress(address)).toBe(false);
});

it.each(['8.8.8.8', '172.15.0.1', '172.32.0.1', '193.0.0.1', '2606:4700::1111', '2a00:1450::1'])(
	'%s is out in the open',
	(address) => {
		expect(isPublicAddress(address)).toBe(true);
	}
);

it('follows no redirect', async () => {
	const address = await serverThat((_, response) =>
		response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()
	);
	expect((await providerFetch(true)(address, get)).status).toBe(302);
});

it('takes no answer that is larger than any provider needs', async () => {
	const address = await serverThat((request, response) =>
		response.end('x'.repeat(MAX_ANSWER_BYTES + (request.url === '/large' ? 1 : 0)))
	);
	const whole = await providerFetch(true)(address, get);
	expect((await whole.text()).length).toBe(MAX_ANSWER_BYTES);
	await expect(providerFetch(true)(`${address}large`, get)).rejects.toMatchObject({
		reason: 'too-large'
	});
});

it('waits no longer than it was told to, also where an answer trickles', async () => {
	const address = await serverThat((_, response) => void response.write('{'));
	const signal = AbortSignal.timeout(100);
	await expect(providerFetch(true)(address, { ...get, signal })).rejects.toMatchObject({
		reason: 'too-slow'
	});
});

it('goes nowhere when one of the addresses of a name lies inside', async () => {
	let connections = 0;
	const port = await portThatCounts(() => (connections += 1));
	const open = { address: '192.88.98.1', family: 4 };
	for (const addresses of [
		[{ address: '127.0.0.1', family: 4 }],
		[open, { address: '127.0.0.1', family: 4 }],
		[{ address: '::1', family: 6 }]
	]) {
		const names: NameLookup = (_, __, callback) => callback(null, addresses);
		await expect(
			providerFetch(false, names)(`https://login.example:${port}/`, get)
		).rejects.toMatchObject({ reason: 'inside' });
	}
	expect(connections).toBe(0);
});

it('connects to the address that was looked at: a name is asked once', async () => {
	let [connections, asked] = [0, 0];
	const port = await portThatCounts(() => (connections += 1));
	const names: NameLookup = (_, __, callback) => {
		asked += 1;
		callback(null, [{ address: asked === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }]);
	};
	// What listens there speaks no TLS: that far it has to come.
	await expect(
		providerFetch(true, names)(`https://login.example:${port}/`, get)
	).rejects.toMatchObject({ reason: 'no-connection' });
	expect([connections, asked]).toEqual([1, 1]);
});

it.each(['http://clinic.example/', 'http://10.0.0.1/', 'ftp://localhost/'])(
	'does not ask %s in the clear, whatever the operator allows',
	async (address) => {
		await expect(providerFetch(true)(address, get)).rejects.toMatchObject({ reason: 'not-secure' });
	}
);
