/** What the pages of rules are given. */
import type { RuleKind } from '#domain/messaging/message.ts';
import type { NextMessage } from '#domain/messaging/next-message.ts';
import type { RuleInput, StoredRule } from '#domain/messaging/rule-input.ts';
import type { RuleTemplates, TemplateValues } from '#domain/messaging/template.ts';
import type { VisitFacts } from '#domain/messaging/visit-words.ts';
import type { OrganizationFrameData } from '#web/lib/organization/tabs.ts';

export interface RulesPageData {
	frame: OrganizationFrameData;
	/** By kind; of one kind the one for everything first. */
	rules: StoredRule[];
	/** Kinds of which whoever looks can make one more. */
	canAdd: boolean;
}

export interface RulePageData {
	frame: OrganizationFrameData;
	/** The rule, or what a new one begins with. */
	rule: RuleInput & { clinicName: string | null; serviceName: string | null };
	isNew: boolean;
	canWrite: boolean;
	/** For a new one: where it can hold. */
	clinics: { id: string; name: string }[];
	services: { id: string; name: string }[];
	/** Whether a new one can hold at every clinic. */
	everywhere: boolean;
	/** Dayboard's own words, by kind; a kind without has none. */
	standard: Partial<Record<RuleKind, RuleTemplates>>;
	/** The visit of the preview: a real one without its patient, or a made-up one. */
	example: { facts: VisitFacts; links: Partial<TemplateValues>; isReal: boolean };
	/** What the rule as it is stored would send next; `null`: it is new. */
	next: NextMessage[] | null;
}
