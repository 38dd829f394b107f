/** Whose messages somebody may read: for lists and figures, which hold many. */
import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';

export interface MessageScope {
	/** All messages of these clinics; `'all'`: every message of the organization. */
	clinicIds: 'all' | string[];
	/** Those about visits of these practitioners; `clinicId` `null`: wherever they work. */
	own: { practitionerId: string; clinicId: string | null }[];
}

/** @returns what the actor may read of the messages, or `null`: nothing */
export function messageScope(actor: Actor): MessageScope | null {
	const { organizationId, roles } = actor;
	const may = (clinicId: string | null, practitionerId: string | null = null) =>
		authorize(actor, 'message.read', { organizationId, clinicId, practitionerId });
	if (may(null)) return { clinicIds: 'all', own: [] };
	const clinicIds = roles.flatMap(({ clinicId }) =>
		clinicId !== null && may(clinicId) ? [clinicId] : []
	);
	const own = roles.flatMap(({ clinicId, practitionerId }) =>
		practitionerId !== null && may(clinicId, practitionerId) ? [{ practitionerId, clinicId }] : []
	);
	return clinicIds.length + own.length === 0 ? null : { clinicIds, own };
}

/**
 * @param given takes a value and its type, and gives what stands for it in the statement
 * @returns the condition in SQL on `m` (messages) and `a` (their visits)
 */
export function scopeCondition(
	{ clinicIds, own }: MessageScope,
	given: (value: unknown, type: string) => string
): string {
	if (clinicIds === 'all') return 'true';
	const parts = own.map(({ practitionerId, clinicId }) => {
		const whose = `a.practitioner_id = ${given(practitionerId, 'uuid')}`;
		return clinicId === null ? whose : `(${whose} AND m.clinic_id = ${given(clinicId, 'uuid')})`;
	});
	return `(m.clinic_id = ANY(${given(clinicIds, 'uuid[]')})${parts.map((part) => ` OR ${part}`).join('')})`;
}
