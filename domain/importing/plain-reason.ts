/** What a schema found, in words for whoever made the file. */
import type { z } from 'zod';

/** @returns a reason that goes on after the field's name: `is missing`, `must be a number`. */
export function plainReason(issue: z.core.$ZodIssue, input: unknown): string {
	switch (issue.code) {
		case 'invalid_type':
			if (valueAt(input, issue.path) === undefined) return 'is missing';
			if (issue.message.startsWith('Invalid input'))
				return `must be ${NOUN[issue.expected] ?? issue.expected}`;
			return issue.message;
		case 'unrecognized_keys':
			return `has a field that is not known here: ${issue.keys.join(', ')}`;
		case 'too_big':
			return issue.origin === 'string'
				? `is longer than ${issue.maximum} characters`
				: own(issue, `must not be more than ${issue.maximum}`);
		case 'too_small':
			return own(issue, `must not be less than ${issue.minimum}`);
		case 'invalid_value':
			return `must be one of: ${issue.values.join(', ')}`;
		default:
			return issue.message;
	}
}

const NOUN: Record<string, string> = {
	string: 'a text',
	number: 'a number',
	int: 'a whole number',
	boolean: 'true or false',
	array: 'a list',
	object: 'an object with fields'
};

/** The schema's own message where it has one; zod's begin with these words. */
function own(issue: z.core.$ZodIssue, otherwise: string): string {
	return /^(Too |Invalid )/.test(issue.message) ? otherwise : issue.message;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
	return path.reduce<unknown>(
		(value, part) =>
			value !== null && typeof value === 'object'
				? (value as Record<PropertyKey, unknown>)[part]
				: undefined,
		input
	);
}

/** @returns `services[2]` for a path into a row; `null` for the row itself. */
export function fieldOf(path: readonly PropertyKey[]): string | null {
	if (path.length === 0) return null;
	return path
		.map((part, index) =>
			typeof part === 'number' ? `[${part}]` : `${index ? '.' : ''}${String(part)}`
		)
		.join('');
}
