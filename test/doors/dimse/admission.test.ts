import { describe, expect, it } from 'vitest';
import { Admission, type Guest, limitsFor } from '../../../src/doors/dimse/admission.ts';

class Visitor implements Guest {
  approved = false;
  associated = false;
  dropped = false;
  progressAt: number;
  readonly address: string;
  readonly familiar: boolean;

  constructor(address: string, progressAt: number, familiar = false) {
    this.address = address;
    this.familiar = familiar;
    this.progressAt = progressAt;
  }

  drop(): void {
    this.dropped = true;
    this.associated = false;
  }
}

const LIMITS = { total: 4, reserved: 1, waiting: 1, perAddress: 3, graceMs: 1000 };

function room(now: number) {
  const admission = new Admission(LIMITS, () => now);
  const enter = (address: string, progressAt: number, familiar = false) => {
    const visitor = new Visitor(address, progressAt, familiar);
    return { visitor, entered: admission.enter(visitor) };
  };
  const associate = (visitor: Visitor, approved: boolean) => {
    const accepted = admission.associate(visitor, approved);
    if (accepted) Object.assign(visitor, { approved, associated: true });
    return accepted;
  };
  return { admission, enter, associate };
}

describe('admission', () => {
  it('drops the longest idle unapproved connection of an address when that address has too many', () => {
    const { enter } = room(10_000);
    const [a, b] = [enter('10.0.0.1', 5000), enter('10.0.0.1', 1000)];
    enter('10.0.0.1', 8000);
    expect(enter('10.0.0.1', 10_000).entered).toBe(true);
    expect([a.visitor.dropped, b.visitor.dropped]).toEqual([false, true]);
  });

  it('drops nobody who got on a moment ago for a newcomer whom nobody knows', () => {
    const { enter } = room(10_000);
    for (const at of [9500, 9600, 9700]) enter('10.0.0.1', at);
    expect(enter('10.0.0.1', 10_000).entered).toBe(false);
    expect(enter('10.0.0.2', 10_000).entered).toBe(true);
  });

  it('lets somebody in who may be an approved device, whatever its neighbours do', () => {
    const { enter, associate } = room(10_000);
    const attackers = Array.from({ length: 8 }, () => enter('10.0.0.1', 9999, true));
    expect(attackers.every(({ entered }) => entered)).toBe(true);
    const modality = enter('10.0.0.1', 10_000, true);
    expect([modality.entered, associate(modality.visitor, true)]).toEqual([true, true]);
  });

  it('gives an unapproved address its share of associations and no more', () => {
    const { enter, associate } = room(10_000);
    const visitors = Array.from({ length: 4 }, () => enter('10.0.0.1', 9999, true).visitor);
    expect(visitors.map((visitor) => associate(visitor, false))).toEqual([true, true, true, false]);
  });

  it('keeps slots that only approved devices may use', () => {
    const { enter, associate } = room(10_000);
    const open = ['a', 'b', 'c', 'd'].map((address) => enter(address, 9900).visitor);
    expect(open.map((visitor) => associate(visitor, false))).toEqual([true, true, true, false]);
    expect(associate(open[3] as Visitor, true)).toBe(true);
  });

  it('makes room for an approved device among the unapproved, however busy they are', () => {
    const { enter, associate } = room(10_000);
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((address) => enter(address, 9900).visitor) as [
      Visitor,
      Visitor,
      Visitor,
      Visitor,
    ];
    expect([associate(a, true), associate(b, false), associate(c, false), associate(d, true)]).toEqual([
      true,
      true,
      true,
      true,
    ]);
    const { visitor: late } = enter('e', 10_000);
    expect(associate(late, true)).toBe(true);
    expect([a, b, c, d].filter((visitor) => visitor.dropped)).toEqual([b]);
  });

  it('never drops an approved device', () => {
    const { enter, associate } = room(10_000);
    const approved = ['a', 'b', 'c', 'd'].map((address) => enter(address, 0).visitor);
    for (const visitor of approved) associate(visitor, true);
    const { visitor: late } = enter('e', 10_000);
    expect(associate(late, true)).toBe(false);
    expect(approved.some((visitor) => visitor.dropped)).toBe(false);
  });

  it('forgets who leaves', () => {
    const { admission, enter } = room(0);
    const { visitor } = enter('a', 0);
    admission.leave(visitor);
    expect(admission.connections).toBe(0);
  });

  it('keeps the limits that are set', () => {
    const limits = limitsFor({ maxAssociations: 40, reservedForDevices: 5, maxPerAddress: 3 });
    expect(limits).toMatchObject({ total: 40, reserved: 5, perAddress: 3 });
  });

  it('has sensible limits for any configured number', () => {
    for (const max of [1, 2, 10, 200, 1000]) {
      const limits = limitsFor({ maxAssociations: max, reservedForDevices: null, maxPerAddress: null });
      expect(limits.total - limits.reserved).toBeGreaterThan(0);
      expect(limits.perAddress).toBeGreaterThan(0);
    }
  });
});
