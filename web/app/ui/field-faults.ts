import { useLanguage } from './use-language.ts';

type Fields = Readonly<Record<string, { readonly ko: string; readonly en: string }>>;

/** What the server found wrong with a field of a form, in the reader's language. */
export function useFieldFaults(error: unknown): (field: string) => string | undefined {
  const language = useLanguage();
  const fields = typeof error === 'object' && error !== null && 'fields' in error ? (error.fields as Fields) : {};
  return (field) => fields[field]?.[language];
}
