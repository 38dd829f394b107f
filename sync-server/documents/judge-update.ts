/**
 * What a client sends for a kept document, looked through before any of it is applied. Yjs takes in whatever can be
 * decoded: what does not fit yet is put by and merged later, with code that some bytes keep busy for good.
 */
import * as Y from 'yjs';

/** `ahead`: builds upon what the server does not have; an honest browser then sends all that it has. */
export type UpdateJudgement = 'fits' | 'ahead' | 'malformed';

/** Nobody types this much under one client id; sums of clocks stay exact. */
const MAX_CLOCK = 2 ** 31;
/** Levels of plain values within one another. */
const MAX_DEPTH = 16;
/** Looks at what waits for something else, all together: people who write by turns need some thousand. */
const MAX_LOOKS = 1_000_000;

type Struct = Y.Item | Y.GC | Y.Skip;
interface Id {
	client: number;
	clock: number;
}

/** @param roots names of the shared types that the document may have */
export function judgeUpdate(
	document: Y.Doc,
	bytes: Uint8Array,
	roots: readonly string[]
): UpdateJudgement {
	let update: ReturnType<typeof Y.decodeUpdate>;
	try {
		update = Y.decodeUpdate(bytes);
	} catch {
		return 'malformed';
	}
	const structs = update.structs as Struct[];
	if (!structs.every((struct) => isAcceptable(struct, roots))) return 'malformed';
	const known = statesAfter(document, structs);
	if (known === null) return 'ahead';
	for (const [client, deletions] of update.ds.clients) {
		if (deletions.some(({ clock, len }) => clock + len > known(client))) return 'ahead';
	}
	return 'fits';
}

function isAcceptable(struct: Struct, roots: readonly string[]): boolean {
	if (struct.id.clock + struct.length > MAX_CLOCK) return false;
	if (!(struct instanceof Y.Item)) return true;
	const { content } = struct;
	// Said where the item has no neighbours: the name of a shared type.
	const parent: unknown = struct.parent;
	if (typeof parent === 'string' && !roots.includes(parent)) return false;
	if (content instanceof Y.ContentDoc || content instanceof Y.ContentBinary) return false;
	if (content instanceof Y.ContentAny || content instanceof Y.ContentJSON) {
		return isShallow(content.arr);
	}
	if (content instanceof Y.ContentEmbed) return isShallow(content.embed);
	return !(content instanceof Y.ContentFormat) || isShallow(content.value);
}

/** Layer by layer: what comes from outside is not followed by calls within calls. */
function isShallow(value: unknown): boolean {
	let layer: unknown[] = [value];
	for (let depth = 0; layer.length > 0; depth++) {
		if (depth > MAX_DEPTH) return false;
		layer = layer.flatMap((one) =>
			typeof one === 'object' && one !== null && !(one instanceof Uint8Array)
				? Object.values(one)
				: []
		);
	}
	return true;
}

/**
 * Puts the structs in the order in which Yjs could take them in, without taking them in.
 * @returns each client's clock afterwards; `null`: some lack what they build upon
 */
function statesAfter(
	document: Y.Doc,
	structs: readonly Struct[]
): ((client: number) => number) | null {
	const states = new Map<number, number>();
	const known = (client: number) => states.get(client) ?? Y.getState(document.store, client);
	const isKnown = (id: Id) => id.clock < known(id.client);
	let waiting = [...Map.groupBy(structs, ({ id }) => id.client).values()].map((own) => ({
		...{ own, next: 0 }
	}));
	let looks = 0;
	for (let moved = true; moved && looks < MAX_LOOKS; looks += waiting.length) {
		moved = false;
		for (const queue of waiting) {
			for (; queue.next < queue.own.length; queue.next++) {
				const struct = queue.own[queue.next]!;
				const { client, clock } = struct.id;
				if (struct instanceof Y.Skip || clock > known(client)) return null;
				if (!buildsUpon(struct).every(isKnown)) break;
				states.set(client, Math.max(known(client), clock + struct.length));
				moved = true;
			}
		}
		waiting = waiting.filter(({ own, next }) => next < own.length);
	}
	return waiting.length === 0 ? known : null;
}

function buildsUpon(struct: Struct): Id[] {
	if (!(struct instanceof Y.Item)) return [];
	const parent: unknown = struct.parent;
	return [struct.origin, struct.rightOrigin, parent instanceof Y.ID ? parent : null].filter(
		(id): id is Y.ID => id !== null
	);
}
