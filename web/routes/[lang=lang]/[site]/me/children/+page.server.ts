import {
	addOffered,
	addTypedChild,
	childrenPage,
	endForChild
} from '#web/lib/server/children-page.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => childrenPage(event);

export const actions: Actions = {
	add: (event) => addTypedChild(event),
	offer: (event) => addOffered(event),
	end: (event) => endForChild(event)
};
