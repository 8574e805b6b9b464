import { describe, expect, it } from 'vitest';
import { DeviceDirectory, isPrivateAddress, plainAddress } from '../../../src/doors/dimse/devices.ts';
import type { Device } from '../../../src/doors/dimse/services.ts';

const device = (aeTitle: string, host: string): Device => ({
  name: aeTitle,
  aeTitle,
  host,
  port: null,
  may: ['store'],
});

describe('addresses', () => {
  it.each([
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '127.0.0.1',
    '169.254.1.1',
    '::1',
    'fe80::1',
    'fd00::1',
  ])('%s is private', (address) => expect(isPrivateAddress(address)).toBe(true));

  it.each(['8.8.8.8', '172.32.0.1', '192.169.0.1', '2001:db8::1', '', 'name'])('%s is not', (address) =>
    expect(isPrivateAddress(address)).toBe(false),
  );

  it('are compared without IPv6 dress and zone', () => {
    expect(plainAddress('::ffff:10.0.0.5')).toBe('10.0.0.5');
    expect(plainAddress('fe80::1%eth0')).toBe('fe80::1');
    expect(plainAddress(undefined)).toBe('');
  });
});

describe('a device', () => {
  it('is known by its title and its address together', () => {
    const directory = new DeviceDirectory(() => [device('CT1', '10.0.0.1'), device('CT1', '10.0.0.2')]);
    expect(directory.find('CT1', '10.0.0.2')?.host).toBe('10.0.0.2');
    expect(directory.find('CT1', '10.0.0.3')).toBeUndefined();
    expect(directory.find('CT2', '10.0.0.1')).toBeUndefined();
  });

  it('may come from any address when it says so', () => {
    const directory = new DeviceDirectory(() => [device('RADIANT', 'any')]);
    expect(directory.find('RADIANT', '10.9.9.9')).toBeDefined();
  });

  it('may be given by a host name, which is looked up', async () => {
    const directory = new DeviceDirectory(() => [device('CT1', 'localhost'), device('CT2', 'no-such-host.invalid')]);
    expect(directory.find('CT1', '127.0.0.1')).toBeUndefined();
    expect(await directory.resolveHostNames()).toEqual(['no-such-host.invalid']);
    expect(directory.find('CT1', '127.0.0.1')).toBeDefined();
  });
});
