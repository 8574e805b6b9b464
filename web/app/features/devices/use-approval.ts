import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  type Attempt,
  approve,
  attemptsOptions,
  changeDevice,
  type Device,
  devicesOptions,
  type NewDevice,
  removeDevice,
} from '../../api/devices.ts';
import { wantedBy } from './permissions.ts';

/** Whose certificate is taken on trust, or who comes from outside, is looked at before. */
const ASKED_FIRST: ReadonlySet<string> = new Set(['client-certificate', 'public-address']);

export interface Approval {
  /** One press; what deserves a second look asks first. */
  readonly approve: (attempt: Attempt) => void;
  readonly asking: Attempt | undefined;
  readonly confirm: () => void;
  readonly dismiss: () => void;
  readonly done: Device | undefined;
  /** Takes the approval back: as it was before. */
  readonly undo: () => void;
  readonly pending: boolean;
  readonly error: unknown;
}

interface Approved {
  readonly device: Device;
  /** The device as it was approved before; undefined: it was not. */
  readonly before: Device | undefined;
}

/** Approves the device of an attempt for what it asked for, named by its AE title; with a way back. */
export function useApproval(): Approval {
  const queries = useQueryClient();
  const [asking, setAsking] = useState<Attempt>();
  const refresh = () =>
    Promise.all(
      [devicesOptions.queryKey, attemptsOptions.queryKey].map((queryKey) => queries.invalidateQueries({ queryKey })),
    );
  const doing = useMutation({
    mutationFn: async (attempt: Attempt): Promise<Approved> => {
      const { devices } = await queries.ensureQueryData(devicesOptions);
      const { callingAe, address, code, tls } = attempt;
      const before = devices.find(({ id }) => id === `${callingAe}@${address}`);
      const fingerprint = code === 'client-certificate' ? tls?.certificate?.fingerprint : undefined;
      const device = await approve(attempt.id, {
        name: before?.name ?? callingAe ?? address,
        may: wantedBy(attempt),
        ...(fingerprint === undefined ? {} : { certificateFingerprint: fingerprint }),
      });
      return { device, before };
    },
    onSettled: refresh,
  });
  const undoing = useMutation({
    mutationFn: async ({ device, before }: Approved) => {
      if (before === undefined) return removeDevice(device.id);
      const { id, ...fields } = before;
      await changeDevice(id, fields satisfies NewDevice);
    },
    onSuccess: () => doing.reset(),
    onSettled: refresh,
  });
  const run = (attempt: Attempt) => {
    setAsking(undefined);
    undoing.reset();
    doing.mutate(attempt);
  };
  return {
    approve: (attempt) => (ASKED_FIRST.has(attempt.code) ? setAsking(attempt) : run(attempt)),
    asking,
    confirm: () => asking && run(asking),
    dismiss: () => setAsking(undefined),
    done: doing.data?.device,
    undo: () => doing.data && undoing.mutate(doing.data),
    pending: doing.isPending || undoing.isPending,
    error: doing.error ?? undoing.error,
  };
}
