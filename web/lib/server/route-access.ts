/**
 * Who may ask for which route. Default deny: a route that is not listed answers nobody, and a test fails.
 * `everybody`: no sign-in needed. `staff`: a live session; what is shown is authorized by commands and queries.
 * `patients`: somebody who signed in on that public site, and nobody of the staff.
 * `api`: bearer token or session, judged by the endpoint's own wrapper. `signed`: whoever signs the request with the
 * provider's secret, judged by the endpoint.
 */
export type RouteAccess = 'everybody' | 'staff' | 'patients' | 'api' | 'signed';

export const ROUTE_ACCESS: Record<string, RouteAccess> = {
	'/': 'staff',
	'/sign-in': 'everybody',
	'/robots.txt': 'everybody',
	'/sitemap.xml': 'everybody',
	'/[lang=lang]/[site]': 'everybody',
	'/[lang=lang]/[site]/about': 'everybody',
	'/[lang=lang]/[site]/book': 'everybody',
	'/[lang=lang]/[site]/book/details/[hold]': 'everybody',
	'/[lang=lang]/[site]/book/times': 'everybody',
	'/[lang=lang]/[site]/book/waitlist': 'everybody',
	'/[lang=lang]/[site]/clinics': 'everybody',
	'/[lang=lang]/[site]/clinics/[clinic]': 'everybody',
	'/[lang=lang]/[site]/contact': 'everybody',
	'/[lang=lang]/[site]/doctors': 'everybody',
	'/[lang=lang]/[site]/doctors/[doctor]': 'everybody',
	'/[lang=lang]/[site]/me': 'patients',
	'/[lang=lang]/[site]/me/children': 'patients',
	'/[lang=lang]/[site]/me/contact/[kind]': 'patients',
	'/[lang=lang]/[site]/me/data': 'patients',
	'/[lang=lang]/[site]/me/data/file': 'patients',
	'/[lang=lang]/[site]/me/profile': 'patients',
	'/[lang=lang]/[site]/me/push': 'patients',
	'/[lang=lang]/[site]/me/visits/[visit]': 'patients',
	'/[lang=lang]/[site]/me/visits/[visit]/calendar.ics': 'patients',
	'/[lang=lang]/[site]/me/visits/[visit]/times': 'patients',
	'/[lang=lang]/[site]/privacy': 'everybody',
	'/[lang=lang]/[site]/push': 'everybody',
	'/[lang=lang]/[site]/services': 'everybody',
	'/[lang=lang]/[site]/site.webmanifest': 'everybody',
	'/[lang=lang]/[site]/sign-in': 'everybody',
	'/[lang=lang]/[site]/sign-in/code': 'everybody',
	'/[lang=lang]/[site]/visit/[secret]': 'everybody',
	'/[lang=lang]/[site]/visit/[secret]/calendar.ics': 'everybody',
	'/[lang=lang]/[site]/visit/[secret]/push': 'everybody',
	'/[lang=lang]/[site]/visit/[secret]/times': 'everybody',
	'/kiosk': 'everybody',
	'/kiosk/open': 'everybody',
	'/kiosk/state': 'everybody',
	'/l/[token]': 'everybody',
	'/l/[token]/answer': 'everybody',
	'/l/[token]/times': 'everybody',
	'/sign-in/second-step': 'everybody',
	'/sign-in/set-up-second-factor': 'everybody',
	'/sign-in/forgotten': 'everybody',
	'/account-link': 'everybody',
	'/sign-in/provider': 'everybody',
	'/sign-in/provider/callback': 'everybody',
	'/sign-out': 'staff',
	'/me/devices': 'staff',
	'/me/password': 'staff',
	'/me/second-factor': 'staff',
	'/messages': 'staff',
	'/messages/figures': 'staff',
	'/outbox': 'staff',
	'/organization/messages': 'staff',
	'/organization/messages/new': 'staff',
	'/organization/messages/[ruleId]': 'staff',
	'/organization': 'staff',
	'/organization/staff': 'staff',
	'/organization/roles': 'staff',
	'/organization/settings': 'staff',
	'/organization/provider': 'staff',
	'/organization/site': 'staff',
	'/tasks': 'staff',
	'/tasks/open': 'staff',
	'/organization/audit': 'staff',
	'/organization/audit/export': 'staff',
	'/board/[clinicId]': 'staff',
	'/board/[clinicId]/[date]': 'staff',
	'/board/[clinicId]/patients': 'staff',
	'/board/[clinicId]/slots': 'staff',
	'/board/appointments/[appointmentId]': 'staff',
	'/board/appointments/[appointmentId]/series': 'staff',
	'/board/appointments/[appointmentId]/messages': 'staff',
	'/board/appointments/[appointmentId]/documents': 'staff',
	'/board/appointments/[appointmentId]/documents/[documentId]': 'staff',
	'/waiting-room/[clinicId]': 'staff',
	'/waitlist/import': 'staff',
	'/waitlist/import/run': 'staff',
	'/waitlist/import/template': 'staff',
	'/setup/[clinicId]': 'staff',
	'/setup/[clinicId]/kiosks': 'staff',
	'/setup/[clinicId]/services': 'staff',
	'/api/hooks/sms/[organizationId]/status': 'signed',
	'/api/hooks/sms/[organizationId]/inbound': 'signed'
};

/** The routes that take a whole file; what they read they cap themselves, and so does `api`. */
export const UPLOAD_ROUTES: ReadonlySet<string> = new Set([
	'/board/appointments/[appointmentId]/documents',
	'/waitlist/import/run'
]);

/** @returns who may ask, or `null`: nobody. */
export function accessOf(routeId: string | null): RouteAccess | null {
	if (routeId?.startsWith('/api/v1')) return 'api';
	return routeId === null ? null : (ROUTE_ACCESS[routeId] ?? null);
}
