import { type StudyRow, viewerUrl } from '../../api/studies.ts';

/** Name of the browser tab of a study: a second press on the same study comes back to its tab. */
export function tabName(study: StudyRow): string {
  return `study-${study.id}`;
}

/** Where a study is sent to another device. */
export function sendUrl({ id }: Pick<StudyRow, 'id'>): string {
  return `/transfers?study=${id}`;
}

/** Opens the study in a tab of its own. A tab that shows it already is brought forward as it is, with its windowing. */
export function openStudy(study: StudyRow): void {
  const url = new URL(viewerUrl(study), location.origin);
  const tab = window.open('', tabName(study));
  if (tab === null) {
    location.assign(url);
    return;
  }
  if (!showsStudy(tab, url)) tab.location.href = url.href;
  tab.focus();
}

function showsStudy(tab: Window, url: URL): boolean {
  try {
    return tab.location.pathname === url.pathname && tab.location.search === url.search;
  } catch {
    // Another site by now: not ours to look into.
    return false;
  }
}
