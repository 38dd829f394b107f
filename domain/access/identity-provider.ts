/** What an organization's own sign-in provider says of somebody, and what follows from it. */

/** Whoever has this value in the claim has this role. */
export interface RoleRule {
	value: string;
	role: string;
	/** `null`: at every clinic. */
	clinicId: string | null;
}
