/** The set-up programs are plain JavaScript without declarations, so that any Node runs them; tests load them untyped. */
export function setupModule(path: string): Promise<Record<string, CallableFunction>> {
  return import(new URL(`../../${path}`, import.meta.url).href);
}
