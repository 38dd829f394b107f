/** Every operation of the HTTP interface: routes and document both come from this one table. */
import { APPOINTMENT_OPERATIONS } from './appointments.ts';
import { BLOCK_OPERATIONS } from './blocks.ts';
import { DIRECTORY_OPERATIONS } from './directory.ts';
import { SLOT_OPERATIONS } from './slots.ts';
import { HOLD_OPERATIONS } from './holds.ts';
import { TOGETHER_OPERATIONS } from './together.ts';
import { WAITLIST_OPERATIONS } from './waitlist.ts';
import { openApi } from './openapi.ts';
import { answerWith, operation, type Operation } from './operation.ts';
import * as shapes from './shapes.ts';

const DOCUMENT: Operation = operation({
	...{ id: 'readOpenApi', method: 'GET', path: '/openapi.json', scope: 'read' },
	...{ summary: 'Read this document', changes: false, needsRevision: false },
	params: shapes.noParams,
	body: null,
	success: { status: 200, body: shapes.openApiDocument, description: 'OpenAPI 3.1.' },
	handle: async () => answerWith(openApi(OPERATIONS))
});

export const OPERATIONS: readonly Operation[] = [
	...DIRECTORY_OPERATIONS,
	...SLOT_OPERATIONS,
	...APPOINTMENT_OPERATIONS,
	...TOGETHER_OPERATIONS,
	...BLOCK_OPERATIONS,
	...HOLD_OPERATIONS,
	...WAITLIST_OPERATIONS,
	DOCUMENT
];
