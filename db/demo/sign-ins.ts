/** The accounts that the demo is shown with. Invented people; the passwords are public. */
import type { BuiltInRole } from '../../domain/access/permissions.ts';

export interface DemoSignIn {
	email: string;
	password: string;
	role: BuiltInRole;
	name: string;
	/** At the first clinic alone; the others everywhere. */
	ofFirstClinic?: true;
}

/** Names the demo's organization in the database. */
export const DEMO_KEY = 'demo';

/** All at every clinic, but for one clinic's administrator; the doctor with visits on the day of the first start. */
export const DEMO_SIGN_INS: readonly DemoSignIn[] = signInsOf(DEMO_KEY);

/**
 * @param key of an organization that `fillDemo` made
 * @returns its accounts; an address signs in to one organization only, so a further one has addresses of its own
 */
export function signInsOf(key: string): readonly DemoSignIn[] {
	const domain = key === DEMO_KEY ? 'dayboard.example' : `${key}.dayboard.example`;
	return [
		{
			email: `reception@${domain}`,
			password: 'demo-reception',
			role: 'receptionist',
			name: 'Hannah Whitlock'
		},
		{
			email: `doctor@${domain}`,
			password: 'demo-doctor',
			role: 'doctor',
			name: 'Dr Katarzyna Nowak'
		},
		{
			email: `admin@${domain}`,
			password: 'demo-admin',
			role: 'organization-administrator',
			name: 'Owen Fairclough'
		},
		{
			email: `manager@${domain}`,
			password: 'demo-manager',
			role: 'operations-manager',
			name: 'Ingrid Solheim'
		},
		{
			email: `support@${domain}`,
			password: 'demo-support',
			role: 'support',
			name: 'Tomasz Wieczorek'
		},
		{
			email: `clinic-admin@${domain}`,
			password: 'demo-clinic-admin',
			role: 'clinic-administrator',
			name: 'Grace Adeyemi',
			ofFirstClinic: true
		}
	];
}

/** Colleagues whose names stand in the history of visits. Nobody can sign in as them. */
export const DEMO_COLLEAGUES: readonly string[] = [
	'Priya Raman',
	'Marek Dąbrowski',
	'Sally Okafor'
];
