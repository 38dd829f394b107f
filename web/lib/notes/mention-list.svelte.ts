/** The colleagues that are offered after an '@': what was typed, which one is marked, and what the keys do. */
import type { SuggestionProps } from '@tiptap/suggestion';
import type { Mentionable } from '#domain/notes/mention.ts';

const MOST = 6;

/** @returns those whose name has a word that begins with what was typed, by name */
export function matching(people: readonly Mentionable[], typed: string): Mentionable[] {
	const plain = (text: string) => text.toLocaleLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
	const query = plain(typed.trim());
	return people
		.filter(({ name }) => {
			const words = plain(name);
			return words.startsWith(query) || words.split(/\s+/).some((word) => word.startsWith(query));
		})
		.slice(0, MOST);
}

export class MentionList {
	people = $state.raw<readonly Mentionable[]>([]);
	/** `null`: nobody is being mentioned. */
	query = $state<string | null>(null);
	marked = $state(0);
	found: Mentionable[] = $derived(this.query === null ? [] : matching(this.people, this.query));
	/** Where the '@' is, from the left and the top of the window. */
	place = $state({ left: 0, top: 0, bottom: 0 });
	private choose: ((person: Mentionable) => void) | null = null;

	readonly render = () => ({
		onStart: (props: SuggestionProps<Mentionable, Mentionable>) => this.take(props),
		onUpdate: (props: SuggestionProps<Mentionable, Mentionable>) => this.take(props),
		onExit: () => this.close(),
		onKeyDown: ({ event }: { event: KeyboardEvent }) => this.onKey(event)
	});

	pick(person: Mentionable): void {
		this.choose?.(person);
	}

	close(): void {
		this.query = null;
		this.choose = null;
	}

	private take({ query, command, clientRect }: SuggestionProps<Mentionable, Mentionable>): void {
		if (query !== this.query) this.marked = 0;
		this.query = query;
		this.choose = command;
		const rect = clientRect?.();
		if (rect) this.place = { left: rect.left, top: rect.top, bottom: rect.bottom };
	}

	private onKey({ key }: KeyboardEvent): boolean {
		const { found } = this;
		if (this.query === null) return false;
		if (key === 'Escape') {
			this.close();
			return true;
		}
		if (found.length === 0) return false;
		if (key === 'ArrowDown' || key === 'ArrowUp') {
			const step = key === 'ArrowDown' ? 1 : -1;
			this.marked = (this.marked + step + found.length) % found.length;
			return true;
		}
		if (key === 'Enter' || key === 'Tab') {
			this.pick(found[Math.min(this.marked, found.length - 1)]!);
			return true;
		}
		return false;
	}
}
