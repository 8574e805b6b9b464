/** What to write for each setting, said once beside its schema; the problem list and the settings page read it. */
import { z } from 'zod';

export interface Hint {
  readonly ko: string;
  readonly en: string;
}

const hints = z.registry<Hint>();

/** Attaches to a schema what a person should write there. */
export function hinted<T extends z.ZodType>(schema: T, ko: string, en: string): T {
  hints.add(schema, { ko, en });
  return schema;
}

/** The schema of a setting by its path, through objects, lists and defaults. */
export function schemaAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType | undefined {
  let current: z.ZodType | undefined = unwrapped(schema);
  for (const step of path) {
    if (current instanceof z.ZodObject) current = current.shape[String(step)] as z.ZodType | undefined;
    else if (current instanceof z.ZodArray) current = current.element as z.ZodType;
    else return undefined;
    if (current === undefined) return undefined;
    if (!hints.has(current)) current = unwrapped(current);
  }
  return current;
}

/** The hint of the setting at `path`, or of the nearest setting above it that has one. */
export function hintAt(schema: z.ZodType, path: readonly PropertyKey[]): Hint | undefined {
  for (let length = path.length; length > 0; length--) {
    const found = schemaAt(schema, path.slice(0, length));
    const hint = found && hints.get(found);
    if (hint) return hint;
  }
  return undefined;
}

/** The names that the object at `path` may have. */
export function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const found = schemaAt(schema, path);
  const object = found && unwrapped(found);
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
}

function unwrapped(schema: z.ZodType): z.ZodType {
  let current = schema;
  while (
    current instanceof z.ZodDefault ||
    current instanceof z.ZodPrefault ||
    current instanceof z.ZodNullable ||
    current instanceof z.ZodOptional
  ) {
    current = current.unwrap() as z.ZodType;
  }
  return current;
}
