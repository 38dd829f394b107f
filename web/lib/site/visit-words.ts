/** Where a visit stands, and why it was cancelled, as patients are told. */
import type { AppointmentStatus } from '#domain/scheduling/appointment.ts';
import type { CancelReason } from '#domain/scheduling/intents.ts';
import { m } from '#web/lib/paraglide/messages.js';

const STATUS: Record<AppointmentStatus, () => string> = {
	pending: m.account_status_pending,
	booked: m.account_status_booked,
	arrived: m.account_status_arrived,
	'checked-in': m.account_status_checked_in,
	fulfilled: m.account_status_fulfilled,
	noshow: m.account_status_noshow,
	'needs-review': m.account_status_review,
	cancelled: m.account_status_cancelled
};

const REASONS: Record<CancelReason, () => string> = {
	'patient-ill': m.account_reason_ill,
	'patient-prevented': m.account_reason_prevented,
	'not-needed': m.account_reason_not_needed,
	'patient-asked': m.account_reason_asked,
	'clinic-asked': m.account_reason_clinic,
	'booked-by-mistake': m.account_reason_mistake,
	other: m.account_reason_other
};

/** @returns the words for a status; the status itself where nobody knows it */
export function statusTold(status: string): string {
	return Object.hasOwn(STATUS, status) ? STATUS[status as AppointmentStatus]() : status;
}

/** @returns the words for a reason as it is stored */
export function reasonTold(reason: string | null): string {
	return reason !== null && Object.hasOwn(REASONS, reason)
		? REASONS[reason as CancelReason]()
		: m.account_reason_other();
}
