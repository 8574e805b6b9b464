/** What is wrong with a configuration, said so that the person who wrote it can put it right. */
import type { z } from 'zod';
import { didYouMean } from './did-you-mean.ts';
import { hintAt, keysAt } from './hints.ts';

export interface ConfigProblem {
  /** 'dicom.port', 'devices[0].host', a command line argument, or '' for the file as a whole. */
  readonly path: string;
  readonly ko: string;
  readonly en: string;
}

/** Every problem at once; `message` has a line for each, Korean and English. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];

  constructor(source: string, problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ path, ko, en }) => `  ${path === '' ? '' : `${path}: `}${ko} / ${en}`);
    const title = `${source}: 고칠 곳이 ${problems.length}군데 있습니다. / ${problems.length} to put right.`;
    super([title, ...lines].join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** Puts the issues that zod found into words; `value` is what was parsed, to show what stands there now. */
export function problemsOf(schema: z.ZodType, issues: readonly z.core.$ZodIssue[], value: unknown): ConfigProblem[] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => unknownKey(schema, issue.path, key))
      : [wrongValue(schema, issue.path, value)],
  );
}

export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, step) =>
      typeof step === 'number' ? `${text}[${step}]` : text === '' ? String(step) : `${text}.${String(step)}`,
    '',
  );
}

function unknownKey(schema: z.ZodType, path: readonly PropertyKey[], key: string): ConfigProblem {
  const names = keysAt(schema, path);
  const meant = didYouMean(key, names);
  const all = names.join(', ');
  return {
    path: pathText([...path, key]),
    ko: meant ? `모르는 항목입니다. "${meant}" 을(를) 쓰려고 하셨나요?` : `모르는 항목입니다. 쓸 수 있는 항목: ${all}`,
    en: meant ? `unknown setting. Did you mean "${meant}"?` : `unknown setting. Known here: ${all}`,
  };
}

function wrongValue(schema: z.ZodType, path: readonly PropertyKey[], value: unknown): ConfigProblem {
  const hint = hintAt(schema, path) ?? { ko: '{ } 로 묶은 항목들', en: 'settings between { }' };
  const found = valueAt(value, path);
  if (found === undefined) {
    return { path: pathText(path), ko: `값이 없습니다. 적을 값: ${hint.ko}`, en: `missing. Write ${hint.en}` };
  }
  const now = shown(found);
  return { path: pathText(path), ko: `지금 값 ${now}. 적을 값: ${hint.ko}`, en: `is ${now}. Write ${hint.en}` };
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (current, step) =>
      current !== null && typeof current === 'object' ? (current as Record<PropertyKey, unknown>)[step] : undefined,
    value,
  );
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
