/** Sending a file with its progress, which `fetch` does not tell. */

export type UploadAnswer =
	| { outcome: 'done' }
	| { outcome: 'cancelled' }
	/** In words that can be shown. */
	| { outcome: 'refused'; message: string };

const UNREACHABLE = 'Dayboard could not be reached. Please try again when the line is back.';

/**
 * @param onProgress is told how much has been sent, from 0 to 1
 * @param signal ends it
 */
export function uploadFile(
	address: string,
	file: File,
	onProgress: (fraction: number) => void,
	signal: AbortSignal
): Promise<UploadAnswer> {
	return new Promise((resolve) => {
		const request = new XMLHttpRequest();
		request.open('POST', address);
		request.setRequestHeader('accept', 'application/json');
		request.setRequestHeader('content-type', 'application/octet-stream');
		// Not in the address, which ends up in logs.
		request.setRequestHeader('x-file-name', encodeURIComponent(file.name.toWellFormed()));
		request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
		request.onload = () => {
			if (request.status === 201) resolve({ outcome: 'done' });
			else resolve({ outcome: 'refused', message: messageOf(request.responseText) });
		};
		request.onerror = () => resolve({ outcome: 'refused', message: UNREACHABLE });
		request.onabort = () => resolve({ outcome: 'cancelled' });
		signal.addEventListener('abort', () => request.abort(), { once: true });
		request.send(file);
	});
}

/** @returns the words of an answer that is an error */
export function messageOf(body: string): string {
	try {
		const { message } = JSON.parse(body) as { message?: unknown };
		if (typeof message === 'string') return message;
	} catch {
		// Some proxy's own page.
	}
	return 'This did not work. Please try again in a minute.';
}

/** @returns such as `980 KB` or `1.2 MB` */
export function sizeWords(bytes: number): string {
	if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1_000))} KB`;
	return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
