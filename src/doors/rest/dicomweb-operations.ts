/** The DICOMweb resources in the OpenAPI document: one description for each kind of resource (PS3.18 chapters 9 and 10). */
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { ROUTES, type Route } from '../../accounts/route-permissions.ts';
import { Problem } from './schemas/shapes.ts';

type DicomWebRoute = Extract<Route, `${string} /dicom-web/${string}` | 'GET /wado'>;

interface Kind {
  readonly summary: string;
  /** Query parameters with what they mean. */
  readonly query: Readonly<Record<string, string>>;
  readonly mediaTypes: readonly string[];
  /** Statuses besides 200, with what they mean. */
  readonly answers?: Readonly<Record<string, string>>;
}

const JSON_TYPE = 'application/dicom+json';
const MULTIPART = 'multipart/related';
const PICTURES = ['image/jpeg', 'image/png', 'image/gif'];
const PICTURE_QUERY = {
  window: 'center,width,linear|linear-exact|sigmoid',
  viewport: 'width,height[,left,top,width,height]',
  quality: '1-100 (JPEG)',
};

const KINDS = {
  search: {
    summary: '검색 / Search (QIDO-RS)',
    query: {
      '{attributeID}':
        'keyword or tag, also 00400275.00400009; * and ? in text, ranges of dates and times, lists of UIDs',
      includefield: 'attribute, or all; may be repeated',
      fuzzymatching: 'true: the words of a name in any order',
      limit: '500, at most 5000',
      offset: 'matches passed over; pages do not overlap while images arrive',
    },
    mediaTypes: [JSON_TYPE, 'application/json'],
    answers: {
      '413': 'the search was too broad',
      '503': 'several broad searches are under way; Retry-After says when to ask again',
    },
  },
  metadata: {
    summary: '메타데이터 / Metadata (WADO-RS)',
    query: {},
    mediaTypes: [JSON_TYPE, 'application/json'],
    answers: { '304': 'If-None-Match named the ETag' },
  },
  whole: { summary: '영상 원본 / Instances (WADO-RS)', query: {}, mediaTypes: [MULTIPART, 'application/dicom'] },
  frames: {
    summary: '프레임 / Frames, counted from 1 (WADO-RS)',
    query: {},
    mediaTypes: [
      MULTIPART,
      'application/octet-stream',
      'image/jpeg',
      'image/jls',
      'image/jp2',
      'image/jphc',
      'image/dicom-rle',
    ],
    answers: { '206': 'part of one frame by a Range header' },
  },
  rendered: {
    summary: '그림으로 / Rendered (WADO-RS)',
    query: PICTURE_QUERY,
    mediaTypes: [...PICTURES, MULTIPART, 'application/pdf'],
  },
  thumbnail: {
    summary: '작은 그림 / Thumbnail (WADO-RS)',
    query: { viewport: 'width,height' },
    mediaTypes: ['image/jpeg'],
  },
  bulkdata: {
    summary: 'BulkDataURI의 값 / The value behind a BulkDataURI (WADO-RS)',
    query: {},
    mediaTypes: [MULTIPART, 'application/octet-stream', 'application/pdf'],
    answers: { '206': 'part of the value by a Range header' },
  },
  allBulk: {
    summary: '모든 큰 값 / All bulk data, or all pixel data (WADO-RS)',
    query: {},
    mediaTypes: [MULTIPART],
  },
  wado: {
    summary: '영상 하나 / One object (WADO-URI)',
    query: {
      requestType: 'WADO',
      studyUID: 'UID',
      seriesUID: 'UID',
      objectUID: 'UID',
      contentType: 'application/dicom, image/jpeg, image/png, application/pdf',
      transferSyntax: 'UID',
      frameNumber: 'from 1',
      rows: 'pixels',
      columns: 'pixels',
      windowCenter: 'number',
      windowWidth: 'number',
      region: 'left,top,right,bottom from 0 to 1',
      imageQuality: '1-100',
    },
    mediaTypes: ['application/dicom', 'image/jpeg', 'image/png', 'application/pdf'],
  },
  store: {
    summary: '저장 / Store (STOW-RS)',
    query: {},
    mediaTypes: [JSON_TYPE],
    answers: { '202': 'some failed, or are kept apart for staff', '409': 'none was stored', '507': 'no room' },
  },
} as const satisfies Record<string, Kind>;

/** Every DICOMweb row of the route table. */
export function dicomWebPaths(): ZodOpenApiPathsObject {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of Object.keys(ROUTES).filter(isDicomWeb)) {
    const [method = '', path = ''] = route.split(' ');
    const openPath = path.replace(/[:*](\w+)/g, '{$1}');
    paths[openPath] = { ...paths[openPath], [method.toLowerCase()]: operationOf(route, method, openPath) };
  }
  return paths;
}

function isDicomWeb(route: string): route is DicomWebRoute {
  return / \/(dicom-web\/|wado$)/.test(route);
}

function kindOf(method: string, path: string): Kind {
  if (method === 'POST') return KINDS.store;
  if (path.endsWith('{path}')) return KINDS.bulkdata;
  if (path.endsWith('{frames}')) return KINDS.frames;
  if (path.endsWith('}')) return KINDS.whole;
  const last = path.slice(path.lastIndexOf('/') + 1);
  if (last === 'metadata' || last === 'rendered' || last === 'thumbnail' || last === 'wado') return KINDS[last];
  if (last === 'bulkdata' || last === 'pixeldata') return KINDS.allBulk;
  return KINDS.search;
}

function operationOf(route: DicomWebRoute, method: string, path: string): ZodOpenApiOperationObject {
  const { summary, query, mediaTypes, answers = {} } = kindOf(method, path);
  const problem = { content: { 'application/json': { schema: Problem } } };
  return {
    summary,
    description: `권한 / permission: ${ROUTES[route]}`,
    security: [{ session: [] }, { basic: [] }],
    parameters: [
      ...pathParameters(path),
      ...Object.entries(query).map(([name, text]) => parameter('query', name, text)),
    ],
    ...(method === 'POST' && {
      requestBody: { required: true, content: { [MULTIPART]: {}, 'application/dicom': {} } },
    }),
    responses: {
      '200': { description: 'OK', content: Object.fromEntries(mediaTypes.map((type) => [type, {}])) },
      ...Object.fromEntries(Object.entries(answers).map(([status, description]) => [status, { description }])),
      '400': { description: 'the request is not valid, with the reason', ...problem },
      '404': { description: 'no such study, series, instance, frame or value', ...problem },
      '406': { description: 'none of the media types asked for can be sent', ...problem },
      default: { description: 'Problem', ...problem },
    },
  };
}

function pathParameters(path: string) {
  const texts: Record<string, string> = { frames: 'numbers from 1, divided by commas', path: 'path of the attribute' };
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => parameter('path', name, texts[name] ?? 'UID'));
}

function parameter(where: 'path' | 'query', name: string, description: string) {
  return { in: where, name, description, required: where === 'path', schema: { type: 'string' as const } };
}
