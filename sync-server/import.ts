/** `npm run import -- clinic.json`: takes a file into Dayboard. docs/IMPORT.md tells what it may hold. */
import './require-node.js';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readSettings } from '#db/settings.ts';
import { StartupFault } from '#db/startup-fault.ts';
import { importFile } from '#domain/importing/commands.ts';
import { IMPORT_KINDS, ImportFault, type ImportFile } from '#domain/importing/kinds.ts';
import { checkSize, decodeText, isKind, readCsv, readJson } from '#domain/importing/read-file.ts';
import { reportLines } from '#domain/importing/report-lines.ts';
import { withDatabase } from './with-database.ts';

const USAGE = `Usage: npm run import -- <file.json | file.csv> [options]
  --organization <key>        whose CSV file it is
  --organization-name <name>  makes that organization when it is not there yet
  --kind <kind>               what the lines of a CSV file are, where the header does not tell:
                              ${IMPORT_KINDS.join(', ')}
  --admin-email <address>     in a new organization, makes an administrator's account
  --quiet                     no progress, only the report`;

try {
	process.exitCode = await run();
} catch (fault) {
	if (!(fault instanceof ImportFault) && !(fault instanceof StartupFault)) throw fault;
	console.error(fault.message);
	process.exitCode = 1;
}

/** @returns the exit code: 0 when every row was taken, 1 when at least one was refused. */
async function run(): Promise<number> {
	const { file, options } = readArguments();
	const content = await read(file, options.kind);
	const organization =
		options.organization === undefined
			? {}
			: {
					organization: {
						key: options.organization,
						...(options['organization-name'] ? { name: options['organization-name'] } : {})
					}
				};
	const report = await withDatabase(readSettings(), (database) =>
		importFile(database, content, {
			...organization,
			...(options['admin-email'] ? { adminEmail: options['admin-email'] } : {}),
			...(options.quiet ? {} : { onProgress: (line: string) => console.error(line) })
		})
	);
	console.log(reportLines(report).join('\n'));
	return report.problems.length === 0 ? 0 : 1;
}

function readArguments() {
	try {
		const { positionals, values } = parseArgs({
			allowPositionals: true,
			options: {
				organization: { type: 'string' },
				'organization-name': { type: 'string' },
				kind: { type: 'string' },
				'admin-email': { type: 'string' },
				quiet: { type: 'boolean' }
			}
		});
		if (positionals.length !== 1) throw new ImportFault(USAGE);
		return { file: positionals[0]!, options: values };
	} catch (cause) {
		if (cause instanceof ImportFault) throw cause;
		throw new ImportFault(`${(cause as Error).message}\n${USAGE}`, { cause });
	}
}

async function read(file: string, kind: string | undefined): Promise<ImportFile> {
	const extension = path.extname(file).toLowerCase();
	if (extension !== '.json' && extension !== '.csv') {
		throw new ImportFault('The file must end in .json or .csv.');
	}
	if (kind !== undefined && !isKind(kind)) {
		throw new ImportFault(`--kind must be one of: ${IMPORT_KINDS.join(', ')}.`);
	}
	try {
		const { size } = await stat(file);
		checkSize(size);
		const text = decodeText(await readFile(file));
		return extension === '.json' ? readJson(text) : readCsv(text, kind ?? null);
	} catch (cause) {
		if (cause instanceof ImportFault) throw cause;
		const { code } = cause as NodeJS.ErrnoException;
		const why = code === 'ENOENT' ? 'There is no such file' : `The file cannot be read (${code})`;
		throw new ImportFault(`${why}: ${file}`, { cause });
	}
}
