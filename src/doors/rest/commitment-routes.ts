/** 저장 확인: the transactions of storage commitment, and what became of each instance. */
import { identityIn, type RequestLocals } from '../../accounts/request-locals.ts';
import type { Commitments } from '../../commitment/commitments.ts';
import { ArchiveError } from '../../errors.ts';
import type { RestDeps, RestHandlers } from './deps.ts';
import { given, json, read } from './exchange.ts';
import { CommitmentList, CommitmentPath, CommitmentQuery, CommitmentView } from './schemas/commitments.ts';

type CommitmentRoutes = Pick<RestHandlers, 'GET /api/commitments' | 'GET /api/commitments/:id'>;
type Found = NonNullable<Awaited<ReturnType<Commitments['get']>>>;

const ROWS = 100;

export function commitmentRoutes({ commitments, audit }: RestDeps): CommitmentRoutes {
  const record = (locals: RequestLocals, detail: string) => {
    const { address: from, door } = locals.source;
    audit.record({ who: identityIn(locals).userName, action: 'query', from, door, detail, outcome: 'ok' });
  };
  return {
    'GET /api/commitments': json(CommitmentList, async ({ request, locals }) => {
      const { limit = ROWS, ...search } = read(CommitmentQuery, request.query);
      const found = await commitments.list({ limit, ...given(search) });
      record(locals, `storage commitments: ${found.length}`);
      return { commitments: found.map(({ total: instances, ...row }) => ({ ...row, instances })) };
    }),

    'GET /api/commitments/:id': json(CommitmentView, async ({ request, locals }) => {
      const { id } = read(CommitmentPath, request.params);
      const found = await commitments.get(id);
      if (found === undefined) throw new ArchiveError('NOT_FOUND');
      record(locals, `storage commitment ${id}`);
      const { total, instances, ...row } = found;
      return { ...row, instances: total, results: instances.map(resultView) };
    }),
  };
}

function resultView({ failureReason, ...reference }: Found['instances'][number]) {
  const failed = failureReason !== null && failureReason !== 0;
  return {
    ...reference,
    committed: failureReason === null ? null : !failed,
    failureReason: failed ? `${failureReason.toString(16).toUpperCase().padStart(4, '0')}H` : null,
  };
}
