/** Files in a bucket of anything that speaks S3. Loaded only where one is configured. */
import { addAbortSignal, type Readable } from 'node:stream';
import {
	DeleteObjectCommand,
	GetObjectCommand,
	PutObjectCommand,
	S3Client,
	S3ServiceException
} from '@aws-sdk/client-s3';
import type { S3Settings } from './file-settings.ts';
import { checkedKey, FileStoreFault, MAX_STORED_BYTES, type FileStore } from './file-store.ts';

/** Somebody waits at a screen: after that they are told. Tries again within it. */
const LIMIT_MS = 20_000;
const CONNECT_LIMIT_MS = 3_000;
const MAX_ATTEMPTS = 3;

export interface S3Options {
	/** How long one file may take, in milliseconds, all tries together. */
	limitMs?: number;
}

export function s3Store(settings: S3Settings, { limitMs = LIMIT_MS }: S3Options = {}): FileStore {
	const { bucket: Bucket, endpoint, region, accessKey, secretKey } = settings;
	const client = new S3Client({
		region,
		...(endpoint === null ? {} : { endpoint }),
		// Most services that are not the first one know no bucket by a name of its own host.
		forcePathStyle: true,
		credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
		maxAttempts: MAX_ATTEMPTS,
		// Their own checksums are not known everywhere; what we store is authenticated by its encryption.
		requestChecksumCalculation: 'WHEN_REQUIRED',
		responseChecksumValidation: 'WHEN_REQUIRED',
		requestHandler: { connectionTimeout: CONNECT_LIMIT_MS, requestTimeout: limitMs }
	});
	const within = () => ({ abortSignal: AbortSignal.timeout(limitMs) });
	return {
		put(key, bytes) {
			const input = { Bucket, Key: checkedKey(key), Body: bytes, ContentLength: bytes.byteLength };
			return wrapped(async () => {
				await client.send(
					new PutObjectCommand({ ...input, ContentType: 'application/octet-stream' }),
					within()
				);
			});
		},
		get(key) {
			const input = { Bucket, Key: checkedKey(key) };
			return wrapped(async () => {
				const { abortSignal } = within();
				try {
					const { Body } = await client.send(new GetObjectCommand(input), { abortSignal });
					// A bucket that falls silent half way is given up too.
					return await readAll(addAbortSignal(abortSignal, Body as Readable));
				} catch (fault) {
					if (fault instanceof S3ServiceException && fault.name === 'NoSuchKey') return null;
					throw fault;
				}
			});
		},
		delete(key) {
			const input = { Bucket, Key: checkedKey(key) };
			return wrapped(
				async () => void (await client.send(new DeleteObjectCommand(input), within()))
			);
		}
	};
}

async function readAll(body: Readable): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let length = 0;
	// Leaving the loop ends the stream.
	for await (const chunk of body as AsyncIterable<Buffer>) {
		length += chunk.length;
		if (length > MAX_STORED_BYTES) {
			throw new FileStoreFault('the bucket holds something that Dayboard did not put there');
		}
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

async function wrapped<T>(work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (cause) {
		if (cause instanceof FileStoreFault) throw cause;
		if (cause instanceof S3ServiceException) {
			const status = cause.$metadata.httpStatusCode ?? 'no status';
			throw new FileStoreFault(`the bucket refuses (${status} ${cause.name})`, { cause });
		}
		const { name, code } = cause as NodeJS.ErrnoException;
		throw new FileStoreFault(`the bucket cannot be reached (${code ?? name})`, { cause });
	}
}
