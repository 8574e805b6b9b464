/**
 * GDCM's gdcmscu as modality and viewer: C-ECHO, C-STORE, C-FIND, C-MOVE, which is all that its program asks over the line
 * (Debian's 3.0.21 has no C-GET, and refuses its own worklist queries before it calls).
 */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPart10Head } from '../../../src/dicom/part10.ts';
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts';
import { IMPLICIT } from '../../support/dimse-bytes.ts';
import { freshFolder } from '../../support/folders.ts';
import { freePort } from '../../support/orthanc.ts';
import { programOnPath } from '../../support/programs.ts';
import { type Instance, makeStudy } from '../../support/synthetic.ts';

const gdcmscu = programOnPath('gdcmscu', 'GDCM') as string;

describe.skipIf(gdcmscu === undefined)('gdcmscu', () => {
  let appliance: TestAppliance;
  let study: Instance[];
  let files: string;
  let retrievePort: number;

  beforeAll(async () => {
    retrievePort = await freePort();
    const device = { host: '127.0.0.1', may: ['store', 'query', 'retrieve'] };
    appliance = await startTestAppliance({
      config: {
        devices: [
          { ...device, name: '촬영실', aeTitle: 'MODALITY', port: null },
          { ...device, name: '판독실', aeTitle: 'VIEWER', port: retrievePort },
        ],
      },
    });
    // As receiver of a C-MOVE it takes Explicit VR and reads it as Implicit, from every archive.
    study = makeStudy(2, 5, { pixelBytes: 100_000, patientId: 'P-GDCM', transferSyntaxUid: IMPLICIT });
    files = freshFolder();
    for (const { file, sopInstanceUid } of study) writeFileSync(join(files, `${sopInstanceUid}.dcm`), file);
  });
  afterAll(() => appliance.dispose());

  /**
   * What it printed. Debian's build ends every association that was released with an exception of its own ("ProtocolStream
   * as nullptr is invalid"), whichever archive it talked to: its exit code says nothing, its words do.
   */
  const scu = (callingAe: string, ...args: string[]) => {
    const peer = ['127.0.0.1', String(appliance.dicomPort), '--call', 'CLINICPACS', '--aetitle', callingAe];
    const options = { maxBuffer: 64 << 20 };
    return new Promise<string>((resolve) => {
      execFile(gdcmscu, [...args, '-D', ...peer], options, (_, stdout, stderr) => resolve(stdout + stderr));
    });
  };
  const count = (text: string, part: string | RegExp) => text.split(part).length - 1;
  /** "PDU code: 6": our A-RELEASE-RP came, the last thing of an association in good order. */
  const released = expect.stringMatching(/PDU code: 6\b/);
  const ofStudy = () => ['--key', `20,d=${study[0]?.studyInstanceUid}`];

  it('echoes', async () => {
    const printed = await scu('MODALITY', '--echo');
    expect([printed, count(printed, /\(0000,0100\) \?\? \(US\) 32816 /) > 0]).toEqual([released, true]);
  });

  it('stores a folder, with its bytes untouched', async () => {
    const printed = await scu('MODALITY', '--store', '-r', '-i', files);
    expect([printed, count(printed, 'was successful')]).toEqual([released, study.length]);
    const of = { studyInstanceUid: study[0]?.studyInstanceUid as string };
    const stored = await appliance.archive.retrieve.instances(of);
    expect(stored.map(({ sha256 }) => sha256).sort()).toEqual(study.map(({ sha256 }) => sha256).sort());
  });

  it.each([
    ['--patientroot', '--patient', ['--key', '10,20=P-GDCM', '--key', '10,10=']],
    ['--patientroot', '--study', ['--key', '10,20=P-GDCM', '--key', '20,d=']],
    ['--studyroot', '--study', ['--key', '10,20=P-GD*', '--key', '20,d=']],
  ])('finds by %s at the level %s', async (root, level, keys) => {
    const printed = await scu('VIEWER', '--find', root, level, ...keys);
    expect(printed).toEqual(released);
    expect([printed.includes('C-Find was successful'), count(printed, '(US) 65280 ') > 0]).toEqual([true, true]);
  });

  it('finds nothing where there is nothing', async () => {
    const printed = await scu('VIEWER', '--find', '--studyroot', '--study', '--key', '10,20=NOBODY');
    expect([printed, count(printed, '(US) 65280 ')]).toEqual([released, 0]);
  });

  it.each([
    ['--studyroot', []],
    ['--patientroot', ['--key', '10,20=P-GDCM']],
  ])('moves a study to itself by %s, with its bytes untouched', async (root, keys) => {
    const folder = freshFolder();
    const to = ['-o', folder, '--port-scp', String(retrievePort)];
    const printed = await scu('VIEWER', '--move', root, '--study', ...keys, ...ofStudy(), ...to);
    expect([printed, /\(0000,1021\) .* 10 +#/.test(printed)]).toEqual([released, true]);
    const received = readdirSync(folder).map((name) => {
      const file = readFileSync(join(folder, name));
      return pixelsOf(file.subarray(readPart10Head(file)?.dataSetOffset));
    });
    expect(received.sort()).toEqual(study.map(({ dataSet }) => pixelsOf(dataSet)).sort());
  });
});

/** The last 100,000 bytes in hex: it writes the elements before them anew. */
function pixelsOf(dataSet: Buffer): string {
  return dataSet.subarray(-100_000).toString('hex');
}
