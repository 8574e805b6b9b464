/** The worklist: search, one study, its thumbnail. */
import type { z } from 'zod';
import { identityIn, type RequestLocals } from '../../accounts/request-locals.ts';
import type { StoredInstance } from '../../archive/retrieve.ts';
import type { ErrorCode } from '../../error-table.ts';
import { ArchiveError } from '../../errors.ts';
import type { RestDeps, RestHandlers } from './deps.ts';
import { given, json, raw, read } from './exchange.ts';
import { StudyDetail, StudyPage, StudyPath, StudySearch } from './schemas/studies.ts';
import { type StudyRow, studyView } from './views.ts';

type StudyRoutes = Pick<
  RestHandlers,
  'POST /api/studies/search' | 'GET /api/studies/:id' | 'GET /api/studies/:id/thumbnail'
>;

const ROWS = 100;
const KEPT_PICTURES = 1000;
const UNDRAWABLE: ReadonlySet<ErrorCode> = new Set(['NOT_RENDERABLE', 'PIXEL_DATA_DAMAGED']);
/** The list is read again with every arrival; one row in the access log says that somebody is looking at it. */
const LIST_ROW_EVERY_MS = 5 * 60_000;

export function studyRoutes({ archive, rendering, audit }: RestDeps): StudyRoutes {
  const listed = new Map<string, number>();
  const pictured = new Map<string, StoredInstance>();

  const record = (locals: RequestLocals, { text, after }: z.output<typeof StudySearch>, matches: number) => {
    const { userName: who } = identityIn(locals);
    const typed = (text ?? '') !== '';
    const recently = performance.now() - (listed.get(who) ?? Number.NEGATIVE_INFINITY) < LIST_ROW_EVERY_MS;
    if (after !== undefined || (!typed && recently)) return;
    if (!typed) listed.set(who, performance.now());
    const { address, door } = locals.source;
    const detail = `worklist ${typed ? 'text' : '-'}: ${matches}`;
    audit.record({ who, action: 'query', from: address, door, detail, outcome: 'ok' });
  };

  /** The instance that stands for a study: its picture changes only when images are added. */
  const representative = async (study: StudyRow): Promise<StoredInstance | undefined> => {
    const key = `${study.id}:${study.lastReceivedAt}:${study.instanceCount}`;
    const known = pictured.get(key);
    if (known) return known;
    const all = await archive.retrieve.instances({ studyInstanceUid: study.studyInstanceUid });
    const images = all.filter(({ studyId, rows }) => studyId === study.id && rows !== null);
    const middle = images[Math.floor(images.length / 2)];
    if (middle) pictured.set(key, middle);
    const oldest = pictured.keys().next().value;
    if (pictured.size > KEPT_PICTURES && oldest !== undefined) pictured.delete(oldest);
    return middle;
  };

  const pictureOf = async (study: StudyRow) => {
    const instance = await representative(study);
    try {
      return instance && (await rendering.thumbnail(instance));
    } catch (error) {
      if (error instanceof ArchiveError && UNDRAWABLE.has(error.code)) return undefined;
      throw error;
    }
  };

  return {
    'POST /api/studies/search': json(StudyPage, async ({ request, locals }) => {
      const search = read(StudySearch, request.body);
      const { limit = ROWS, after, from, to, ...filter } = search;
      // Read first: what arrives meanwhile is told twice rather than never.
      const head = await archive.changes.head();
      const rows = await archive.searchStudies({
        ...given(filter),
        limit: limit + 1,
        ...(from === undefined ? {} : { from: digits(from) }),
        ...(to === undefined ? {} : { to: digits(to) }),
        ...(after === undefined ? {} : { after: placeOf(after) }),
      });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      record(locals, search, page.length);
      return { rows: page.map(studyView), after: rows.length > limit && last ? tokenOf(last) : null, head };
    }),

    'GET /api/studies/:id': json(StudyDetail, async ({ request }) => {
      const study = await archive.study(read(StudyPath, request.params).id);
      if (!study) throw new ArchiveError('NOT_FOUND');
      return { ...studyView(study), series: study.series };
    }),

    'GET /api/studies/:id/thumbnail': raw(async ({ request, response }) => {
      const study = await archive.study(read(StudyPath, request.params).id);
      if (!study) throw new ArchiveError('NOT_FOUND');
      const picture = await pictureOf(study);
      if (!picture) {
        // Reports and signals have nothing to draw. No failure: every list with such a study would show errors.
        response.status(204).end();
        return;
      }
      response.setHeader('Content-Type', picture.mediaType);
      response.end(picture.bytes);
    }),
  };
}

function digits(day: string): string {
  return day.replace(/\D/g, '');
}

function tokenOf({ studyDate, receiveSequence }: StudyRow): string {
  return Buffer.from(JSON.stringify([studyDate, receiveSequence])).toString('base64url');
}

function placeOf(token: string): { studyDate: string; receiveSequence: number } {
  try {
    const [studyDate, receiveSequence] = JSON.parse(Buffer.from(token, 'base64url').toString()) as unknown[];
    if (typeof studyDate === 'string' && typeof receiveSequence === 'number') return { studyDate, receiveSequence };
  } catch {
    // not one of our tokens
  }
  throw new ArchiveError('REQUEST_INVALID', 'after');
}
