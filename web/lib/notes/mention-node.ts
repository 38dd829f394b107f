/** A colleague's name within a note. Whoever is mentioned for the first time hears of it; the server sees to that. */
import { mergeAttributes, Node } from '@tiptap/core';

/** What a mention holds: whom, what they were called then, and which mention it is. */
export interface MentionAttributes {
	id: string;
	label: string;
	ref: string;
}

const attribute = (name: keyof MentionAttributes) => ({
	default: '',
	parseHTML: (element: HTMLElement) => element.getAttribute(`data-${name}`) ?? '',
	renderHTML: (attributes: Record<string, unknown>) => ({ [`data-${name}`]: attributes[name] })
});

/** The node's name is read by the server too (sync-server/documents/note-mentions.ts). */
export const MentionNode = Node.create({
	...{ name: 'mention', group: 'inline', inline: true, atom: true, selectable: false },
	addAttributes: () => ({ id: attribute('id'), label: attribute('label'), ref: attribute('ref') }),
	parseHTML: () => [{ tag: 'span[data-mention]' }],
	renderHTML: ({ node, HTMLAttributes }) => [
		'span',
		mergeAttributes({ 'data-mention': '', class: 'mention' }, HTMLAttributes),
		`@${String(node.attrs.label).slice(0, 100)}`
	],
	renderText: ({ node }) => `@${String(node.attrs.label)}`
});
