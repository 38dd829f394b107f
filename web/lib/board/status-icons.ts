/** Beside its colour each status has a shape. */
import Check from '@lucide/svelte/icons/check';
import CircleAlert from '@lucide/svelte/icons/circle-alert';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import DoorOpen from '@lucide/svelte/icons/door-open';
import MapPin from '@lucide/svelte/icons/map-pin';
import UserX from '@lucide/svelte/icons/user-x';
import type { Component } from 'svelte';
import type { AppointmentStatus } from '#domain/scheduling/appointment.ts';

export const STATUS_ICONS: Record<AppointmentStatus, Component<{ size?: number }>> = {
	pending: CircleDashed,
	booked: Check,
	arrived: MapPin,
	'checked-in': DoorOpen,
	fulfilled: CircleCheck,
	noshow: UserX,
	'needs-review': CircleAlert,
	cancelled: UserX
};
