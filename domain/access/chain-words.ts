/** What a verification of the audit's chain says to the operator. */

/** Why a position does not fit; in the order in which it is looked for. */
export const CHAIN_FAULTS = [
	/** A position is not there: a row of the chain was taken away. */
	'position-missing',
	/** A row of the chain was changed, or put in. */
	'link-broken',
	/** The row that was sealed is not there any more. */
	'row-missing',
	/** The row is not what it was when it was sealed. */
	'row-changed',
	/** It stands where no sealing would have put it. */
	'not-in-order'
] as const;
export type ChainFault = (typeof CHAIN_FAULTS)[number];

/** Which table a sealed row is in, and its id there. */
export interface ChainedRow {
	source: 'events' | 'audit_entries';
	rowId: number;
}

export interface FaultyPosition extends ChainedRow {
	position: number;
	fault: ChainFault;
}

/** Rows that no chain binds yet. */
export interface Unsealed {
	rows: number;
	/** Rows among them that lie before the end of the chain: put in by somebody who went round the sealing. */
	putIn: number;
	/** One of those. */
	firstPutIn: ChainedRow | null;
	/** Since when the sealing has had time for them, epoch ms; `null`: there are none. */
	since: number | null;
}

export interface ChainReport {
	/** Rows whose hash, place and link were recomputed. */
	verified: number;
	/** How many of them do not fit. */
	faults: number;
	first: FaultyPosition | null;
	/** Positions at which the chain goes on after the database was moved to another server. */
	continuedAt: number[];
	unsealed: Unsealed;
	/** The last position and its link; `null`: nothing is sealed. */
	head: { position: number; link: string; sealedAt: number } | null;
	/** Of the links that were asked for: those that the chain does not hold. */
	missingLinks: string[];
}

/** Sealing takes seconds; a row that waits longer than this says that it does not work. */
export const SEALED_WITHIN_MS = 10 * 60_000;

const FAULT_WORDS: Record<ChainFault, string> = {
	'position-missing': 'a position before it is missing: a row of the chain was taken away',
	'link-broken':
		'its link does not follow from the one before: a row of the chain was changed or put in',
	'row-missing': 'the row that was sealed is gone',
	'row-changed': 'the row was changed after it was sealed',
	'not-in-order': 'it stands where no sealing would have put it'
};

/**
 * @param now epoch milliseconds
 * @returns what is so, and what should not be; without findings the chain is sound
 */
export function chainWords(
	report: ChainReport,
	now: number
): { lines: string[]; findings: string[] } {
	const { verified, faults, first, continuedAt, unsealed, head, missingLinks } = report;
	const lines = [`${rowsWords(verified)} verified.`];
	const findings: string[] = [];
	for (const position of continuedAt) {
		lines.push(`The database was moved to another server before position ${position}.`);
	}
	if (first) {
		const more = faults > 1 ? ` ${faults - 1} more positions do not fit.` : '';
		findings.push(
			`position ${first.position} (${rowWords(first)}): ${FAULT_WORDS[first.fault]}.${more}`
		);
	}
	if (unsealed.firstPutIn) {
		findings.push(
			`${rowsWords(unsealed.putIn)} put in before the end of the chain, the first one ${rowWords(unsealed.firstPutIn)}.`
		);
	}
	const waiting = unsealed.rows - unsealed.putIn;
	if (waiting > 0 && unsealed.since !== null) {
		const elapsedMs = Math.max(0, now - unsealed.since);
		const words = `${rowsWords(waiting)} not sealed yet, for ${elapsedWords(elapsedMs)}`;
		if (elapsedMs <= SEALED_WITHIN_MS) lines.push(`${words}.`);
		else findings.push(`${words}: a running Dayboard seals within seconds.`);
	}
	for (const link of missingLinks) {
		findings.push(
			`the link ${link} was kept and is not in the chain: its end was cut off, or rewritten.`
		);
	}
	lines.push(head ? `Head: position ${head.position}, ${head.link}` : 'Nothing is sealed yet.');
	return { lines, findings };
}

const rowsWords = (count: number) => (count === 1 ? '1 row' : `${count.toLocaleString('en')} rows`);
const rowWords = ({ source, rowId }: ChainedRow) => `${source} ${rowId}`;

function elapsedWords(elapsedMs: number): string {
	const seconds = Math.round(elapsedMs / 1000);
	if (seconds < 120) return `${seconds} seconds`;
	const minutes = Math.round(seconds / 60);
	if (minutes < 120) return `${minutes} minutes`;
	const hours = Math.round(minutes / 60);
	return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}
