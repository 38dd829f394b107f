/** What it is to try a permission: something that is asked for, and whether it was given. */
import type { Permission } from '#domain/access/permissions.ts';
import type { DocumentName } from '#domain/board/documents.ts';
import type { Somebody, Where, Whose, World } from './world.ts';

export interface Place {
	where: Where;
	whose: Whose;
}

export interface Probe {
	/** `command moveAppointment`, `POST /appointments/{id}/move`, `document board`, … */
	name: string;
	/**
	 * What it is about: something of somebody (four places), of a clinic (two), or of the organization (one).
	 * `practitioner`: of a practitioner, whosever visits they are. `patient`: of a patient, at whichever clinic (two).
	 */
	about: 'visit' | 'practitioner' | 'patient' | 'clinic' | 'organization';
	/** What has to be allowed beside the permission itself. */
	needs?: Permission[];
	/** The operation of the HTTP interface that it calls. */
	operation?: string;
	/** The page's or endpoint's route that it asks for. */
	route?: string;
	/** The kind of document that it opens. */
	document?: DocumentName['kind'];
	/** @returns whether it was given; whatever it may find afterwards that is in the way */
	ask(world: World, somebody: Somebody, place: Place): Promise<boolean>;
}
