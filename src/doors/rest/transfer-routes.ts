/** 보내기와 가져오기: a study to another device, what another PACS has, and a study from there. */
import type { z } from 'zod';
import { identityIn, type RequestLocals } from '../../accounts/request-locals.ts';
import type { AuditAction } from '../../audit/record.ts';
import { ArchiveError } from '../../errors.ts';
import type { Transfer } from '../../outbound/transfers.ts';
import type { FetchCounts, RestDeps, RestHandlers } from './deps.ts';
import { deviceOf } from './device-changes.ts';
import { json, read } from './exchange.ts';
import { remoteKeys, remoteStudy } from './remote-studies.ts';
import { DevicePath } from './schemas/devices.ts';
import {
  FetchRequest,
  RemoteSearch,
  RemoteStudies,
  SendRequest,
  TransferList,
  TransferPath,
  TransferView,
} from './schemas/transfers.ts';

type TransferRoutes = Pick<
  RestHandlers,
  | 'POST /api/send'
  | 'POST /api/devices/:id/search'
  | 'POST /api/devices/:id/fetch'
  | 'GET /api/transfers'
  | 'GET /api/transfers/:id'
  | 'POST /api/transfers/:id/stop'
>;

const MOST_FAILURES = 1000;

export function transferRoutes({ archive, audit, outbound, settings, transfers }: RestDeps): TransferRoutes {
  const record = (locals: RequestLocals, action: AuditAction, detail: string, whose: object = {}) => {
    const { address: from, door } = locals.source;
    audit.record({ who: identityIn(locals).userName, action, from, door, ...whose, detail, outcome: 'ok' });
  };
  const existing = (transfer: Transfer | undefined) => {
    if (transfer === undefined) throw new ArchiveError('NOT_FOUND');
    return transfer;
  };
  return {
    'POST /api/send': json(TransferView, async ({ request, locals }) => {
      const { studyId, device: id } = read(SendRequest, request.body);
      const device = deviceOf(settings.current, id);
      const study = await archive.study(studyId);
      if (study === undefined) throw new ArchiveError('NOT_FOUND');
      const { studyInstanceUid, patientId } = study;
      const selection = await archive.retrieve.select([{ studyInstanceUid, ...(patientId !== '' && { patientId }) }]);
      record(locals, 'send', `to ${id}`, { patientId, studyInstanceUid });
      const startedBy = identityIn(locals).userName;
      const facts = { kind: 'send', device: id, studyInstanceUid, patientId, startedBy } as const;
      return transfers.start(facts, async (transfer, signal) => {
        transfer.total = selection.total;
        const outcome = await outbound.send(device, selection, {
          signal,
          delivered({ instance: { sopInstanceUid }, result, status = null, why = null }) {
            transfer[result]++;
            if (result !== 'failed' || transfer.failures.length >= MOST_FAILURES) return;
            transfer.failures.push({ sopInstanceUid, status, why });
          },
        });
        if (outcome.kind === 'failed') return { state: 'failed', detail: `${outcome.reason}: ${outcome.detail}` };
        return { state: outcome.kind };
      });
    }),

    'POST /api/devices/:id/search': json(RemoteStudies, async ({ request, locals }) => {
      const { id } = read(DevicePath, request.params);
      const search = read(RemoteSearch, request.body);
      const device = deviceOf(settings.current, id);
      const keys = remoteKeys(search);
      const found = await outbound.find(device, keys);
      const { patientId } = search;
      const count = found.kind === 'found' ? found.matches.length : 0;
      const by = Object.keys(search).join(', ');
      record(locals, 'query', `at ${id} by ${by}: ${count}`, patientId === undefined ? {} : { patientId });
      if (found.kind !== 'found') throw new ArchiveError('DEVICE_FAILED', `${id}: ${found.detail}`);
      return { studies: found.matches.map(remoteStudy), complete: found.complete };
    }),

    'POST /api/devices/:id/fetch': json(TransferView, async ({ request, locals }) => {
      const { id } = read(DevicePath, request.params);
      const { studyInstanceUid, by = 'move', patientId = '' } = read(FetchRequest, request.body);
      const device = deviceOf(settings.current, id);
      const whose = patientId === '' ? {} : { patientId };
      record(locals, 'retrieve', `from ${id} (C-${by.toUpperCase()})`, { ...whose, studyInstanceUid });
      const startedBy = identityIn(locals).userName;
      const facts = { kind: 'fetch', device: id, studyInstanceUid, patientId, startedBy } as const;
      return transfers.start(facts, async (transfer, signal) => {
        const progress = ({ remaining, completed, failed, warning }: FetchCounts) => {
          Object.assign(transfer, { completed, failed, warning, total: remaining + completed + failed + warning });
        };
        const end = await outbound.fetch(device, { studyInstanceUid, by, progress, signal });
        if (end.kind === 'failed') return { state: 'failed', detail: `${end.reason}: ${end.detail}` };
        if (end.kind === 'refused') return { state: 'failed', detail: `${end.status.toString(16)}H ${end.detail}` };
        progress(end.counts);
        return { state: end.kind };
      });
    }),

    'GET /api/transfers': json(TransferList, () => ({ transfers: transfers.list().map(view) })),

    'GET /api/transfers/:id': json(TransferView, ({ request }) =>
      view(existing(transfers.get(read(TransferPath, request.params).id))),
    ),

    'POST /api/transfers/:id/stop': json(TransferView, ({ request }) =>
      view(existing(transfers.stop(read(TransferPath, request.params).id))),
    ),
  };
}

function view(transfer: Transfer): z.input<typeof TransferView> {
  return transfer;
}
