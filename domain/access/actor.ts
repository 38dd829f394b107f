/** Who asks. Worked out once per request, socket or job, and passed to every command and query. */
import type { Grants } from './permissions.ts';

/** A role and where it holds. */
export interface RoleAssignment {
	/** One of `BUILT_IN_ROLES`, or the key of a role that the organization made. */
	role: string;
	/** `null`: at every clinic of the organization. */
	clinicId: string | null;
	/** The practitioner that this person is, for roles whose scope is `own`. */
	practitionerId: string | null;
	/** The patient that this person is, for the role of the same name. */
	patientId?: string | null;
	/** What a role that the organization made may do; left out for built-in ones. */
	grants?: Grants;
	/** What the organization calls a role that it made. */
	roleName?: string;
}

/** Where a request came from; for the audit. */
export interface Origin {
	/** Network address of whoever asks; `null`: not known. */
	address: string | null;
	/** The request's id, as logs and answers name it; `null`: it has none. */
	requestId: string | null;
}

export interface Actor {
	userId: string;
	/** For presence and history: a staff member's name, never a patient's. */
	name: string;
	organizationId: string;
	roles: readonly RoleAssignment[];
	/** Hash of the session or token this actor came by; `null` for jobs. */
	sessionId: string | null;
	/** Whom times are kept for, where several people act through one account; left out: the account. */
	holdOwner?: string;
	/** `null` for jobs and commands of the operator. */
	origin: Origin | null;
}
