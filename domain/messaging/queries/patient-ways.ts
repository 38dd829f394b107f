/** By which ways the patient `p` of a statement can be reached: parts of SQL for whoever sends and whoever foretells. */

/** Whether a browser of the patient's, or of whoever acts for them, wants to be told. */
export const HAS_PUSH = `EXISTS (SELECT FROM push_subscriptions u
	WHERE u.organization_id = p.organization_id AND (u.patient_id = p.id OR u.patient_id IN (
		SELECT g.guardian_id FROM dependants g WHERE g.organization_id = p.organization_id
			AND g.patient_id = p.id AND g.ended_at IS NULL)))`;

/** @param key the address as `comparableAddress` has it */
const closedReason = (channel: 'email' | 'sms', key: string) =>
	`(SELECT k.reason FROM closed_addresses k WHERE k.organization_id = p.organization_id
		AND k.channel = '${channel}' AND k.address_hash = encode(sha256(convert_to(${key}, 'UTF8')), 'hex'))`;

/** Why addresses of the patient's are closed, by channel; JSON. */
export const CLOSED = `json_strip_nulls(json_build_object(
	'email', ${closedReason('email', 'lower(btrim(p.email))')},
	'sms', ${closedReason('sms', 'phone_key(p.phone)')}))`;
