/** The API door: which handler answers which row of the route table. */
import { attemptRoutes } from './attempt-routes.ts';
import { backupRoutes } from './backup-routes.ts';
import { certificateRoutes } from './certificate-routes.ts';
import { commitmentRoutes } from './commitment-routes.ts';
import type { RestDeps, RestHandlers } from './deps.ts';
import { deviceRoutes } from './device-routes.ts';
import { Events } from './events.ts';
import { raw } from './exchange.ts';
import { fileRoutes } from './file-routes.ts';
import { imageRoutes } from './image-routes.ts';
import { openLink } from './open-link.ts';
import { createOpenApiDocument } from './openapi.ts';
import { orderRoutes } from './order-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { statusRoutes } from './status-routes.ts';
import { studyRoutes } from './study-routes.ts';
import { transferRoutes } from './transfer-routes.ts';
import { userRoutes } from './user-routes.ts';

/** Handlers of every row of this door; `res.locals` holds who asks (RequestLocals), checked before. */
export function createRestRoutes(deps: RestDeps): RestHandlers {
  const events = new Events({ ...deps, changes: deps.archive.changes });
  let document: string | undefined;
  return {
    ...sessionRoutes(deps),
    ...studyRoutes(deps),
    ...imageRoutes(deps),
    ...fileRoutes(deps),
    ...statusRoutes(deps),
    ...backupRoutes(deps),
    ...orderRoutes(deps),
    ...commitmentRoutes(deps),
    ...attemptRoutes(deps),
    ...deviceRoutes(deps),
    ...transferRoutes(deps),
    ...certificateRoutes(deps),
    ...userRoutes(deps),
    ...openLink(deps),
    'GET /api/events': raw((exchange) => events.open(exchange)),
    'GET /api/openapi.json': raw(({ response }) => {
      document ??= JSON.stringify(createOpenApiDocument(deps.version));
      response.type('application/json').send(document);
    }),
  };
}
