/** The OpenAPI 3.1 document of the API and of DICOMweb; /api is made from the schemas that also read the requests. */
import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi';
import { ROUTES, type Route } from '../../accounts/route-permissions.ts';
import { dicomWebPaths } from './dicomweb-operations.ts';
import { OPERATIONS, type OperationDescription } from './operations.ts';
import { Problem } from './schemas/shapes.ts';

export type OpenApiDocument = ReturnType<typeof createDocument>;

/** @param version of the program */
export function createOpenApiDocument(version = '0.0.0'): OpenApiDocument {
  const document: ZodOpenApiObject = {
    openapi: '3.1.0',
    info: {
      title: 'ClinicPACS',
      version,
      description:
        '의원용 PACS의 API입니다. DICOMweb은 /dicom-web 에 있습니다. / The API of the clinic PACS; DICOMweb is at /dicom-web.',
    },
    paths: { ...pathsOf(), ...dicomWebPaths() },
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'clinicpacs_session' },
        basic: { type: 'http', scheme: 'basic' },
      },
    },
  };
  return createDocument(document);
}

function pathsOf(): ZodOpenApiPathsObject {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const [route, description] of Object.entries(OPERATIONS)) {
    const [method = '', path = ''] = route.split(' ');
    const openPath = path.replace(/:(\w+)/g, '{$1}');
    paths[openPath] = { ...paths[openPath], [method.toLowerCase()]: operationOf(route as Route, description) };
  }
  return paths;
}

function operationOf(
  route: Route,
  { summary, path, query, body, answer, status = '200' }: OperationDescription,
): ZodOpenApiOperationObject {
  const permission = ROUTES[route];
  return {
    summary,
    ...(permission === 'public' ? { security: [] } : { security: [{ session: [] }, { basic: [] }] }),
    ...(permission === 'public' || permission === 'signed-in'
      ? {}
      : { description: `권한 / permission: ${permission}` }),
    ...(path || query ? { requestParams: { ...(path ? { path } : {}), ...(query ? { query } : {}) } } : {}),
    ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: body } } } } : {}),
    responses: {
      [status]: {
        description: status === '302' ? 'Found' : 'OK',
        content: 'mediaType' in answer ? { [answer.mediaType]: {} } : { 'application/json': { schema: answer } },
      },
      default: { description: 'Problem', content: { 'application/json': { schema: Problem } } },
    },
  };
}
