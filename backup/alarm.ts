/** The ransomware alarm as home remembers it: raised by a run, kept until somebody has looked. */
import { randomUUID } from 'node:crypto';
import { ArchiveError } from '../src/errors.ts';
import type { Memory } from './memory.ts';
import type { Alarm, Watch, Watched } from './watch.ts';

export interface RaisedAlarm extends Alarm {
  id: string;
  /** ISO 8601, UTC. */
  at: string;
  /** The target of the run that was stopped. */
  folder: string;
  acknowledged: { at: string; who: string } | null;
}

const ALARM = 'backup.alarm';
const WATCH = 'backup.watch';
const MOST_REASONS = 10;

/** The alarm that is on, or was acknowledged and not yet followed by a good look. */
export async function recallAlarm(memory: Memory): Promise<RaisedAlarm | null> {
  return JSON.parse((await memory.get(ALARM)) ?? 'null') as RaisedAlarm | null;
}

export async function recallWatch(memory: Memory): Promise<Watch> {
  return JSON.parse((await memory.get(WATCH)) ?? '{"laid":[],"tolerated":0}') as Watch;
}

/** Remembers what a run saw; a run that saw nothing ends an alarm that was acknowledged. */
export async function noteWatched(memory: Memory, folder: string, { alarm, watch }: Watched): Promise<void> {
  await memory.set(WATCH, JSON.stringify(watch));
  const before = await recallAlarm(memory);
  if (alarm) {
    const reasons = alarm.reasons.slice(0, MOST_REASONS);
    const at = new Date().toISOString();
    const raised: RaisedAlarm = { ...alarm, reasons, id: randomUUID(), at, folder, acknowledged: null };
    await memory.set(ALARM, JSON.stringify(raised));
  } else if (before?.acknowledged) await memory.set(ALARM, 'null');
}

/**
 * Somebody has looked and lets the backups go on. The share of changed files that was found is let pass from now on, and
 * canaries are laid anew.
 * @throws ArchiveError NOT_FOUND when this is not the alarm that is on
 */
export async function acknowledge(memory: Memory, id: string, who: string): Promise<void> {
  const alarm = await recallAlarm(memory);
  if (alarm?.id !== id) throw new ArchiveError('NOT_FOUND', `alarm ${id}`);
  if (alarm.acknowledged) return;
  const acknowledged = { at: new Date().toISOString(), who };
  await memory.set(ALARM, JSON.stringify({ ...alarm, acknowledged }));
  const tolerated = alarm.sampled === 0 ? 0 : alarm.changed / alarm.sampled;
  await memory.set(WATCH, JSON.stringify({ laid: [], tolerated }));
}

/** For a terminal and a log, Korean first. */
export function alarmLines({ reasons }: Pick<Alarm, 'reasons'>): string[] {
  return reasons.map(({ path, ko, en }) => `${path}: ${ko} / ${en}`);
}
