/** Imports working hours: those of a practitioner or room at a clinic are replaced as a whole. */
import { replaceHours } from '../../../db/importing/hours-and-offers.ts';
import type { Transaction } from '../../../db/transaction.ts';
import type { CheckedRow } from '../check-rows.ts';
import { unknownKey, type Directory } from '../directory.ts';
import type { ImportRun } from '../import-run.ts';
import { judgeHours, sameHours, type HoursRule } from '../judge-hours.ts';

/** `directory.hours` is brought up to date. */
export async function importWorkingHours(
	transaction: Transaction,
	run: ImportRun,
	directory: Directory
): Promise<void> {
	const rows = run.take('workingHours');
	if (rows.length === 0) return;
	const resolved = rows.flatMap((checked) => {
		const rule = toRule(checked, directory);
		if (!('fault' in rule)) return [{ checked, rule }];
		run.refuse('workingHours', checked, rule.fault);
		return [];
	});
	// Breaks are judged by the working hours around them, so those come first.
	const inOrder = [
		...resolved.filter(({ rule }) => rule.kind === 'work'),
		...resolved.filter(({ rule }) => rule.kind === 'break')
	];
	const placeOf = (rule: HoursRule) => `${rule.resourceId}/${rule.clinicId}`;
	const replaced = new Set(resolved.map(({ rule }) => placeOf(rule)));
	const accepted: HoursRule[] = [];
	const byResource = new Map(
		[...directory.hours].map(([id, rules]) => [
			id,
			rules.filter((rule) => !replaced.has(placeOf(rule)))
		])
	);
	for (const { checked, rule } of inOrder) {
		const others = byResource.get(rule.resourceId) ?? [];
		const fault = judgeHours(rule, others);
		if (fault) {
			run.refuse('workingHours', checked, fault);
			continue;
		}
		byResource.set(rule.resourceId, [...others, rule]);
		accepted.push(rule);
	}
	for (const [place, rules] of Map.groupBy(accepted, placeOf)) {
		const { resourceId, clinicId } = rules[0]!;
		const before = (directory.hours.get(resourceId) ?? []).filter(
			(rule) => placeOf(rule) === place
		);
		if (sameHours(before, rules)) {
			run.count('workingHours', 'unchanged', rules.length);
			continue;
		}
		await replaceHours(transaction, run.organizationId, resourceId, clinicId, rules);
		run.count('workingHours', before.length === 0 ? 'taken' : 'updated', rules.length);
		const elsewhere = (directory.hours.get(resourceId) ?? []).filter(
			(rule) => placeOf(rule) !== place
		);
		directory.hours.set(resourceId, [...elsewhere, ...rules]);
	}
	run.say(`  ${rows.length} workingHours`);
}

type Faulty = { fault: { field: string; reason: string } };

function toRule({ row }: CheckedRow<'workingHours'>, directory: Directory): HoursRule | Faulty {
	const fault = (field: string, reason: string): Faulty => ({ fault: { field, reason } });
	const clinic = directory.clinics.get(row.clinic);
	if (!clinic) return fault('clinic', unknownKey('clinic', row.clinic));
	const practitioner =
		row.practitioner === undefined ? undefined : directory.practitioners.get(row.practitioner);
	const room = row.room === undefined ? undefined : directory.rooms.get(row.room);
	if (row.practitioner !== undefined && !practitioner) {
		return fault('practitioner', unknownKey('practitioner', row.practitioner));
	}
	if (row.room !== undefined && !room) return fault('room', unknownKey('room', row.room));
	if (room && room.clinicId !== clinic.id) return fault('room', 'is a room of another clinic');
	return {
		// Neither: the clinic's own opening hours.
		resourceId: (practitioner ?? room ?? clinic).id,
		clinicId: clinic.id,
		kind: row.kind,
		weekday: row.weekday,
		startMinute: row.from,
		endMinute: row.to,
		validFrom: row.validFrom ?? null,
		validTo: row.validTo ?? null,
		everyWeeks: 1,
		weekOf: null
	};
}
