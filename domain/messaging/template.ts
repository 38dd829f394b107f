/** What a rule's messages say, in each language: plain text with named placeholders in double braces. Pure. */
import type { SiteLanguage } from '../site/site.ts';
import type { LinkAction } from './message.ts';

/** Plain text with named placeholders in double braces. */
export interface Template {
	/** Of an e-mail. */
	subject: string;
	/** Of an e-mail. */
	body: string;
	/** Of an SMS. Pushes have words of their own (push-text.ts). */
	short: string;
}

export type RuleTemplates = Record<SiteLanguage, Template>;

export const TEMPLATE_FIELDS = ['subject', 'body', 'short'] as const;
export type TemplateField = (typeof TEMPLATE_FIELDS)[number];

/** Longest text of each field, in characters. */
export const TEMPLATE_LIMITS: Record<TemplateField, number> = {
	subject: 150,
	body: 5_000,
	short: 320
};

/** All that a template may name. */
export const PLACEHOLDERS = [
	'patient.givenName',
	'visit.day',
	'visit.time',
	'clinic.name',
	'clinic.address',
	'clinic.phone',
	'doctor.name',
	'service.name',
	'service.preparation',
	'organization.name',
	'offer.until',
	'link.confirm',
	'link.cancel',
	'link.reschedule',
	'link.checkIn',
	'link.acceptOffer',
	'link.declineOffer'
] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

/** What stands for each placeholder; empty: there is none. */
export type TemplateValues = Record<Placeholder, string>;

/** The placeholders whose value is a link, and what following it does. */
export const LINK_PLACEHOLDERS = {
	'link.confirm': 'confirm',
	'link.cancel': 'cancel',
	'link.reschedule': 'reschedule',
	'link.checkIn': 'check-in',
	'link.acceptOffer': 'accept-offer',
	'link.declineOffer': 'decline-offer'
} as const satisfies Partial<Record<Placeholder, LinkAction>>;

/** What is wrong with a template, and where. Lines and columns count from 1. */
export interface TemplateFault {
	field: TemplateField;
	code: 'unknown-placeholder' | 'unclosed-braces' | 'too-long' | 'empty';
	/** What stands between the braces. */
	name?: string;
	line?: number;
	column?: number;
}

type Piece = { text: string } | { placeholder: string; at: number };

const BRACES = /\{\{([^{}]*)\}\}/g;

/** A morning's reminders are of one template. */
const taken = new Map<string, readonly Piece[]>();
const MOST_TAKEN = 500;

/** @returns the text in pieces, in order */
function piecesOf(text: string): readonly Piece[] {
	const known = taken.get(text);
	if (known) return known;
	if (taken.size >= MOST_TAKEN) taken.clear();
	const pieces = inPieces(text);
	taken.set(text, pieces);
	return pieces;
}

function inPieces(text: string): Piece[] {
	const pieces: Piece[] = [];
	let end = 0;
	for (const match of text.matchAll(BRACES)) {
		if (match.index > end) pieces.push({ text: text.slice(end, match.index) });
		pieces.push({ placeholder: match[1]!.trim(), at: match.index });
		end = match.index + match[0].length;
	}
	if (end < text.length) pieces.push({ text: text.slice(end) });
	return pieces;
}

function isPlaceholder(name: string): name is Placeholder {
	return (PLACEHOLDERS as readonly string[]).includes(name);
}

/** @returns what is wrong with it, in the order of the text; empty: it can be saved */
export function checkTemplate(template: Template): TemplateFault[] {
	return TEMPLATE_FIELDS.flatMap((field) => {
		const text = template[field];
		if (text.trim() === '') return [{ field, code: 'empty' as const }];
		const faults: TemplateFault[] = faultsIn(field, text);
		if (text.length > TEMPLATE_LIMITS[field]) faults.push({ field, code: 'too-long' });
		return faults;
	});
}

function faultsIn(field: TemplateField, text: string): TemplateFault[] {
	const faults: TemplateFault[] = [];
	for (const piece of piecesOf(text)) {
		if ('text' in piece || isPlaceholder(piece.placeholder)) continue;
		const place = placeIn(text, piece.at);
		faults.push({ field, code: 'unknown-placeholder', name: piece.placeholder, ...place });
	}
	// What is left of braces once the pairs are gone; blanked, so that places stay.
	const rest = text.replace(BRACES, (pair) => ' '.repeat(pair.length));
	const single = /\{\{|\}\}/.exec(rest);
	if (single) faults.push({ field, code: 'unclosed-braces', ...placeIn(text, single.index) });
	return faults;
}

function placeIn(text: string, at: number): { line: number; column: number } {
	const before = text.slice(0, at).split('\n');
	return { line: before.length, column: before.at(-1)!.length + 1 };
}

/** @returns what following the links in some fields of a template does, each once */
export function linksIn(
	template: Template,
	fields: readonly TemplateField[] = TEMPLATE_FIELDS
): LinkAction[] {
	const names = fields
		.flatMap((field) => piecesOf(template[field]))
		.map((piece) => ('placeholder' in piece ? piece.placeholder : ''));
	return Object.entries(LINK_PLACEHOLDERS)
		.filter(([name]) => names.includes(name))
		.map(([, action]) => action);
}

export interface RenderedText {
	subject: string;
	body: string;
	/** The body for mail programs that show HTML; values cannot bring tags into it. */
	html: string;
	short: string;
}

/**
 * Fills a template in, each text of it when it is read: no way of sending needs them all. A line whose placeholders are
 * all empty is left out (a service without preparation, a link that there is none for), and where it stood between two
 * empty ones, one of them goes with it. A line without any stays.
 * @returns texts that throw, when read, for a placeholder that `checkTemplate` refuses: such a template is never stored
 */
export function renderTemplate(template: Template, values: TemplateValues): RenderedText {
	const lines = (text: string) => filledLines(text, values);
	const plain = (text: string) =>
		lines(text).map((line) => line.map(({ value }) => value).join(''));
	return {
		get subject() {
			// A header holds one line.
			return plain(template.subject).join(' ').replace(/\s+/g, ' ').trim();
		},
		get body() {
			return plain(template.body).join('\n').trim() + '\n';
		},
		get html() {
			return htmlOf(lines(template.body));
		},
		get short() {
			return plain(template.short)
				.map((line) => line.trim())
				.join('\n')
				.trim();
		}
	};
}

interface Filled {
	value: string;
	isLink: boolean;
}

function filledLines(text: string, values: TemplateValues): Filled[][] {
	const kept: Filled[][] = [];
	let isAfterGap = false;
	for (const line of text.split('\n')) {
		const pieces = piecesOf(line);
		const filled = pieces.map((piece): Filled => {
			if ('text' in piece) return { value: piece.text, isLink: false };
			const { placeholder } = piece;
			if (!isPlaceholder(placeholder)) throw new Error(`no such placeholder: ${placeholder}`);
			return { value: values[placeholder], isLink: placeholder in LINK_PLACEHOLDERS };
		});
		const named = filled.filter((_, at) => 'placeholder' in pieces[at]!);
		const isLeftOut = named.length > 0 && named.every(({ value }) => value === '');
		const isSpare: boolean = isAfterGap && isEmpty(filled) && isEmpty(kept.at(-1) ?? []);
		if (!isLeftOut && !isSpare) kept.push(filled);
		isAfterGap = isLeftOut || isSpare;
	}
	return kept;
}

const isEmpty = (line: readonly Filled[]) => line.every(({ value }) => value.trim() === '');

/**
 * Plain text as HTML: an empty line parts paragraphs, and a line that is nothing but an address becomes a link.
 * @returns markup in which nothing of the text is markup
 */
export function htmlOfText(text: string): string {
	const lines = text.split('\n').map((line): Filled[] => {
		const value = line.trim();
		return [{ value: line, isLink: /^https?:\/\/\S+$/.test(value) }];
	});
	return htmlOf(lines);
}

function htmlOf(lines: readonly Filled[][]): string {
	const paragraphs: string[][] = [[]];
	for (const line of lines) {
		if (isEmpty(line)) paragraphs.push([]);
		else paragraphs.at(-1)!.push(line.map(inHtml).join(''));
	}
	const shown = paragraphs
		.filter((one) => one.length > 0)
		.map((one) => `<p>${one.join('<br>')}</p>`);
	return `<div style="font:16px/1.5 sans-serif;max-width:520px">${shown.join('')}</div>`;
}

function inHtml({ value, isLink }: Filled): string {
	// A value may have lines of its own, such as a preparation.
	const text = escaped(value.trim() === '' ? ' ' : value).replaceAll('\n', '<br>');
	return isLink && value !== '' ? `<a href="${escaped(value.trim())}">${text}</a>` : text;
}

function escaped(text: string): string {
	return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
