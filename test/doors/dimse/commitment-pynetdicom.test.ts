/** Storage commitment with pynetdicom at the other end, as a modality that stays and one that takes the report elsewhere. */
import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { store } from '../../support/archive.ts';
import { type CommitmentDoor, startCommitmentDoor } from '../../support/commitment-door.ts';
import { makeInstance } from '../../support/synthetic.ts';

const run = promisify(execFile);

function isInstalled(): boolean {
  try {
    execFileSync('python3', ['-c', 'import pynetdicom'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn('skipped: pynetdicom is not installed');
    return false;
  }
}

/** Arguments: our port, 'stay' or 'leave', SOP class, instances. Prints the report as JSON. */
const MODALITY = `
import json, sys, threading
from pydicom.dataset import Dataset
from pynetdicom import AE, evt, build_role
from pynetdicom.sop_class import StorageCommitmentPushModel as SC, StorageCommitmentPushModelInstance as INSTANCE
port, how, sop_class, instances = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]
came = threading.Event()
def on_report(event):
    info = event.event_information
    committed = [item.ReferencedSOPInstanceUID for item in info.get('ReferencedSOPSequence', [])]
    failed = [[i.ReferencedSOPInstanceUID, i.FailureReason] for i in info.get('FailedSOPSequence', [])]
    print(json.dumps([event.event_type, info.TransactionUID, committed, failed]), flush=True)
    came.set()
    return 0x0000, None
ae = AE(ae_title='MODALITY')
ae.add_requested_context(SC)
ae.add_supported_context(SC, scu_role=True, scp_role=True)
if how == 'leave':
    server = ae.start_server(('127.0.0.1', 0), block=False, evt_handlers=[(evt.EVT_N_EVENT_REPORT, on_report)])
    print(server.server_address[1], flush=True)
    sys.stdin.readline()
handlers = [(evt.EVT_N_EVENT_REPORT, on_report)] if how == 'stay' else []
assoc = ae.associate('127.0.0.1', port, ae_title='CLINICPACS', evt_handlers=handlers)
ds = Dataset()
ds.TransactionUID = '1.2.826.0.1.' + ('1' if how == 'stay' else '2')
ds.ReferencedSOPSequence = []
for uid in instances:
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = sop_class, uid
    ds.ReferencedSOPSequence.append(item)
status, _ = assoc.send_n_action(ds, 1, SC, INSTANCE)
assert status.Status == 0, status
if how == 'leave':
    assoc.release()
assert came.wait(30)
if how == 'stay':
    assoc.release()
else:
    server.shutdown()
`;

describe.skipIf(!isInstalled())('pynetdicom', () => {
  let door: CommitmentDoor;
  const instance = makeInstance();
  const { sopClassUid, sopInstanceUid } = instance;

  beforeAll(async () => {
    door = await startCommitmentDoor(null, { silenceMs: 200 });
    await store(door.archive, instance);
  });

  afterAll(() => door.close());

  it('takes the report on the association on which it asked', async () => {
    const args = ['-c', MODALITY, String(door.port), 'stay', sopClassUid, sopInstanceUid, '1.2.3'];
    const { stdout } = await run('python3', args);
    expect(JSON.parse(stdout)).toEqual([2, '1.2.826.0.1.1', [sopInstanceUid], [['1.2.3', 0x112]]]);
    await vi.waitFor(async () => expect((await door.commitments.get(1))?.state).toBe('confirmed'), { timeout: 20_000 });
  });

  it('takes the report on its own port, in reversed roles', async () => {
    const args = ['-c', MODALITY, String(door.port), 'leave', sopClassUid, sopInstanceUid];
    const ran = run('python3', args);
    const port = await new Promise<number>((resolve) =>
      ran.child.stdout?.once('data', (line: string) => resolve(Number(line))),
    );
    door.devices = [{ name: '촬영실', aeTitle: 'MODALITY', host: '127.0.0.1', port, may: ['store'] }];
    ran.child.stdin?.end('go\n');
    const [, report = ''] = (await ran).stdout.split('\n');
    expect(JSON.parse(report)).toEqual([1, '1.2.826.0.1.2', [sopInstanceUid], []]);
    await vi.waitFor(async () => expect((await door.commitments.get(2))?.state).toBe('confirmed'), { timeout: 20_000 });
  });
});
