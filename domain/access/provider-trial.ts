/** What trying a provider out can show. */

export type UnreachableReason =
	/** There is no such name. */
	| 'no-such-name'
	/** Nobody listens there, or the line broke. */
	| 'no-connection'
	| 'too-slow'
	/** The certificate does not fit. */
	| 'certificate'
	/** The address lies inside this machine or its network. */
	| 'inside'
	/** Not https. */
	| 'not-secure'
	| 'too-large';

export type TrialAnswer =
	| { outcome: 'works'; secret: 'accepted' | 'not-tried' }
	| { outcome: 'unreachable'; reason: UnreachableReason }
	| { outcome: 'other-issuer' | 'no-description' | 'secret-refused' | 'no-keys' };
