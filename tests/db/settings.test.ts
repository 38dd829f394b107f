import { describe, expect, it } from 'vitest';
import { readSettings } from '#db/settings.ts';
import { StartupFault } from '#db/startup-fault.ts';

const MAIL = {
	SMTP_URL: 'smtp://user:secret-word@mail.example:587',
	MAIL_FROM: 'Clinic <board@clinic.example>',
	ORIGIN: 'https://board.clinic.example'
};

function faultOf(environment: Record<string, string>): string[] {
	try {
		readSettings(environment);
		return [];
	} catch (fault) {
		if (!(fault instanceof StartupFault)) throw fault;
		return [...fault.lines];
	}
}

describe('the settings for mail', () => {
	it('are read together, and none is needed', () => {
		expect(readSettings({}).mail).toBeNull();
		expect(readSettings(MAIL).mail).toEqual({ smtpUrl: MAIL.SMTP_URL, from: MAIL.MAIL_FROM });
		expect(readSettings({ ...MAIL, MAIL_FROM: 'board@clinic.example' }).mail).not.toBeNull();
	});

	it.each([
		['no sender', { ...MAIL, MAIL_FROM: '' }, /^MAIL_FROM must/],
		['a sender that is no address', { ...MAIL, MAIL_FROM: 'the clinic' }, /^MAIL_FROM must/],
		['a line break in the sender', { ...MAIL, MAIL_FROM: 'a\nBcc: b <c@d.e>' }, /^MAIL_FROM must/],
		['no address for the links', { ...MAIL, ORIGIN: '' }, /^SMTP_URL needs ORIGIN/],
		['another protocol', { ...MAIL, SMTP_URL: 'https://mail.example' }, /^SMTP_URL must/]
	])('are refused with %s, without telling the password', (_, environment, line) => {
		const lines = faultOf(environment);
		expect(lines).toEqual([expect.stringMatching(line)]);
		expect(lines.join()).not.toContain('secret-word');
	});
});
