import { describe, expect, it } from 'vitest';
import { wantedBy } from '../../web/app/features/devices/permissions.ts';

const wanting = (...uids: string[]) =>
  wantedBy({
    contexts: uids.map((uid) => ({
      id: 1,
      abstractSyntax: { uid, name: null },
      transferSyntaxes: [],
      result: null,
      accepted: null,
    })),
  });

describe('what a connection shows that a device wants', () => {
  it.each([
    ['a connection test alone', ['1.2.840.10008.1.1'], ['store']],
    ['images', ['1.2.840.10008.1.1', '1.2.840.10008.5.1.4.1.1.2'], ['store']],
    ['a viewer', ['1.2.840.10008.5.1.4.1.2.2.1', '1.2.840.10008.5.1.4.1.2.2.2'], ['query', 'retrieve']],
    ['a viewer by C-GET', ['1.2.840.10008.5.1.4.1.2.1.3'], ['retrieve']],
    ['a modality', ['1.2.840.10008.5.1.4.31', '1.2.840.10008.5.1.4.1.1.1.1'], ['store', 'worklist']],
    ['private images', ['1.3.12.2.1107.5.9.1'], ['store']],
  ])('%s', (_, uids, may) => expect(wanting(...uids)).toEqual(may));
});
