/** Whom a note mentions, read from its document. What stands in it was written by browsers: nothing is taken for true. */
import * as Y from 'yjs';
import { NOTE_FRAGMENT } from '#domain/kept-documents/kept-name.ts';
import { mentionsAmong, type Mention } from '#domain/notes/mention.ts';

/** Levels of elements within one another, and elements in all, that are looked at. */
const MAX_DEPTH = 32;
const MAX_ELEMENTS = 20_000;

/** Name of the element that Tiptap makes of a mention. */
const MENTION = 'mention';

/** @returns the mentions in a note, each once; layer by layer, so that no depth of elements is too deep */
export function mentionsIn(document: Y.Doc): Mention[] {
	const found: unknown[] = [];
	let layer: Y.XmlFragment[] = [document.getXmlFragment(NOTE_FRAGMENT)];
	let looked = 0;
	for (let depth = 0; layer.length > 0 && depth < MAX_DEPTH; depth++) {
		const next: Y.XmlFragment[] = [];
		for (const parent of layer) {
			for (const child of parent.toArray()) {
				if (++looked > MAX_ELEMENTS) return mentionsAmong(found);
				if (!(child instanceof Y.XmlElement)) continue;
				if (child.nodeName === MENTION) {
					found.push({ id: child.getAttribute('id'), ref: child.getAttribute('ref') });
				} else {
					next.push(child);
				}
			}
		}
		layer = next;
	}
	return mentionsAmong(found);
}
