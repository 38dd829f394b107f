/**
 * A clinic's day as plainly as it can be said: lists and comparisons, nothing shared with the rules that are tested.
 * Minutes after midnight; everybody works from 08:00 to 17:00.
 */

export const OPENS = 8 * 60;
export const CLOSES = 17 * 60;
export const BUFFER_AFTER = 10;
const BUFFER_BEFORE = 0;

export type Who = 'receptionist' | 'administrator' | 'doctor';

/** Commands name things by their number, so that they can be drawn before anything exists. */
export type Command = { who: Who; stale: boolean } & (
	| { kind: 'book'; doctor: number; room: number; patient: number; start: number }
	| { kind: 'move'; visit: number; doctor: number; room: number; start: number }
	| { kind: 'resize'; visit: number; minutes: number }
	| { kind: 'set-status'; visit: number; status: Status }
	| { kind: 'swap'; visit: number; other: number }
	| { kind: 'cancel'; visit: number }
	| { kind: 'remark'; visit: number }
	| { kind: 'confirm'; visit: number; confirmed: boolean }
	| {
			kind: 'block';
			resource: { kind: 'doctor' | 'room'; place: number };
			start: number;
			minutes: number;
	  }
	| { kind: 'unblock'; block: number }
);

export type Status =
	'pending' | 'booked' | 'arrived' | 'checked-in' | 'fulfilled' | 'noshow' | 'needs-review';

export interface ModelVisit {
	doctor: number;
	room: number;
	patient: number;
	start: number;
	minutes: number;
	status: Status | 'cancelled';
	revision: number;
	placed: number;
	statusSet: number;
	remarked: number;
	confirmed: boolean;
	/** When it was confirmed, unconfirmed or given another start. */
	confirmationSet: number;
}

export interface ModelBlock {
	resource: { kind: 'doctor' | 'room'; place: number };
	start: number;
	minutes: number;
	removed: boolean;
}

const FOLLOWS: Record<string, string> = {
	pending: 'booked arrived needs-review cancelled',
	booked: 'pending arrived noshow needs-review cancelled',
	arrived: 'booked checked-in noshow cancelled',
	'checked-in': 'arrived fulfilled',
	fulfilled: 'checked-in',
	noshow: 'booked arrived',
	'needs-review': 'booked cancelled',
	cancelled: 'booked'
};

const follows = (from: string, to: string) => FOLLOWS[from]!.split(' ').includes(to);
const TIMELESS = ['cancelled', 'noshow', 'needs-review'];
const occupies = ({ status }: ModelVisit) => !TIMELESS.includes(status);
const canMove = ({ status }: ModelVisit) =>
	['pending', 'booked', 'arrived', 'needs-review'].includes(status);
const meet = (a: number, aEnd: number, b: number, bEnd: number) => a < bEnd && b < aEnd;

/** Nobody comes to a visit that is given up, nor at a time that they were not asked about. */
function unconfirmed(before: ModelVisit, after: ModelVisit): ModelVisit {
	const moved = before.start !== after.start;
	const lost = ['cancelled', 'needs-review'].includes(after.status) && before.confirmed;
	if (!moved && !lost) return after;
	return { ...after, confirmed: false, confirmationSet: after.revision };
}

export class ClinicModel {
	readonly visits: ModelVisit[] = [];
	readonly blocks: ModelBlock[] = [];
	/** Changes that were carried out: an exchange is two. */
	events = 0;
	/** The doctor who acts is the clinic's first. */
	private readonly ownDoctor = 0;
	/** How many patients the clinic's service takes at one time. */
	private readonly places: number;

	constructor(places: number) {
		this.places = places;
	}

	/** @returns whether the command is carried out; then the model has changed */
	carryOut(command: Command): boolean {
		const done = this.attempt(command);
		if (done) this.events += command.kind === 'swap' ? 2 : 1;
		return done;
	}

	private attempt(command: Command): boolean {
		switch (command.kind) {
			case 'book': {
				if (command.who === 'doctor') return false;
				const { doctor, room, patient, start } = command;
				const visit: ModelVisit = {
					...{ doctor, room, patient, start, minutes: 20, status: 'booked' },
					...{ revision: 1, placed: 1, statusSet: 1, remarked: 1 },
					...{ confirmed: false, confirmationSet: 1 }
				};
				if (!this.fits(visit, null)) return false;
				this.visits.push(visit);
				return true;
			}
			case 'block': {
				const { resource, start, minutes } = command;
				const own = resource.kind === 'doctor' && resource.place === this.ownDoctor;
				if (command.who === 'doctor' && !own) return false;
				if (this.isTaken(resource, start, start + minutes, null)) return false;
				this.blocks.push({ resource, start, minutes, removed: false });
				return true;
			}
			case 'unblock': {
				const block = this.blocks[command.block]!;
				const { resource } = block;
				const own = resource.kind === 'doctor' && resource.place === this.ownDoctor;
				if (block.removed || command.stale || (command.who === 'doctor' && !own)) return false;
				block.removed = true;
				return true;
			}
			case 'swap':
				return this.swap(command);
			default:
				return this.change(command);
		}
	}

	/** Each gets the place of the other and keeps its own length; both or none. */
	private swap({ who, visit, other, stale }: Extract<Command, { kind: 'swap' }>): boolean {
		const [a, b] = [this.visits[visit]!, this.visits[other]!];
		if (visit === other) return false;
		const own = [a, b].every(({ doctor }) => doctor === this.ownDoctor);
		if (who === 'doctor' && !own) return false;
		const isFresh = ({ revision, placed }: ModelVisit) => !stale || revision - 1 >= placed;
		if (![a, b].every((one) => canMove(one) && isFresh(one))) return false;
		const moved = (one: ModelVisit, { doctor, room, start }: ModelVisit) => {
			const revision = one.revision + 1;
			return this.given(
				unconfirmed(one, { ...one, doctor, room, start, revision, placed: revision })
			);
		};
		this.visits[visit] = moved(a, b);
		this.visits[other] = moved(b, a);
		const fit = this.fits(this.visits[visit], visit) && this.fits(this.visits[other], other);
		if (!fit) [this.visits[visit], this.visits[other]] = [a, b];
		return fit;
	}

	private change(command: Exclude<Extract<Command, { visit: number }>, { kind: 'swap' }>): boolean {
		const visit = this.visits[command.visit]!;
		const isDoctor = command.who === 'doctor';
		const doctorsOwn = ['set-status', 'remark', 'move', 'resize'].includes(command.kind);
		if (isDoctor && !(doctorsOwn && visit.doctor === this.ownDoctor)) return false;
		if (isDoctor && command.kind === 'move' && command.doctor !== this.ownDoctor) return false;
		const based = command.stale ? visit.revision - 1 : visit.revision;
		const last =
			command.kind === 'remark'
				? visit.remarked
				: command.kind === 'confirm'
					? visit.confirmationSet
					: command.kind === 'move' || command.kind === 'resize'
						? visit.placed
						: visit.statusSet;
		if (based < last) return false;
		const revision = visit.revision + 1;
		switch (command.kind) {
			case 'move':
			case 'resize': {
				const isLonger = command.kind === 'resize' && visit.status === 'checked-in';
				if (!canMove(visit) && !isLonger) return false;
				const { doctor, room, start, minutes } = { ...visit, ...command };
				const placed = { doctor, room, start, minutes, revision, placed: revision };
				const moved = unconfirmed(visit, { ...visit, ...placed });
				if (command.kind === 'resize') return this.replace(command.visit, moved, occupies(visit));
				return this.replace(command.visit, this.given(moved), true);
			}
			case 'confirm': {
				const { confirmed } = command;
				const canBe = visit.status === 'pending' || visit.status === 'booked';
				if (!canBe || visit.confirmed === confirmed) return false;
				const next = { ...visit, confirmed, revision, confirmationSet: revision };
				return this.replace(command.visit, next, false);
			}
			case 'remark':
				return this.replace(command.visit, { ...visit, revision, remarked: revision }, false);
			default: {
				const status: ModelVisit['status'] =
					command.kind === 'cancel' ? 'cancelled' : command.status;
				if (!follows(visit.status, status)) return false;
				const next = unconfirmed(visit, { ...visit, status, revision, statusSet: revision });
				return this.replace(command.visit, next, !occupies(visit) && occupies(next));
			}
		}
	}

	/** A visit that waited for a time and got one is booked again. */
	private given(visit: ModelVisit): ModelVisit {
		if (visit.status !== 'needs-review') return visit;
		return { ...visit, status: 'booked', statusSet: visit.revision };
	}

	private replace(place: number, visit: ModelVisit, judge: boolean): boolean {
		if (judge && !this.fits(visit, place)) return false;
		this.visits[place] = visit;
		return true;
	}

	private fits(visit: ModelVisit, except: number | null): boolean {
		const end = visit.start + visit.minutes;
		if (visit.start < OPENS || end > CLOSES) return false;
		const [from, until] = [visit.start - BUFFER_BEFORE, end + BUFFER_AFTER];
		const group = this.visits.filter(
			(other, i) => i !== except && occupies(other) && this.isSameGroup(visit, other)
		);
		if (group.length >= this.places) return false;
		if (this.isTaken({ kind: 'doctor', place: visit.doctor }, from, until, except, visit))
			return false;
		if (this.isTaken({ kind: 'room', place: visit.room }, from, until, except, visit)) return false;
		return !this.visits.some(
			(other, i) =>
				i !== except &&
				occupies(other) &&
				other.patient === visit.patient &&
				meet(visit.start, end, other.start, other.start + other.minutes)
		);
	}

	private isSameGroup(a: ModelVisit, b: ModelVisit): boolean {
		const same = a.doctor === b.doctor && a.room === b.room;
		return this.places > 1 && same && a.start === b.start && a.minutes === b.minutes;
	}

	private isTaken(
		resource: ModelBlock['resource'],
		from: number,
		until: number,
		except: number | null,
		besides: ModelVisit | null = null
	): boolean {
		const byVisit = this.visits.some(
			(visit, i) =>
				i !== except &&
				occupies(visit) &&
				!(besides && this.isSameGroup(visit, besides)) &&
				visit[resource.kind] === resource.place &&
				meet(
					...([from, until] as const),
					visit.start - BUFFER_BEFORE,
					visit.start + visit.minutes + BUFFER_AFTER
				)
		);
		const byBlock = this.blocks.some(
			(block) =>
				!block.removed &&
				block.resource.kind === resource.kind &&
				block.resource.place === resource.place &&
				meet(from, until, block.start, block.start + block.minutes)
		);
		return byVisit || byBlock;
	}
}
