/** Which network addresses are out in the open, and not inside this machine or its network (IANA's registries). */
import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** https://www.iana.org/assignments/iana-ipv4-special-registry, and multicast. */
const INSIDE_4 = blockList('ipv4', [
	['0.0.0.0', 8],
	['10.0.0.0', 8],
	['100.64.0.0', 10],
	['127.0.0.0', 8],
	['169.254.0.0', 16],
	['172.16.0.0', 12],
	['192.0.0.0', 24],
	['192.0.2.0', 24],
	['192.88.99.0', 24],
	['192.168.0.0', 16],
	['198.18.0.0', 15],
	['198.51.100.0', 24],
	['203.0.113.0', 24],
	['224.0.0.0', 4],
	['240.0.0.0', 4]
]);

/** All that was ever given out; loopback, link-local, unique local and mapped IPv4 lie outside of it. */
const OPEN_6 = blockList('ipv6', [['2000::', 3]]);

/** https://www.iana.org/assignments/iana-ipv6-special-registry: also the tunnels, which hide an IPv4 address. */
const SPECIAL_6 = blockList('ipv6', [
	['2001::', 23],
	['2001:db8::', 32],
	['2002::', 16],
	['3fff::', 20]
]);

/** @param address IPv4 or IPv6 in text; anything else is not public */
export function isPublicAddress(address: string): boolean {
	if (isIPv4(address)) return !INSIDE_4.check(address, 'ipv4');
	if (!isIPv6(address)) return false;
	return OPEN_6.check(address, 'ipv6') && !SPECIAL_6.check(address, 'ipv6');
}

function blockList(family: 'ipv4' | 'ipv6', nets: [string, number][]): BlockList {
	const list = new BlockList();
	for (const [net, prefix] of nets) list.addSubnet(net, prefix, family);
	return list;
}
