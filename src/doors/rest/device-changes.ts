/** Changes to the list of devices in the settings, as pure edits; and their problems as answers to a request. */
import type { Config } from '../../config/settings.ts';
import { ArchiveError } from '../../errors.ts';

export type Device = Config['devices'][number];

/** 'AE@host': unique among the devices. */
export function deviceId({ aeTitle, host }: Pick<Device, 'aeTitle' | 'host'>): string {
  return `${aeTitle}@${host}`;
}

export function deviceOf(config: Config, id: string): Device {
  const found = config.devices.find((device) => deviceId(device) === id);
  if (found === undefined) throw new ArchiveError('NOT_FOUND', id);
  return found;
}

export function withDevice(config: Config, device: Device): Config {
  return { ...config, devices: [...config.devices, device] };
}

export function withDeviceReplaced(config: Config, id: string, device: Device): Config {
  const old = deviceOf(config, id);
  return { ...config, devices: config.devices.map((one) => (one === old ? device : one)) };
}

export function withoutDevice(config: Config, id: string): Config {
  const old = deviceOf(config, id);
  return { ...config, devices: config.devices.filter((one) => one !== old) };
}

/** The approved device of an attempt: a new one, or the same with more permissions. */
export function withApproved(config: Config, device: Device): Config {
  const known = config.devices.find((one) => deviceId(one) === deviceId(device));
  if (known === undefined) return withDevice(config, device);
  const { name, certificate = known.certificate } = device;
  return withDeviceReplaced(config, deviceId(device), {
    ...known,
    name,
    may: [...new Set([...known.may, ...device.may])],
    ...(certificate !== undefined && { certificate }),
  });
}
