/** What a list looks like that is filled in by hand. Pure. */
import { FIELD_NAMES, IMPORT_FIELDS, type ImportField } from './columns.ts';

/** @param today local date: the made-up person waits from then on. @returns headings, and one row to be written over */
export function templateRows(today: string): string[][] {
	const { year } = Temporal.PlainDate.from(today);
	const example: Record<ImportField, string> = {
		...{ givenName: 'Anna', familyName: 'Example', birthDate: '1984-03-12' },
		...{ phone: '+48 601 000 000', email: 'anna@example.com' },
		...{ service: 'Name of a service', clinics: '', doctors: '' },
		...{ firstDate: today, lastDate: `${year + (today.slice(5) < '06-01' ? 0 : 1)}-06-30` },
		...{ weekdays: 'Mon, Wed', fromTime: '8:00', untilTime: '12:30' },
		...{ urgency: 'routine', notice: '2 h', waitingSince: today, note: '' }
	};
	return [IMPORT_FIELDS.map((field) => FIELD_NAMES[field]), IMPORT_FIELDS.map((f) => example[f])];
}
