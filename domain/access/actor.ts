/** Who asks. Worked out once per request, socket or job, and passed to every command and query. */

export const ROLES = ['receptionist', 'doctor', 'administrator'] as const;
export type Role = (typeof ROLES)[number];

/** A role and where it holds. */
export interface RoleAssignment {
	role: Role;
	/** `null`: at every clinic of the organization. */
	clinicId: string | null;
	/** The practitioner that this person is, for roles whose scope is `own`. */
	practitionerId: string | null;
}

export interface Actor {
	userId: string;
	/** For presence and history: a staff member's name, never a patient's. */
	name: string;
	organizationId: string;
	roles: readonly RoleAssignment[];
	/** Hash of the session or token this actor came by; `null` for jobs. */
	sessionId: string | null;
}
