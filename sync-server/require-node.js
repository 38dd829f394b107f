/**
 * First import of every entry, and first command of the npm scripts: says plainly that an older Node cannot run
 * Dayboard. It is JavaScript of the oldest kind, because such a Node stops at the first TypeScript file it meets.
 */
var OLDEST = 26;

if (Number(process.versions.node.split('.')[0]) < OLDEST) {
	console.error(
		'Dayboard needs Node ' +
			OLDEST +
			' and this is ' +
			process.version +
			': use the npm scripts, such as "npm start"; they bring their own Node ("npm install" fetches it).'
	);
	process.exit(1);
}
