/** Which file store the operator wants: a folder, or anything that speaks S3. */
import path from 'node:path';
import { z } from 'zod';

export interface FolderSettings {
	kind: 'folder';
	/** Absolute. */
	folder: string;
}

export interface S3Settings {
	kind: 's3';
	bucket: string;
	/** `null`: the service's own, by region. */
	endpoint: string | null;
	region: string;
	accessKey: string;
	secretKey: string;
}

export type FileSettings = FolderSettings | S3Settings;

const ENDPOINT_HINT =
	'FILES_S3_ENDPOINT must be an address such as https://s3.example.com, without a path';

/** The environment variables; blank ones are left out before. */
export const fileVariables = {
	FILES_S3_BUCKET: z
		.string()
		.regex(
			/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
			'FILES_S3_BUCKET must be the name of a bucket: small letters, digits, dots and hyphens'
		)
		.nullable()
		.default(null),
	FILES_S3_ENDPOINT: z
		.string()
		.refine((text) => {
			if (!URL.canParse(text)) return false;
			const url = new URL(text);
			return /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
		}, ENDPOINT_HINT)
		.nullable()
		.default(null),
	FILES_S3_REGION: z
		.string()
		.regex(/^[a-z0-9-]{1,40}$/, 'FILES_S3_REGION must be a region such as eu-central-1')
		.default('us-east-1'),
	FILES_S3_ACCESS_KEY: z.string().max(200).nullable().default(null),
	FILES_S3_SECRET_KEY: z.string().max(200).nullable().default(null)
};

type Variables = { [K in keyof typeof fileVariables]: z.infer<(typeof fileVariables)[K]> };

/**
 * @param dataDir absolute folder of everything that this machine keeps
 * @returns the settings, or one line for each that is missing
 */
export function fileSettingsFrom(
	variables: Variables,
	dataDir: string
): { settings: FileSettings } | { faults: string[] } {
	const { FILES_S3_BUCKET: bucket, FILES_S3_ENDPOINT: endpoint } = variables;
	const { FILES_S3_ACCESS_KEY: accessKey, FILES_S3_SECRET_KEY: secretKey } = variables;
	if (bucket === null) {
		if ((endpoint ?? accessKey ?? secretKey) === null) {
			return { settings: { kind: 'folder', folder: path.join(dataDir, 'files') } };
		}
		return { faults: ['FILES_S3_BUCKET is missing, though other settings of FILES_S3 are given.'] };
	}
	if (accessKey !== null && secretKey !== null) {
		const region = variables.FILES_S3_REGION;
		return { settings: { kind: 's3', bucket, endpoint, region, accessKey, secretKey } };
	}
	const missing = { FILES_S3_ACCESS_KEY: accessKey, FILES_S3_SECRET_KEY: secretKey };
	return {
		faults: Object.entries(missing)
			.filter(([, value]) => value === null)
			.map(([name]) => `${name} is missing: the bucket is opened with it.`)
	};
}
