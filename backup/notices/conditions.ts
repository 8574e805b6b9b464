/** What staff has to hear of, from the state of the backup alone: above all that something good did not happen. */
import type { BackupStatus } from '../status.ts';
import type { Condition } from './condition.ts';

export interface Circumstances {
  /** Hours without a good run after which it is told. */
  afterHours: number;
  /** When backups were first asked for: before it nothing can be overdue. */
  since: Date;
  now: Date;
  timeZone: string;
}

type State = Pick<BackupStatus, 'lastSuccess' | 'targets' | 'disks' | 'alarm'>;

const HOUR_MS = 3_600_000;
/** A disk in turn that nobody has plugged in for this long. */
const DISK_AWAY_MS = 8 * 24 * HOUR_MS;
const DAYS_BEFORE_FULL = 14;

/** Carries no data of patients: names of targets, numbers of disks, times. */
export function conditionsOf(state: State, circumstances: Circumstances): Condition[] {
  if (state.targets.length === 0) return [];
  return [
    ...ransomware(state),
    ...overdue(state, circumstances),
    ...redDrills(state),
    ...missing(state, circumstances),
    ...full(state),
  ];
}

function ransomware({ alarm }: State): Condition[] {
  if (!alarm || alarm.acknowledged) return [];
  const ko =
    '랜섬웨어가 의심되어 백업을 멈추었습니다. 백업 디스크를 뽑고 서버를 점검한 뒤 백업 화면에서 확인해 주세요.';
  const en =
    'Ransomware is suspected and no backup is made. Please unplug the disks, examine the server, then acknowledge.';
  return [{ key: `ransomware:${alarm.id}`, ko, en }];
}

function overdue({ lastSuccess }: State, { afterHours, since, now, timeZone }: Circumstances): Condition[] {
  const last = lastSuccess === null ? since : new Date(lastSuccess);
  const hours = Math.floor((now.getTime() - last.getTime()) / HOUR_MS);
  if (hours < afterHours) return [];
  const at = lastSuccess === null ? null : wall(last, timeZone);
  const ko = `${hours}시간 동안 성공한 백업이 없습니다. ${at ? `마지막 성공: ${at}` : '아직 한 번도 성공하지 못했습니다.'}`;
  const en = `No good backup for ${hours} hours. ${at ? `The last one: ${at}` : 'There never was one.'}`;
  return [{ key: 'overdue', ko, en }];
}

function redDrills({ targets }: State): Condition[] {
  return targets.flatMap(({ folder, label, lastDrill }) => {
    if (!lastDrill || lastDrill.good) return [];
    const name = label ?? folder ?? '';
    const ko = `복구 훈련이 실패했습니다: ${name}. 백업 화면에서 까닭을 확인해 주세요.`;
    return [{ key: `drill:${name}`, ko, en: `The restore drill failed: ${name}. The backup page says why.` }];
  });
}

function missing({ targets, disks }: State, { now, timeZone }: Circumstances): Condition[] {
  const places = targets.flatMap(({ kind, folder, label, state, lastSuccess }) => {
    if (state !== 'missing') return [];
    const name = label ?? folder ?? kind;
    const seen = lastSuccess === null ? null : wall(new Date(lastSuccess), timeZone);
    const ko = `백업 장치가 연결되어 있지 않습니다: ${name}${seen ? ` (마지막 백업 ${seen})` : ''}`;
    return [{ key: `missing:${name}`, ko, en: `Not connected: ${name}${seen ? ` (last backup ${seen})` : ''}` }];
  });
  const away = disks.filter(({ present, lastSeen }) => !present && now.getTime() - Date.parse(lastSeen) > DISK_AWAY_MS);
  return [
    ...places,
    ...away.map(({ number, lastSeen }) => {
      const day = wall(new Date(lastSeen), timeZone);
      const ko = `${number}번 백업 디스크를 ${day} 이후로 보지 못했습니다.`;
      return { key: `disk:${number}`, ko, en: `Backup disk ${number} has not been seen since ${day}.` };
    }),
  ];
}

function full({ targets, disks }: State): Condition[] {
  const now = targets.flatMap(({ folder, label, state }) => {
    if (state !== 'full') return [];
    const name = label ?? folder ?? '';
    const ko = `백업 장치가 가득 찼습니다: ${name}. 더 큰 디스크로 바꿔 주세요.`;
    return [{ key: `full:${name}`, ko, en: `The backup target is full: ${name}. Please use a larger disk.` }];
  });
  const soon = disks.flatMap(({ number, forecast }) => {
    if (!forecast || forecast.daysUntilFull > DAYS_BEFORE_FULL) return [];
    const { daysUntilFull } = forecast;
    const ko = `${number}번 백업 디스크가 약 ${daysUntilFull}일 뒤에 가득 찹니다.`;
    return [{ key: `filling:${number}`, ko, en: `Backup disk ${number} will be full in about ${daysUntilFull} days.` }];
  });
  return [...now, ...soon];
}

/** `2026-11-24 03:00` on the clinic's wall. */
function wall(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(at);
}
