/** The editor of a shared note: a few kinds of text on a Yjs document, with colleagues' carets. Loaded when it is needed. */
import { Editor, Extension } from '@tiptap/core';
import { Bold } from '@tiptap/extension-bold';
import { Collaboration } from '@tiptap/extension-collaboration';
import { CollaborationCaret } from '@tiptap/extension-collaboration-caret';
import { Document } from '@tiptap/extension-document';
import { Italic } from '@tiptap/extension-italic';
import { BulletList, ListItem, ListKeymap, TaskItem, TaskList } from '@tiptap/extension-list';
import { Paragraph } from '@tiptap/extension-paragraph';
import { Text } from '@tiptap/extension-text';
import { PluginKey } from '@tiptap/pm/state';
import { Suggestion } from '@tiptap/suggestion';
import { NOTE_FRAGMENT } from '#domain/kept-documents/kept-name.ts';
import type { Mentionable } from '#domain/notes/mention.ts';
import type { KeptDocument } from '#web/lib/sync/kept-document.ts';
import { hasRoom, lengthLimit } from './length-limit.ts';
import type { MentionList } from './mention-list.svelte.ts';
import { MentionNode, type MentionAttributes } from './mention-node.ts';

export interface NoteEditorOptions {
	element: HTMLElement;
	kept: KeptDocument;
	/** Of whoever writes; the server says the name to others. */
	userId: string;
	/** What screen readers call the field. */
	label: string;
	mentions: MentionList;
	onFull(): void;
	/** The selection or the text is another one. */
	onChange(hasRoom: boolean): void;
}

/** What a colleague's caret shows; stamped by the server (sync-server/presence.ts). */
interface CaretUser {
	name?: unknown;
	colorIndex?: unknown;
}

export function createNoteEditor(options: NoteEditorOptions): Editor {
	const { kept, mentions } = options;
	return new Editor({
		element: options.element,
		editable: !kept.isReadOnly,
		extensions: [
			...[Document, Paragraph, Text, Bold, Italic, BulletList, ListItem, ListKeymap, TaskList],
			TaskItem.configure({
				nested: true,
				a11y: { checkboxLabel: (_, checked) => (checked ? 'Done' : 'To do') }
			}),
			MentionNode,
			Collaboration.configure({ document: kept.document, field: NOTE_FRAGMENT }),
			CollaborationCaret.configure({
				provider: kept.provider,
				user: { userId: options.userId },
				render: caretOf,
				selectionRender: (user: CaretUser) => ({
					...{ class: 'colleague-selection', style: `--hue: ${hueOf(user)}` }
				})
			}),
			lengthLimit(options.onFull),
			mentioning(mentions)
		],
		editorProps: {
			attributes: {
				...{ role: 'textbox', 'aria-multiline': 'true', 'aria-label': options.label },
				'aria-readonly': String(kept.isReadOnly)
			}
		},
		onTransaction: ({ editor }) => options.onChange(hasRoom(editor.state.doc.content.size))
	});
}

/** An '@' offers colleagues; the chosen one becomes a mention of its own. */
function mentioning(mentions: MentionList): Extension {
	return Extension.create({
		name: 'mentioning',
		addProseMirrorPlugins() {
			return [
				Suggestion<Mentionable, Mentionable>({
					editor: this.editor,
					pluginKey: new PluginKey('mentioning'),
					char: '@',
					items: () => [...mentions.people],
					command({ editor, range, props: { userId, name } }) {
						const attrs: MentionAttributes = { id: userId, label: name, ref: crypto.randomUUID() };
						const content = [
							{ type: 'mention', attrs },
							{ type: 'text', text: ' ' }
						];
						editor.chain().focus().insertContentAt(range, content).run();
					},
					render: mentions.render
				})
			];
		}
	});
}

function caretOf(user: CaretUser): HTMLElement {
	const caret = document.createElement('span');
	caret.className = 'colleague-caret';
	caret.style.setProperty('--hue', `${hueOf(user)}`);
	const label = document.createElement('span');
	label.className = 'colleague-name';
	label.textContent = typeof user.name === 'string' ? user.name : 'A colleague';
	caret.append(label);
	return caret;
}

/** As everywhere on the board (web/lib/panels/Colleagues.svelte). */
function hueOf({ colorIndex }: CaretUser): number {
	return (typeof colorIndex === 'number' ? colorIndex : 0) * 45;
}
