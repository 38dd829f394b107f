/** The pages about an organization, in the order in which they are offered. */
import type { Permission } from '#domain/access/permissions.ts';

export interface OrganizationTabEntry {
	key: OrganizationTab;
	name: string;
	path: string;
	/** Who may open it. */
	permission: Permission;
}

export type OrganizationTab =
	'staff' | 'roles' | 'settings' | 'messages' | 'waitlist' | 'provider' | 'site' | 'audit';

export const ORGANIZATION_TABS: readonly OrganizationTabEntry[] = [
	{ key: 'staff', name: 'Staff', path: '/organization/staff', permission: 'staff.read' },
	{ key: 'roles', name: 'Roles', path: '/organization/roles', permission: 'staff.read' },
	{
		key: 'settings',
		name: 'Settings',
		path: '/organization/settings',
		permission: 'settings.read'
	},
	{
		key: 'messages',
		name: 'Messages',
		path: '/organization/messages',
		permission: 'message-rule.write'
	},
	{
		key: 'waitlist',
		name: 'Waitlist',
		path: '/organization/waitlist',
		permission: 'waitlist-rule.write'
	},
	{
		key: 'provider',
		name: 'Single sign-on',
		path: '/organization/provider',
		permission: 'settings.read'
	},
	{ key: 'site', name: 'Public site', path: '/organization/site', permission: 'site.write' },
	{ key: 'audit', name: 'Audit', path: '/organization/audit', permission: 'audit.read' }
];

export interface OrganizationFrameData {
	organizationName: string;
	/** Whether there is a board to go back to. */
	hasBoard: boolean;
	/** Those that whoever looks may open. */
	tabs: OrganizationTab[];
}
