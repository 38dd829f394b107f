/** Operations on the waitlist. */
import { joinWaitlist, leaveWaitlist } from '#domain/waitlist/commands.ts';
import { approveOffer } from '#domain/waitlist/commands/approve-offer.ts';
import { offerByHand } from '#domain/waitlist/commands/offer-by-hand.ts';
import { skipOffer } from '#domain/waitlist/commands/skip-offer.ts';
import { listWaitlist } from '#domain/waitlist/queries.ts';
import { listOffers, type OfferRow } from '#domain/waitlist/queries/offers.ts';
import { database } from '../database.ts';
import { idFrom, NO_WORDS, wordsAt } from './changing.ts';
import { answerWith, operation, type Operation } from './operation.ts';
import { refusalProblem } from './problem.ts';
import * as shapes from './shapes.ts';
import { rfc3339, timesOf } from './times.ts';

const DAY_MS = 86_400_000;
/** Nobody waits for longer. */
const AHEAD_DAYS = 366;

export const WAITLIST_OPERATIONS: Operation[] = [
	operation({
		...{ id: 'listWaitlist', method: 'GET', path: '/waitlist', scope: 'read' },
		...{ summary: 'Who waits for a time', changes: false, needsRevision: false },
		params: shapes.noParams,
		body: null,
		success: {
			status: 200,
			body: shapes.waitlist,
			description: 'The longest waiting first, at most 200.'
		},
		async handle({ actor }) {
			const listed = await listWaitlist(database(), actor);
			if (!listed.ok) return refusalProblem(listed.refusal, NO_WORDS);
			return answerWith({
				entries: listed.value.map(({ service, clinics, doctors, waitingSince, ...entry }) => ({
					...entry,
					serviceId: service.id,
					clinicIds: clinics.map(({ id }) => id),
					practitionerIds: doctors.map(({ id }) => id),
					waitingSince: rfc3339(waitingSince)
				}))
			});
		}
	}),
	operation({
		...{ id: 'joinWaitlist', method: 'POST', path: '/waitlist', scope: 'write' },
		...{ summary: 'Put a patient on the waitlist', changes: true, needsRevision: false },
		params: shapes.noParams,
		body: shapes.waitlistWish,
		success: { status: 201, body: shapes.released, description: 'Waits from now on.' },
		async handle({ actor, body: { patientId, ...wish } }) {
			const joined = await joinWaitlist(database(), actor, {
				...{ patientId, wish, source: 'reception', again: 'refuse' }
			});
			if (!joined.ok) return refusalProblem(joined.refusal, NO_WORDS);
			return answerWith(joined.value, { status: 201 });
		}
	}),
	operation({
		...{ id: 'leaveWaitlist', method: 'DELETE', path: '/waitlist/{id}', scope: 'write' },
		...{ summary: 'Take an entry off the waitlist', changes: true, needsRevision: false },
		params: shapes.idParams,
		body: null,
		success: { status: 200, body: shapes.released, description: 'Waits no more.' },
		async handle({ actor, params }) {
			const left = await leaveWaitlist(database(), actor, params.id);
			if (!left.ok) return refusalProblem(left.refusal, NO_WORDS);
			return answerWith({ id: params.id });
		}
	}),
	operation({
		...{ id: 'listOffers', method: 'GET', path: '/waitlist/offers', scope: 'read' },
		...{ summary: 'What is offered to whom', changes: false, needsRevision: false },
		params: shapes.noParams,
		body: null,
		success: {
			status: 200,
			body: shapes.offers,
			description:
				'Times from yesterday on, at the clinics of the caller; the latest made first, at most 200.'
		},
		async handle({ actor }) {
			const now = Date.now();
			const span = { from: now - DAY_MS, until: now + AHEAD_DAYS * DAY_MS };
			const listed = await listOffers(database(), actor, span);
			if (!listed.ok) return refusalProblem(listed.refusal, NO_WORDS);
			return answerWith({ offers: listed.value.map(offerOut) });
		}
	}),
	operation({
		...{ id: 'offerTime', method: 'POST', path: '/waitlist/offers', scope: 'write' },
		...{ summary: 'Offer a free time by hand', changes: true, needsRevision: false },
		params: shapes.noParams,
		body: shapes.offerByHand,
		success: { status: 201, body: shapes.released, description: 'Held, and the patient is told.' },
		async handle({ actor, key, body: { entryId, reason, ...time } }) {
			const made = await offerByHand(database(), actor, {
				...{ entryId, time, reason, offerId: idFrom(actor, key) }
			});
			if (!made.ok) return refusalProblem(made.refusal, await wordsAt(actor, time, made.refusal));
			return answerWith(made.value, { status: 201 });
		}
	}),
	operation({
		...{ id: 'approveOffer', method: 'POST', path: '/waitlist/offers/{id}/approve' },
		...{ scope: 'write', changes: true, needsRevision: false },
		summary: 'Let an offer go out that waits for it',
		params: shapes.idParams,
		body: null,
		success: { status: 200, body: shapes.approved, description: 'The patient is told.' },
		async handle({ actor, params }) {
			const approved = await approveOffer(database(), actor, params.id);
			if (!approved.ok) return refusalProblem(approved.refusal, NO_WORDS);
			const { id, expiresAt } = approved.value;
			return answerWith({ id, expiresAt: rfc3339(expiresAt) });
		}
	}),
	operation({
		...{ id: 'skipOffer', method: 'POST', path: '/waitlist/offers/{id}/skip', scope: 'write' },
		...{ summary: 'Take an offer back', changes: true, needsRevision: false },
		params: shapes.idParams,
		body: shapes.offerSkip,
		success: { status: 200, body: shapes.released, description: 'The next one is asked.' },
		async handle({ actor, params, body }) {
			const skipped = await skipOffer(database(), actor, { offerId: params.id, ...body });
			if (!skipped.ok) return refusalProblem(skipped.refusal, NO_WORDS);
			return answerWith(skipped.value);
		}
	})
];

function offerOut({
	clinic,
	doctor,
	room,
	service,
	patient,
	startsAt,
	durationMinutes,
	...offer
}: OfferRow) {
	const { id, openingId, entryId, state, way, round, reason, answeredBy } = offer;
	return {
		...{ id, openingId, entryId, state, way, round, reason, answeredBy },
		...{ clinicId: clinic.id, practitionerId: doctor.id, roomId: room.id },
		...{ serviceId: service.id, patientId: patient.id },
		...timesOf({ startsAt, durationMinutes }),
		...{ madeAt: rfc3339(offer.madeAt), expiresAt: rfc3339(offer.expiresAt) },
		endedAt: offer.endedAt === null ? null : rfc3339(offer.endedAt),
		score: offer.score
	};
}
