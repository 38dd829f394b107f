/** Asks every few seconds whether this screen is still a kiosk, and says when nobody answers. Browser only. */

const EVERY_MS = 4_000;

export class ScreenWatch {
	isOffline = $state(false);

	/**
	 * @param isOpen as it was when the page was made: the page is loaded anew when that changes
	 * @returns how to end it
	 */
	begin(isOpen: boolean): () => void {
		const look = async () => {
			try {
				const response = await fetch('/kiosk/state');
				if (!response.ok) throw new Error(String(response.status));
				const now = (await response.json()) as { open: boolean };
				this.isOffline = false;
				if (now.open !== isOpen) location.replace('/kiosk');
			} catch {
				this.isOffline = true;
			}
		};
		const timer = setInterval(() => void look(), EVERY_MS);
		return () => clearInterval(timer);
	}
}
