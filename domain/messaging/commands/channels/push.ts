/**
 * Web push. A second push of the same message does not reach anybody a second time: where it waits at the push service
 * it takes the place of the first (`Topic`), and the browser shows none twice (web/service-worker/). So nothing is in
 * doubt here: what may have been sent is sent again.
 */
import type { Database } from '../../../../db/database.ts';
import type { ChannelAnswer, MessageChannel, OutgoingMessage } from '../../channel.ts';
import { endOf } from '../../push-payload.ts';
import { pushContent } from '../push-content.ts';
import { sendPush, type PushResult, type PushRules } from '../push-sending.ts';

const CONCURRENCY = 32;

export function pushChannel(database: Database, rules: PushRules): MessageChannel {
	return {
		concurrency: CONCURRENCY,
		// What is in doubt is sent again: nobody is shown it twice.
		isAskable: true,
		async send(message, begin) {
			const { organizationId, kind, aboutStart, offerUntil } = message;
			const now = Date.now();
			const until = offerUntil ?? endOf(kind, aboutStart, now);
			const payload = await pushContent(database, message, until);
			if (!(await begin())) return null;
			const result = await sendPush(database, rules, {
				...{ organizationId, patientId: patientOf(message), kind, payload }
			});
			return answerOf(result);
		},
		async find() {
			return 'never-came';
		},
		async close() {}
	};
}

/** Of a push the address is the patient. */
const patientOf = ({ patientId, to }: OutgoingMessage) => patientId ?? to;

function answerOf({ outcome, response, waitSeconds }: PushResult): ChannelAnswer {
	switch (outcome) {
		case 'sent':
			return { outcome, providerId: null, response };
		case 'failed-for-now':
			return { outcome, response, ...(waitSeconds > 0 ? { afterMs: waitSeconds * 1_000 } : {}) };
		case 'failed':
			return { outcome, response, closes: null };
		case 'no-address':
			// The last browser was forgotten just now, or given back meanwhile: only the first is worth a task.
			return response === ''
				? { outcome: 'failed', response: 'no browser', closes: null }
				: { outcome: 'failed', response, closes: 'gone' };
	}
}
