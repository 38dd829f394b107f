/**
 * What patients answer by SMS: it changes their visit through the same commands as theirs on the public site, and so
 * shows on the board at once.
 */
import { and, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { closedAddresses, organizations, sites } from '../../../db/schema/index.ts';
import { inOrganization } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { cancelOwnVisit, confirmOwnVisit, type OwnVisit } from '../../booking/commands.ts';
import { patientActor } from '../../booking/visitor.ts';
import type { AppointmentStatus } from '../../scheduling/appointment.ts';
import type { Verdict } from '../../scheduling/verdict.ts';
import type { Site, SiteLanguage } from '../../site/site.ts';
import { answerOffer } from '../../waitlist/commands/answer-offer.ts';
import { answerMeans, replyTo, type AnswerOutcome } from '../answer-words.ts';
import { phoneKeyOf } from '../phone-key.ts';
import { dayInWords, timeInWords } from '../visit-words.ts';
import { addressHash, closeAddress } from './closed-addresses.ts';

export interface IncomingSms {
	/** Of the patient's telephone. */
	from: string;
	text: string;
	/** What the provider calls it. */
	providerId: string;
}

/**
 * Does what an answer asks for.
 * @returns what is written back, in the language of the message that was answered
 */
export async function takeAnswer(
	database: Database,
	organizationId: string,
	sms: IncomingSms,
	now: number = Date.now()
): Promise<string> {
	const answer = answerMeans(sms.text);
	const asked = await findAsked(database, organizationId, sms.from, now);
	const offered = await findOffered(database, organizationId, sms.from, now);
	// The last SMS is the one that is answered.
	const isOffer = offered !== null && (asked === null || offered.sentAt > asked.sentAt);
	if (isOffer && (answer === 'yes' || answer === 'no' || answer === null)) {
		return answerOffered(database, organizationId, sms, { offered, answer, now });
	}
	const reply = (outcome: AnswerOutcome) =>
		replyTo(outcome, asked?.language ?? 'en', {
			clinic: asked?.clinicName ?? '',
			phone: asked?.clinicPhone ?? ''
		});
	switch (answer) {
		case 'stop':
			await stop(database, organizationId, sms.from);
			return reply('stopped');
		case 'start':
			await start(database, organizationId, sms.from);
			return reply('started');
		case null:
			return reply(asked ? 'not-understood' : 'no-visit');
	}
	if (!asked) return reply('no-visit');
	const patient = await patientOf(database, organizationId, asked.patientId, sms);
	if (!patient) return reply('not-possible');
	const { appointmentId, revision, status } = asked;
	// Answered twice, or told twice by the provider.
	if (status === 'cancelled') return reply(answer === 'no' ? 'cancelled' : 'not-possible');
	const act = answer === 'yes' ? confirm : cancel;
	const verdict = await act(database, patient, { appointmentId, revision }, now);
	if (verdict.outcome !== 'refused') return reply(answer === 'yes' ? 'confirmed' : 'cancelled');
	return reply(verdict.refusal.code === 'too-late' ? 'too-late' : 'not-possible');
}

type Act = (database: Database, patient: Actor, visit: OwnVisit, now: number) => Promise<Verdict>;

const confirm: Act = (database, patient, visit, now) =>
	confirmOwnVisit(database, patient, visit, now);

const cancel: Act = (database, patient, visit, now) =>
	cancelOwnVisit(database, patient, visit, 'patient-asked', now);

interface AskedVisit {
	/** Epoch milliseconds; `Infinity`: it is on its way. */
	sentAt: number;
	appointmentId: string;
	patientId: string;
	revision: number;
	status: AppointmentStatus;
	language: SiteLanguage;
	clinicName: string;
	clinicPhone: string;
}

/** @returns the visit that the last SMS to this number was about, if it is still to come as it was said */
async function findAsked(
	database: Database,
	organizationId: string,
	from: string,
	now: number
): Promise<AskedVisit | null> {
	const { rows } = await inOrganization(database, organizationId, ({ $client }) =>
		$client.query<AskedVisit>(
			`SELECT a.id AS "appointmentId", a.patient_id AS "patientId", a.revision, a.status,
					coalesce(p.language, m.language) AS language, c.name AS "clinicName", c.phone AS "clinicPhone",
					coalesce(epoch_ms(m.settled_at)::float8, 'Infinity') AS "sentAt"
				FROM patients p
				JOIN messages m ON m.organization_id = p.organization_id AND m.patient_id = p.id AND m.channel = 'sms'
					AND m.state IN ('sending', 'sent', 'delivered')
					AND m.kind IN ('confirmation', 'reminder', 'same-day-reminder', 'change')
				JOIN appointments a ON a.organization_id = m.organization_id AND a.id = m.appointment_id
					AND a.patient_id = p.id AND a.starts_at = m.about_start AND a.starts_at > $3
					AND a.status IN ('booked', 'pending', 'cancelled')
				JOIN clinics c ON c.organization_id = a.organization_id AND c.id = a.clinic_id
				WHERE p.organization_id = $1 AND p.phone IS NOT NULL AND phone_key(p.phone) = $2
				ORDER BY m.settled_at DESC NULLS FIRST LIMIT 1`,
			[organizationId, phoneKeyOf(from), new Date(now)]
		)
	);
	return rows[0] ?? null;
}

interface OfferedBySms {
	offerId: string;
	patientId: string;
	startsAt: number;
	zone: string;
	language: SiteLanguage;
	clinicName: string;
	clinicPhone: string;
	/** Epoch milliseconds; `Infinity`: it is on its way. */
	sentAt: number;
}

/** @returns the time that the last SMS with an offer to this number was about, if it is still to come */
async function findOffered(
	database: Database,
	organizationId: string,
	from: string,
	now: number
): Promise<OfferedBySms | null> {
	const { rows } = await inOrganization(database, organizationId, ({ $client }) =>
		$client.query<OfferedBySms>(
			`SELECT o.id AS "offerId", o.patient_id AS "patientId", epoch_ms(o.starts_at) AS "startsAt", c.zone,
					coalesce(p.language, m.language) AS language, c.name AS "clinicName", c.phone AS "clinicPhone",
					coalesce(epoch_ms(m.settled_at)::float8, 'Infinity') AS "sentAt"
				FROM patients p
				JOIN waitlist_offers o ON o.organization_id = p.organization_id AND o.patient_id = p.id
					AND o.starts_at > $3 AND o.state <> 'proposed'
				JOIN messages m ON m.organization_id = o.organization_id AND m.offer_id = o.id AND m.channel = 'sms'
					AND m.state IN ('sending', 'sent', 'delivered')
				JOIN clinics c ON c.organization_id = o.organization_id AND c.id = o.clinic_id
				WHERE p.organization_id = $1 AND p.phone IS NOT NULL AND phone_key(p.phone) = $2
				ORDER BY m.settled_at DESC NULLS FIRST LIMIT 1`,
			[organizationId, phoneKeyOf(from), new Date(now)]
		)
	);
	return rows[0] ? { ...rows[0], startsAt: Number(rows[0].startsAt) } : null;
}

/** A yes takes the time, a no leaves it and stays on the list. */
async function answerOffered(
	database: Database,
	organizationId: string,
	sms: IncomingSms,
	{ offered, answer, now }: { offered: OfferedBySms; answer: 'yes' | 'no' | null; now: number }
): Promise<string> {
	const { offerId, patientId, language, zone } = offered;
	const when = (at: number) =>
		`${dayInWords(at, zone, language)}, ${timeInWords(at, zone, language)}`;
	const reply = (outcome: AnswerOutcome, times: readonly number[] = []) =>
		replyTo(outcome, language, {
			...{ clinic: offered.clinicName, phone: offered.clinicPhone },
			times: times.map(when).join('; ')
		});
	if (answer === null) return reply('offer-not-understood');
	const patient = await patientOf(database, organizationId, patientId, sms);
	if (!patient) return reply('not-possible');
	const how = answer === 'yes' ? 'accept' : 'pass';
	const answered = await answerOffer(database, patient, { offerId, answer: how, by: 'sms' }, now);
	if (answered.ok) {
		return answer === 'yes' ? reply('offer-taken', [offered.startsAt]) : reply('offer-passed');
	}
	const { code, alternatives = [] } = answered.refusal;
	if (code !== 'offer-over') return reply('not-possible');
	// What was taken is a visit, and it is too late to leave it so.
	if (answer === 'no') return reply('not-possible');
	return reply(
		'offer-over',
		alternatives.slice(0, SHOWN_TIMES).map(({ startsAt }) => startsAt)
	);
}

/** An SMS is short. */
const SHOWN_TIMES = 2;

/** @returns whoever answers, as the patient that the SMS was for; `null`: the organization has no account for them */
async function patientOf(
	database: Database,
	organizationId: string,
	patientId: string,
	{ providerId }: IncomingSms
): Promise<Actor | null> {
	const [found] = await inOrganization(database, organizationId, (transaction) =>
		transaction
			.select({ site: sites, name: organizations.name })
			.from(sites)
			.innerJoin(organizations, eq(organizations.id, sites.organizationId))
			.where(eq(sites.organizationId, organizationId))
	);
	if (!found) return null;
	const site: Site = { ...found.site, name: found.name };
	return patientActor(site, patientId, { address: null, requestId: `sms/${providerId}` });
}

function stop(database: Database, organizationId: string, address: string): Promise<void> {
	return inOrganization(database, organizationId, (transaction) =>
		closeAddress(transaction, organizationId, 'sms', { address, reason: 'opted-out' })
	);
}

/** Opens what the patient closed; a number that the provider calls wrong stays closed. */
async function start(database: Database, organizationId: string, number: string): Promise<void> {
	await inOrganization(database, organizationId, (transaction) =>
		transaction
			.delete(closedAddresses)
			.where(
				and(
					eq(closedAddresses.organizationId, organizationId),
					eq(closedAddresses.channel, 'sms'),
					eq(closedAddresses.reason, 'opted-out'),
					eq(closedAddresses.addressHash, addressHash('sms', number))
				)
			)
	);
}
