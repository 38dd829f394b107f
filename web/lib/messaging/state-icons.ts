/** Beside its colour each state of a message has a shape. */
import Ban from '@lucide/svelte/icons/ban';
import CheckCheck from '@lucide/svelte/icons/check-check';
import CircleX from '@lucide/svelte/icons/circle-x';
import Clock from '@lucide/svelte/icons/clock';
import Send from '@lucide/svelte/icons/send';
import Check from '@lucide/svelte/icons/check';
import type { Component } from 'svelte';
import type { MessageState } from '#domain/messaging/message.ts';

export const STATE_ICONS: Record<MessageState, Component<{ size?: number }>> = {
	queued: Clock,
	sending: Send,
	sent: Check,
	delivered: CheckCheck,
	failed: CircleX,
	suppressed: Ban
};
