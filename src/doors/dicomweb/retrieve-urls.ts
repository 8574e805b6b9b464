/** Retrieve URL (0008,1190), character set and Instance Availability (0008,0056) of QIDO-RS results (PS3.18 Tables 10.6.3-3 to 10.6.3-5). */
import type { Query } from '../../archive/query.ts';

const UIDS = /"(00080018|0020000D|0020000E)":\{"vr":"UI","Value":\["([^"\\]*)"\]\}/g;
/** JSON is UTF-8; whatever is found can be retrieved. */
const ALWAYS = '"00080005":{"vr":"CS","Value":["ISO_IR 192"]},"00080056":{"vr":"CS","Value":["ONLINE"]}';

/**
 * Adds them to a text of DICOM JSON objects whose members ascend by tag. The text is not parsed: a UID is recognised by
 * its quotes, which no value can contain unescaped.
 */
export function withRetrieveUrls(json: string, level: Query['level'], root: string): string {
  let instance = '';
  let study = '';
  return json.replace(UIDS, (member, tag: string, uid: string) => {
    if (tag === '00080018') instance = uid;
    if (tag === '0020000D') study = uid;
    if (tag !== (level === 'STUDY' ? '0020000D' : '0020000E')) return member;
    const series = tag === '0020000E' ? `/series/${uid}` : '';
    const url = `${root}/studies/${study}${series}${level === 'IMAGE' ? `/instances/${instance}` : ''}`;
    return `${ALWAYS},"00081190":{"vr":"UR","Value":[${JSON.stringify(url)}]},${member}`;
  });
}
