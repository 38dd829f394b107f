/** Whoever walks away from a screen leaves nothing on it. */

const PAUSE_MS = 45_000;

/**
 * Empties a form that nobody has typed into for a while.
 * @param start where the next patient begins: also the language goes back
 */
export function clearAfterPause(form: HTMLFormElement, start: string): { destroy(): void } {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const isFilled = () => [...new FormData(form).values()].some((value) => value !== '');
	const touched = () => {
		clearTimeout(timer);
		timer = setTimeout(() => {
			if (isFilled()) location.replace(start.split('?')[0]!);
		}, PAUSE_MS);
	};
	form.addEventListener('input', touched);
	// Somebody may have begun before the scripts were there.
	touched();
	return {
		destroy() {
			clearTimeout(timer);
			form.removeEventListener('input', touched);
		}
	};
}
