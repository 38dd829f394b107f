/** What an authenticator app scans. */
import { renderSVG } from 'uqr';

/** @returns a QR code as an image's address; dark on light in either theme, as cameras expect it */
export function codePicture(uri: string): string {
	return `data:image/svg+xml,${encodeURIComponent(renderSVG(uri, { ecc: 'M', border: 2 }))}`;
}
