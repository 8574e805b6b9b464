/**
 * Who may stay when there are too many connections. Approved devices always find a place: some slots are kept for
 * them, and at a limit the connection of an unapproved peer that has done nothing useful for longest is dropped. An
 * attacker and a modality may share an address, so an address is limited but never shut out.
 */

/** What admission knows of a connection. */
export interface Guest {
  readonly address: string;
  /** An approved device may call from this address: the newcomer may be one. */
  readonly familiar: boolean;
  /** An association of an approved device. */
  readonly approved: boolean;
  /** An association was accepted. */
  readonly associated: boolean;
  /** When it last got on: connected, finished a message, moved a good number of bytes. Milliseconds, monotonic clock. */
  readonly progressAt: number;
  /** Ends it at once: it has to call `leave`. */
  drop(): void;
}

export interface AdmissionLimits {
  /** Associations at a time. */
  readonly total: number;
  /** Of these, how many unapproved peers may not use. */
  readonly reserved: number;
  /** Connections beyond those, so that somebody who is rejected can be told so. */
  readonly waiting: number;
  /** Unapproved or not yet known connections of one address. */
  readonly perAddress: number;
  /** A connection that got on within this time is not dropped for an unapproved newcomer. Milliseconds. */
  readonly graceMs: number;
}

/** What config.json says of it; null fits the number of associations. */
export interface AdmissionSettings {
  readonly maxAssociations: number;
  readonly reservedForDevices: number | null;
  readonly maxPerAddress: number | null;
}

/** The limits of a configuration: a quarter of the places is kept, 32 at most; one address gets half of the others. */
export function limitsFor(settings: AdmissionSettings): AdmissionLimits {
  const { maxAssociations } = settings;
  const reserved = settings.reservedForDevices ?? Math.min(32, Math.floor(maxAssociations / 4));
  const perAddress = settings.maxPerAddress ?? Math.max(1, Math.floor((maxAssociations - reserved) / 2));
  return { total: maxAssociations, reserved, waiting: 32, perAddress, graceMs: 1000 };
}

export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #now: () => number;
  readonly #guests = new Set<Guest>();

  constructor(limits: AdmissionLimits, now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
  }

  get connections(): number {
    return this.#guests.size;
  }

  get associations(): number {
    return this.#count((guest) => guest.associated);
  }

  /**
   * A connection has come and nobody knows yet whose it is. False: it has to be closed. One that may be an approved
   * device is let in until it has told, in place of the one that has been idle for longest.
   */
  enter(guest: Guest): boolean {
    const { total, waiting, perAddress, graceMs } = this.#limits;
    const neighbour = (other: Guest) => !other.approved && other.address === guest.address;
    if (this.#count(neighbour) >= perAddress && !this.#dropIdlest(neighbour, graceMs) && !guest.familiar) return false;
    if (this.#guests.size >= total + waiting && !this.#dropIdlest(isUnapproved, guest.familiar ? 0 : graceMs)) {
      return false;
    }
    this.#guests.add(guest);
    return true;
  }

  /** Its association request has come. False: it has to be rejected (local limit exceeded). */
  associate(guest: Guest, approved: boolean): boolean {
    const { total, reserved, perAddress, graceMs } = this.#limits;
    const stranger = (other: Guest) => other !== guest && other.associated && !other.approved;
    const neighbour = (other: Guest) => stranger(other) && other.address === guest.address;
    if (approved) return this.associations < total || this.#dropIdlest(stranger, 0);
    if (this.#count(neighbour) >= perAddress) return this.#dropIdlest(neighbour, graceMs);
    return this.#count(stranger) < total - reserved || this.#dropIdlest(stranger, graceMs);
  }

  /** The same connection goes on as another guest. */
  replace(guest: Guest, successor: Guest): void {
    this.#guests.delete(guest);
    this.#guests.add(successor);
  }

  leave(guest: Guest): void {
    this.#guests.delete(guest);
  }

  #count(of: (guest: Guest) => boolean): number {
    let count = 0;
    for (const guest of this.#guests) if (of(guest)) count++;
    return count;
  }

  #dropIdlest(of: (guest: Guest) => boolean, idleMs: number): boolean {
    let idlest: Guest | undefined;
    for (const guest of this.#guests) {
      if (of(guest) && (idlest === undefined || guest.progressAt < idlest.progressAt)) idlest = guest;
    }
    if (idlest === undefined || this.#now() - idlest.progressAt < idleMs) return false;
    this.#guests.delete(idlest);
    idlest.drop();
    return true;
  }
}

function isUnapproved(guest: Guest): boolean {
  return !guest.approved;
}
