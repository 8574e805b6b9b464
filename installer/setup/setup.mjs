import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { dependenciesComplete, installDependencies, lockedPackages } from './dependencies.mjs';
import { withLock } from './lock.mjs';
import { CACHE, ROOT } from './paths.mjs';
import { pinnedNode, pinnedNodeStillRuns } from './pinned-node.mjs';
import { step } from './progress.mjs';
import { reportFailure, SetupError } from './setup-error.mjs';
import { viewerIsCurrent } from './viewer.mjs';
import { buildWebApp, webAppIsCurrent } from './web-app.mjs';

const OLDEST_NODE = 20;

/**
 * Makes the checkout ready to run: packages, the pinned Node, the image viewer, the clinic's pages. Only what is missing
 * or out of date is done; when nothing is, this costs some dozen milliseconds and needs no network.
 * Returns the path of the pinned Node. Throws a SetupError that says what to do.
 */
export async function ensureSetup({ rebuild = false } = {}) {
  checkRunningNode();
  const steps = [
    {
      isDone: dependenciesReady,
      work: installDependencies,
      korean: '프로그램 부품 설치',
      english: 'installing packages',
    },
    { isDone: viewerIsCurrent, work: prepareViewer, korean: '영상 뷰어 준비 (OHIF)', english: 'preparing the viewer' },
    {
      isDone: webAppIsCurrent,
      work: () => buildWebApp(nodePath()),
      korean: '화면 만들기',
      english: 'building the pages',
    },
  ];
  const stale = rebuild ? steps : steps.filter(({ isDone }) => !isDone());
  if (stale.length === 0) return nodePath();
  await withLock(join(CACHE, 'setup.lock'), async () => {
    for (const { isDone, work, korean, english } of steps) {
      const wanted = rebuild && work !== installDependencies;
      if (wanted || !isDone()) await step(korean, english, work);
    }
  });
  return nodePath();
}

function dependenciesReady() {
  const locked = lockedPackages();
  return dependenciesComplete(ROOT, locked) && pinnedNodeStillRuns(pinnedNode(ROOT, locked));
}

function nodePath() {
  return pinnedNode(ROOT, lockedPackages()).path;
}

/** Loaded late: it needs packages that the first step installs. */
async function prepareViewer() {
  const { prepareViewer: prepare } = await import('../../web/viewer/prepare.mjs');
  await prepare();
}

function checkRunningNode() {
  if (Number.parseInt(process.versions.node, 10) >= OLDEST_NODE) return;
  throw new SetupError(
    `Node.js ${process.versions.node}은 너무 오래되었습니다. 20 이상을 설치하세요 (https://nodejs.org).`,
    `Node.js ${process.versions.node} is too old. Install 20 or newer (https://nodejs.org).`,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await ensureSetup({ rebuild: process.argv.includes('--rebuild') }).catch((error) => {
    reportFailure(error);
    process.exitCode = 1;
  });
}
