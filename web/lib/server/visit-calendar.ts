/** A visit as an entry of somebody's calendar (RFC 5545). */
import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import type { VisitBehindLink } from '#domain/booking/queries.ts';

/**
 * The same visit has the same UID for good, and a higher SEQUENCE after every change: calendars update their entry.
 * @param address of the visit's page
 */
export function visitCalendar(visit: VisitBehindLink, address: string): string {
	const { clinic, doctor, service } = visit;
	const calendar = ical({ prodId: { company: 'Dayboard', product: 'Dayboard' } });
	calendar.method(ICalCalendarMethod.PUBLISH);
	calendar.createEvent({
		id: `${visit.appointmentId}@dayboard`,
		sequence: visit.revision - 1,
		start: new Date(visit.startsAt),
		end: new Date(visit.endsAt),
		summary: `${service.name}, ${doctor.name}`,
		location: [clinic.name, clinic.address].filter(Boolean).join(', '),
		description: [service.preparation, address].filter(Boolean).join('\n\n'),
		status: visit.status === 'cancelled' ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED
	});
	return calendar.toString();
}
