import { describe, expect, it } from 'vitest';
import { setupModule } from '../support/setup-module.ts';

const { applyPatches, patchPage } = (await setupModule('web/viewer/patches.mjs')) as {
  applyPatches: (files: Map<string, string>, base: string) => void;
  patchPage: (html: string, base: string) => string;
};

describe('A new version of the viewer', () => {
  it('stops the build when a place that we change is not where it was', () => {
    const files = new Map([['app.bundle.0.js', 'something else altogether']]);
    expect(() => applyPatches(files, '/viewer/b-1/')).toThrow(/OHIF/);
  });

  it('stops the build when a place that we change stands there more often', () => {
    const publicPath = '__webpack_require__.p = "/"';
    const files = new Map(Array.from({ length: 9 }, (_, n) => [`${n}.bundle.js`, publicPath]));
    expect(() => applyPatches(files, '/viewer/b-1/')).toThrow(/OHIF/);
  });

  it('stops the build when its page looks different', () => {
    expect(() => patchPage('<html lang="en"><title>OHIF Viewer 4</title></html>', '/viewer/b-1/')).toThrow(/OHIF/);
  });
});
