/** A note is not a book: beyond so many letters nothing more is taken. */
import { Extension } from '@tiptap/core';
import { Plugin } from '@tiptap/pm/state';
import { ySyncPluginKey } from '@tiptap/y-tiptap';

/** Letters, with a few for each paragraph. Together they stay well below what a document may hold. */
const MAX_NOTE_LENGTH = 12_000;

/** So many letters less, and there is room again: said at the edge it would come and go with each letter. */
const ROOM = 100;

/** @param size of a note's content. @returns whether something can be written again */
export const hasRoom = (size: number) => size <= MAX_NOTE_LENGTH - ROOM;

/** @param onFull is told when something was not taken */
export function lengthLimit(onFull: () => void): Extension {
	return Extension.create({
		name: 'lengthLimit',
		addProseMirrorPlugins: () => [
			new Plugin({
				filterTransaction(transaction, state) {
					// What comes from colleagues is there already.
					if (!transaction.docChanged || transaction.getMeta(ySyncPluginKey)) return true;
					const size = transaction.doc.content.size;
					const fits = size <= MAX_NOTE_LENGTH || size < state.doc.content.size;
					if (!fits) onFull();
					return fits;
				}
			})
		]
	});
}
