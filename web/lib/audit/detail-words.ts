/** An entry's details: what each is called, and its value as people read it. */
import { timeOf } from '#domain/scheduling/refusal-words.ts';
import { CANCEL_WORDS, CHECK_IN_WORDS, CONFIRMED_WORDS } from '#web/lib/board/words.ts';
import type { Confirmer } from '#domain/scheduling/appointment.ts';
import type { CancelReason, CheckInWay } from '#domain/scheduling/intents.ts';
import type { AuditWordsContext } from './entry-words.ts';

const FIELD_WORDS: Record<string, string> = {
	clinicId: 'Clinic',
	practitionerId: 'Doctor',
	roomId: 'Room',
	serviceId: 'Service',
	patientId: 'Patient',
	patientIds: 'Patients',
	resourceId: 'Whose time',
	startsAt: 'From',
	endsAt: 'Until',
	supportIds: 'Equipment and staff',
	place: 'Place in the group',
	seriesId: 'Series',
	walkIn: 'Without an appointment',
	referralSeen: 'Referral seen',
	overrideReason: 'Against the rules',
	status: 'Status',
	cancelReason: 'Reason',
	confirmedAt: 'Confirmed',
	confirmedBy: 'Who said so',
	by: 'How',
	remark: 'Note',
	date: 'Day',
	view: 'Whose visits',
	found: 'Shown',
	code: 'Why',
	route: 'Page',
	more: 'More attempts',
	subjectIds: 'Visits and blocks',
	removed: 'Removed',
	of: 'What was undone',
	undoes: 'Number of what was undone'
};

const SUBJECT_WORDS: Record<string, string> = {
	appointment: 'Visit',
	block: 'Blocked time',
	user: 'Account',
	patient: 'Patient',
	setup: 'Setup'
};

/** Fields that hold epoch milliseconds. */
const INSTANTS: readonly string[] = ['startsAt', 'endsAt', 'confirmedAt'];

/** @returns what a detail is called */
export function fieldWords(name: string): string {
	if (name in FIELD_WORDS) return FIELD_WORDS[name]!;
	const spaced = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
	return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** @returns the fields in the order in which people read them; those that are not known come last */
export function inOrder(names: readonly string[]): string[] {
	const known = Object.keys(FIELD_WORDS);
	const place = (name: string) => (known.includes(name) ? known.indexOf(name) : known.length);
	return names.toSorted((a, b) => place(a) - place(b));
}

/** @returns what kind of thing an entry is about */
export function subjectWords(kind: string | null): string {
	return kind === null ? '' : (SUBJECT_WORDS[kind] ?? fieldWords(kind));
}

/** @returns a detail's value: ids by what they are called, instants by the clinic's clock */
export function valueWords(
	name: string,
	value: unknown,
	context: AuditWordsContext,
	zone: string
): string {
	if (value === undefined || value === null || value === '') return 'nothing';
	if ((name === 'remark' || name === 'overrideReason') && value === true)
		return 'yes, not shown here';
	if (typeof value === 'boolean') return value ? 'yes' : 'no';
	if (INSTANTS.includes(name) && typeof value === 'number') {
		return timeOf(value, { zone, date: '' });
	}
	if (Array.isArray(value)) {
		return value.map((one) => valueWords('', one, context, zone)).join(', ') || 'nobody';
	}
	if (typeof value === 'object') return JSON.stringify(value);
	const text = String(value);
	if (name === 'status') return context.statusLabel(text) ?? text;
	if (name === 'cancelReason') return CANCEL_WORDS[text as CancelReason] ?? text;
	if (name === 'view' && text === 'all') return 'everybody’s';
	if (name === 'confirmedBy') return CONFIRMED_WORDS[text as Confirmer] ?? text;
	if (name === 'by') return CHECK_IN_WORDS[text as CheckInWay] ?? text;
	return context.names[text] ?? text;
}
