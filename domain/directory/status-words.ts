/** What the product calls the statuses of a visit; an organization may have its own words. */
import type { AppointmentStatus } from '../scheduling/appointment.ts';

export const DEFAULT_LABELS: Record<AppointmentStatus, string> = {
	pending: 'New',
	booked: 'Booked',
	arrived: 'Arrived',
	'checked-in': 'In room',
	fulfilled: 'Out',
	noshow: 'No visit',
	'needs-review': 'Needs review',
	cancelled: 'Cancelled'
};
