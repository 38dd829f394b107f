/** Forms of patients' pages as scripts send them: where no answer comes the page stays as it is, and says so. */
import type { SubmitFunction } from '$app/forms';

type Answered = Exclude<Awaited<ReturnType<SubmitFunction>>, void>;
type Answer = Parameters<Answered>[0];

class Connection {
	/** The last form that was sent reached nobody. */
	isLost = $state(false);
}

export const connection = new Connection();

/** @returns whether no answer came; whatever comes from the server has a status */
export function reachedNobody(result: Answer['result']): boolean {
	return result.type === 'error' && result.status === undefined;
}

/**
 * Shows what came of a form; where nothing came, everything that was typed stays.
 * @param options of the form's `update`
 */
export async function showAnswer(
	{ result, update }: Answer,
	options?: Parameters<Answer['update']>[0]
): Promise<void> {
	connection.isLost = reachedNobody(result);
	if (!connection.isLost) await update(options);
}

/** For a form that is empty again once it was taken. */
export const sent: SubmitFunction = () => (answer) => showAnswer(answer);

/** For a form whose fields say how it stands: they stay filled in. */
export const sentAndKept: SubmitFunction = () => (answer) => showAnswer(answer, { reset: false });
