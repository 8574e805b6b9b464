/** How far each follower has read the change log. A cursor of another epoch belongs to an index that is gone. */
import type { Connections } from '../connection.ts';

export interface Cursor {
  epoch: string;
  seq: number;
}

export function getCursor({ records }: Connections, input: { follower: string }): Cursor | undefined {
  return records.get<Cursor>('SELECT epoch, seq FROM cursors WHERE follower = ?', input.follower);
}

export function setCursor({ records }: Connections, input: Cursor & { follower: string }): void {
  records.run(
    `INSERT INTO cursors (follower, epoch, seq) VALUES (?, ?, ?)
     ON CONFLICT (follower) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq`,
    input.follower,
    input.epoch,
    input.seq,
  );
}
