/**
 * The one table of what is served over HTTP: every route and the permission that it demands. A route that is not here
 * is not served, a row without a handler stops the start; a test holds both. Express 5 path syntax.
 *
 * 'public' needs no login, 'signed-in' any login. The app's and the viewer's static files are apart (doors/http):
 * they hold no patient data, and the viewer's page asks for a login all the same.
 */
import type { Permission } from './permissions.ts';

export const ROUTES = {
  // login
  'GET /healthz': 'public',
  'POST /api/login': 'public',
  'POST /api/logout': 'public',
  'GET /api/session': 'public',
  'POST /api/password': 'signed-in',
  'GET /api/first-run': 'public',
  'POST /api/first-run': 'public',

  // what PCs and devices install to trust us
  'GET /api/certificates': 'public',
  'GET /api/certificates/authority.crt': 'public',

  // worklist
  'POST /api/studies/search': 'images.view',
  'GET /api/studies/:id': 'images.view',
  'GET /api/studies/:id/thumbnail': 'images.view',
  'GET /api/studies/:id/images': 'images.view',
  'GET /api/studies/:id/images/:sopInstanceUid/frames/:frame': 'images.view',
  'GET /api/studies/:id/images/:sopInstanceUid/frames/:frame/values': 'images.view',
  'GET /api/events': 'images.view',
  'GET /open': 'images.view',

  // what staff looks after
  'GET /api/status': 'signed-in',
  'GET /api/attention': 'attention.view',
  'GET /api/instances': 'images.download',
  'GET /api/instances/:fileId/file': 'images.download',
  'GET /api/quarantine/:id/file': 'images.download',
  'GET /api/backup': 'backup.view',
  'POST /api/backup/run': 'backup.run',
  'POST /api/backup/alarm/acknowledge': 'backup.run',
  'POST /api/backup/keys': 'settings.manage',
  'POST /api/backup/keys/confirm': 'settings.manage',
  'DELETE /api/backup/keys': 'settings.manage',
  'POST /api/backup/look': 'backup.restore',
  'POST /api/backup/put-back': 'backup.restore',
  'DELETE /api/backup/disks/:number': 'settings.manage',
  'GET /api/backup/notices': 'settings.manage',
  'PUT /api/backup/notices': 'settings.manage',
  'POST /api/backup/notices/test': 'settings.manage',

  // orders
  'POST /api/orders': 'orders.manage',
  'GET /api/orders': 'orders.manage',
  'GET /api/orders/:id': 'orders.manage',
  'PATCH /api/orders/:id': 'orders.manage',
  'POST /api/orders/:id/cancel': 'orders.manage',

  // storage commitment
  'GET /api/commitments': 'devices.view',
  'GET /api/commitments/:id': 'devices.view',

  // devices
  'GET /api/attempts': 'settings.manage',
  'POST /api/attempts/:id/approve': 'settings.manage',
  'GET /api/devices': 'devices.view',
  'POST /api/devices': 'settings.manage',
  'PUT /api/devices/:id': 'settings.manage',
  'DELETE /api/devices/:id': 'settings.manage',
  'POST /api/devices/:id/test': 'settings.manage',

  // studies to other devices and from them
  'POST /api/send': 'images.exchange',
  'POST /api/devices/:id/search': 'images.exchange',
  'POST /api/devices/:id/fetch': 'images.exchange',
  'GET /api/transfers': 'images.exchange',
  'GET /api/transfers/:id': 'images.exchange',
  'POST /api/transfers/:id/stop': 'images.exchange',

  // people
  'GET /api/users': 'users.manage',
  'POST /api/users': 'users.manage',
  'PATCH /api/users/:name': 'users.manage',
  'GET /api/access-log': 'audit.view',
  'GET /api/openapi.json': 'signed-in',

  // QIDO-RS (PS3.18 section 10.6)
  'GET /dicom-web/studies': 'images.view',
  'GET /dicom-web/series': 'images.view',
  'GET /dicom-web/instances': 'images.view',
  'GET /dicom-web/studies/:study/series': 'images.view',
  'GET /dicom-web/studies/:study/instances': 'images.view',
  'GET /dicom-web/studies/:study/series/:series/instances': 'images.view',

  // WADO-RS (PS3.18 section 10.4)
  'GET /dicom-web/studies/:study': 'images.view',
  'GET /dicom-web/studies/:study/metadata': 'images.view',
  'GET /dicom-web/studies/:study/rendered': 'images.view',
  'GET /dicom-web/studies/:study/thumbnail': 'images.view',
  'GET /dicom-web/studies/:study/series/:series': 'images.view',
  'GET /dicom-web/studies/:study/series/:series/metadata': 'images.view',
  'GET /dicom-web/studies/:study/series/:series/rendered': 'images.view',
  'GET /dicom-web/studies/:study/series/:series/thumbnail': 'images.view',
  'GET /dicom-web/studies/:study/series/:series/instances/:instance': 'images.view',
  'GET /dicom-web/studies/:study/series/:series/instances/:instance/metadata': 'images.view',
  'GET /dicom-web/studies/:study/series/:series/instances/:instance/rendered': 'images.view',
  'GET /dicom-web/studies/:study/series/:series/instances/:instance/thumbnail': 'images.view',
  'GET /dicom-web/studies/:study/series/:series/instances/:instance/frames/:frames': 'images.view',
  'GET /dicom-web/studies/:study/series/:series/instances/:instance/frames/:frames/rendered': 'images.view',
  'GET /dicom-web/studies/:study/series/:series/instances/:instance/frames/:frames/thumbnail': 'images.view',
  'GET /dicom-web/studies/:study/series/:series/instances/:instance/bulkdata/*path': 'images.view',
  'GET /dicom-web/studies/:study/bulkdata': 'images.view',
  'GET /dicom-web/studies/:study/series/:series/bulkdata': 'images.view',
  'GET /dicom-web/studies/:study/series/:series/instances/:instance/bulkdata': 'images.view',
  'GET /dicom-web/studies/:study/pixeldata': 'images.view',
  'GET /dicom-web/studies/:study/series/:series/pixeldata': 'images.view',
  'GET /dicom-web/studies/:study/series/:series/instances/:instance/pixeldata': 'images.view',

  // WADO-URI (PS3.18 section 9)
  'GET /wado': 'images.view',

  // STOW-RS (PS3.18 section 10.5)
  'POST /dicom-web/studies': 'images.store',
  'POST /dicom-web/studies/:study': 'images.store',
} as const satisfies Record<string, Permission | 'public' | 'signed-in'>;

/** A row of the table, 'METHOD /path'. */
export type Route = keyof typeof ROUTES;
