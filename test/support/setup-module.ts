export interface Environment {
  readonly ENVIRONMENT: NodeJS.ProcessEnv;
  /** Arguments of Node. */
  readonly NODE_OPTIONS: readonly string[];
}

/** What `npm start` gives to the appliance. */
export function startEnvironment(): Promise<Environment> {
  return import(new URL('../../installer/setup/environment.mjs', import.meta.url).href);
}

/** The set-up programs are plain JavaScript without declarations, so that any Node runs them; tests load them untyped. */
export function setupModule(path: string): Promise<Record<string, CallableFunction>> {
  return import(new URL(`../../${path}`, import.meta.url).href);
}
