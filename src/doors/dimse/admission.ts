/**
 * Who may stay when there are too many connections. Approved devices always find a place: some slots are kept for
 * them, and at a limit the connection of an unapproved peer that has done nothing useful for longest is dropped. An
 * attacker and a modality may share an address, so an address is limited but never shut out.
 */

/** What admission knows of a connection. */
export interface Guest {
  readonly address: string;
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
  /** Unapproved or not yet known connections of one address. */
  readonly perAddress: number;
  /** A connection that got on within this time is not dropped for an unapproved newcomer. Milliseconds. */
  readonly graceMs: number;
}

/** Limits that fit the configured number of associations. */
export function limitsFor(maxAssociations: number): AdmissionLimits {
  const reserved = Math.min(32, Math.floor(maxAssociations / 4));
  const perAddress = Math.max(1, Math.floor((maxAssociations - reserved) / 2));
  return { total: maxAssociations, reserved, perAddress, graceMs: 1000 };
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

  /** A connection has come and nobody knows yet whose it is. False: it has to be closed. */
  enter(guest: Guest): boolean {
    const { total, reserved, perAddress } = this.#limits;
    const unknown = (other: Guest) => !other.approved && other.address === guest.address;
    if (this.#count(unknown) >= perAddress && !this.#dropIdlest(unknown, this.#limits.graceMs)) return false;
    if (this.#guests.size >= total + reserved && !this.#dropIdlest((other) => !other.approved, this.#limits.graceMs)) {
      return false;
    }
    this.#guests.add(guest);
    return true;
  }

  /** Its association request has come. False: it has to be rejected (local limit exceeded). */
  associate(guest: Guest, approved: boolean): boolean {
    const { total, reserved, graceMs } = this.#limits;
    const evictable = (other: Guest) => other !== guest && other.associated && !other.approved;
    if (approved) return this.associations < total || this.#dropIdlest(evictable, 0);
    return this.#count(evictable) < total - reserved || this.#dropIdlest(evictable, graceMs);
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
