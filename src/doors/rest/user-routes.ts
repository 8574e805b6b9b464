/** Users and the access log: for administrators. */
import type { z } from 'zod';
import { identityIn } from '../../accounts/request-locals.ts';
import type { User } from '../../accounts/users.ts';
import { readAccessLog } from '../../audit/access-log.ts';
import type { RestDeps, RestHandlers } from './deps.ts';
import { given, json, read } from './exchange.ts';
import { NewUser, UserChange, UserList, UserPath, UserView } from './schemas/people.ts';
import { AccessLog, AccessLogQuery } from './schemas/upkeep.ts';

type UserRoutes = Pick<
  RestHandlers,
  'GET /api/users' | 'POST /api/users' | 'PATCH /api/users/:name' | 'GET /api/access-log'
>;

const ROWS = 100;

export function userRoutes({ accounts, audit, archive }: RestDeps): UserRoutes {
  return {
    'GET /api/users': json(UserList, () => ({ users: accounts.users().map(userView) })),

    'POST /api/users': json(UserView, async ({ request, locals }) => {
      const user = read(NewUser, request.body);
      const named = { ...user, displayName: user.displayName || user.name };
      return userView(await accounts.createUser(named, identityIn(locals), locals.source));
    }),

    'PATCH /api/users/:name': json(UserView, async ({ request, locals }) => {
      const { name } = read(UserPath, request.params);
      const { enabled: active, ...changes } = read(UserChange, request.body);
      return userView(await accounts.changeUser(name, { ...changes, active }, identityIn(locals), locals.source));
    }),

    'GET /api/access-log': json(AccessLog, async ({ request, locals }) => {
      const { limit = ROWS, before, from, to, ...filter } = read(AccessLogQuery, request.query);
      if (before === undefined) {
        const { userName: who } = identityIn(locals);
        const { address, door } = locals.source;
        audit.record({
          who,
          action: 'access-log.view',
          from: address,
          door,
          patientId: filter.patientId,
          outcome: 'ok',
        });
        await audit.flush();
      }
      const page = await readAccessLog(archive.database, {
        limit,
        ...given(filter),
        ...(before === undefined ? {} : { before: Number(before) }),
        ...(from === undefined ? {} : { from: new Date(from).toISOString() }),
        ...(to === undefined ? {} : { to: new Date(to).toISOString() }),
      });
      return { rows: page.rows.map(accessRowView), after: page.before === null ? null : String(page.before) };
    }),
  };
}

function userView({ identity, active, lastLoginAt }: User): z.input<typeof UserView> {
  const { userName, displayName, role } = identity;
  return { name: userName, displayName, role, enabled: active, lastLoginAt };
}

type AccessRow = Awaited<ReturnType<typeof readAccessLog>>['rows'][number];

function accessRowView({ seq, patientId, studyInstanceUid, detail, outcome, ...row }: AccessRow) {
  return {
    ...row,
    id: String(seq),
    outcome: outcome === 'ok' ? ('ok' as const) : ('refused' as const),
    patientId: patientId || null,
    studyInstanceUid: studyInstanceUid || null,
    detail: detail || null,
  };
}
