/** 장비: approving one from its attempt, adding, changing, removing, and asking it whether it answers. */
import type { z } from 'zod';
import { identityIn, type RequestLocals } from '../../accounts/request-locals.ts';
import type { Attempt } from '../../attempts/attempts.ts';
import { diagnosis } from '../../attempts/diagnoses.ts';
import type { AuditAction } from '../../audit/record.ts';
import type { Config } from '../../config/settings.ts';
import { ArchiveError } from '../../errors.ts';
import type { RestDeps, RestHandlers } from './deps.ts';
import {
  type Device,
  deviceId,
  deviceOf,
  withApproved,
  withDevice,
  withDeviceReplaced,
  withoutDevice,
} from './device-changes.ts';
import { given, json, read } from './exchange.ts';
import {
  Approval,
  AttemptPath,
  ConnectionTest,
  DeviceList,
  DevicePath,
  DeviceView,
  NewDevice,
} from './schemas/devices.ts';
import { Done } from './schemas/shapes.ts';
import { orInvalid } from './settings-invalid.ts';

type DeviceRoutes = Pick<
  RestHandlers,
  | 'POST /api/attempts/:id/approve'
  | 'GET /api/devices'
  | 'POST /api/devices'
  | 'PUT /api/devices/:id'
  | 'DELETE /api/devices/:id'
  | 'POST /api/devices/:id/test'
>;

export function deviceRoutes({ attempts, settings, audit, testDevice }: RestDeps): DeviceRoutes {
  const change = async (locals: RequestLocals, action: AuditAction, id: string, edit: (config: Config) => Config) => {
    await orInvalid(settings.change(edit), /^devices\[\d+\]\.?/);
    const { address, door } = locals.source;
    audit.record({ who: identityIn(locals).userName, action, from: address, door, detail: id, outcome: 'ok' });
  };
  return {
    'POST /api/attempts/:id/approve': json(DeviceView, async ({ request, locals }) => {
      const attempt = attempts.get(read(AttemptPath, request.params).id);
      const device = approved(attempt, read(Approval, request.body));
      await change(locals, 'device.approve', deviceId(device), (config) => withApproved(config, device));
      if (attempt) attempts.settle(device.aeTitle, attempt.facts.address);
      return deviceView(deviceOf(settings.current, deviceId(device)));
    }),

    'GET /api/devices': json(DeviceList, () => ({ devices: settings.current.devices.map(deviceView) })),

    'POST /api/devices': json(DeviceView, async ({ request, locals }) => {
      const device = deviceFrom(read(NewDevice, request.body));
      await change(locals, 'device.create', deviceId(device), (config) => withDevice(config, device));
      return deviceView(deviceOf(settings.current, deviceId(device)));
    }),

    'PUT /api/devices/:id': json(DeviceView, async ({ request, locals }) => {
      const { id } = read(DevicePath, request.params);
      const device = deviceFrom(read(NewDevice, request.body));
      await change(locals, 'device.change', id, (config) => withDeviceReplaced(config, id, device));
      return deviceView(deviceOf(settings.current, deviceId(device)));
    }),

    'DELETE /api/devices/:id': json(Done, async ({ request, locals }) => {
      const { id } = read(DevicePath, request.params);
      await change(locals, 'device.remove', id, (config) => withoutDevice(config, id));
      return {};
    }),

    'POST /api/devices/:id/test': json(ConnectionTest, async ({ request }) => {
      return testDevice(deviceOf(settings.current, read(DevicePath, request.params).id));
    }),
  };
}

/** @throws ArchiveError NOT_FOUND, or REQUEST_INVALID for an attempt that this approval would not put right */
function approved(
  attempt: Attempt | undefined,
  { name, may = ['store'], anyAddress, certificateFingerprint }: z.output<typeof Approval>,
): Device {
  const request = attempt?.facts.request;
  if (!attempt) throw new ArchiveError('NOT_FOUND');
  if (!request || !diagnosis(attempt.code).approvable) throw new ArchiveError('REQUEST_INVALID', attempt.code);
  const host = anyAddress === true ? 'any' : attempt.facts.address;
  const certificate = certificateOf(attempt, certificateFingerprint);
  if (attempt.code === 'client-certificate' && certificate === undefined) {
    throw new ArchiveError('REQUEST_INVALID', 'certificateFingerprint');
  }
  return deviceFrom({ name, aeTitle: request.callingAe, host, may, ...given({ certificate }) });
}

/** What the device presented, if staff has named just that. */
function certificateOf({ facts }: Attempt, fingerprint: string | undefined): string | undefined {
  if (fingerprint === undefined) return undefined;
  const presented = facts.tls?.certificate;
  if (presented?.fingerprint === fingerprint && presented.pem !== '') return presented.pem;
  throw new ArchiveError('REQUEST_INVALID', 'certificateFingerprint');
}

/** Not yet checked: the settings do that, as a whole. */
function deviceFrom({ port = null, may = ['store'], ...fields }: z.output<typeof NewDevice>): Device {
  return { ...given(fields), port, may } as Device;
}

function deviceView(device: Device): z.input<typeof DeviceView> {
  return { ...device, id: deviceId(device) };
}
