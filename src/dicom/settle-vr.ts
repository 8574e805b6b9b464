/** The VR of elements whose header leaves it open (PS3.5 sections 6.2.2 and A.1). */
import { registeredVr } from './dictionary.ts';
import type { ElementHeader } from './element-header.ts';
import type { ReadableDataSet } from './readable-data-set.ts';

/** Is this VR the final one? `xs`, `ox` and `xw` leave a choice, and UN may be a tag that we know better. */
export function isSettled(vr: string): boolean {
  return vr !== 'UN' && vr !== 'xs' && vr !== 'ox' && vr !== 'xw';
}

/** US or SS by Pixel Representation, OB or OW, or for UN what the registry says of the tag. */
export function settleVr({ tag, vr }: ElementHeader, littleEndian: boolean, dataSet: ReadableDataSet): string {
  if (isSettled(vr)) return vr;
  // Values under UN are little endian always: in a big endian data set they stay what they are.
  const registered = vr === 'UN' && littleEndian ? (registeredVr(tag) ?? 'UN') : vr;
  if (registered === 'xs') return dataSet.signedPixels ? 'SS' : 'US';
  return registered === 'ox' || registered === 'xw' ? 'OW' : registered;
}
