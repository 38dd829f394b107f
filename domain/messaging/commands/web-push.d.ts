/** Of `web-push`, which brings no types, what is used here. */
declare module 'web-push' {
	export interface RequestOptions {
		vapidDetails: { subject: string; publicKey: string; privateKey: string };
		/** Seconds. */
		TTL: number;
		urgency: 'very-low' | 'low' | 'normal' | 'high';
		topic?: string;
		contentEncoding: 'aes128gcm';
	}

	export interface RequestDetails {
		method: string;
		headers: Record<string, string | number>;
		body: Buffer;
		endpoint: string;
	}

	const webPush: {
		/** Signs and encrypts, and sends nothing. */
		generateRequestDetails(
			subscription: { endpoint: string; keys: { p256dh: string; auth: string } },
			payload: string,
			options: RequestOptions
		): RequestDetails;
	};
	export default webPush;
}
