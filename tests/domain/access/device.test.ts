import { expect, it } from 'vitest';
import { deviceName } from '#domain/access/device.ts';

const MOZILLA = 'Mozilla/5.0';
const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';

it.each([
	[
		`${MOZILLA} (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/140.0 Safari/537.36`,
		'Chrome on Windows'
	],
	[
		`${MOZILLA} (Windows NT 10.0) ${WEBKIT} Chrome/140.0 Safari/537.36 Edg/140.0`,
		'Edge on Windows'
	],
	[
		`${MOZILLA} (Macintosh; Intel Mac OS X 14_0) AppleWebKit/605 Version/18 Safari/605`,
		'Safari on Mac'
	],
	[`${MOZILLA} (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605 Safari/604`, 'Safari on iPad'],
	[`${MOZILLA} (Linux; Android 15; SM-T970) ${WEBKIT} Chrome/140 Safari/537`, 'Chrome on Android'],
	[`${MOZILLA} (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0`, 'Firefox on Linux'],
	['curl/8.0', ''],
	[null, '']
])('%s is %s', (userAgent, name) => {
	expect(deviceName(userAgent)).toBe(name);
});
