/** The words staff use for the values of Modality (0008,0060), and which of a study's values say what it is. */
export const KINDS = {
  xray: ['CR', 'DX', 'RG', 'PX', 'IO', 'DR'],
  us: ['US', 'IVUS', 'BDUS'],
  ct: ['CT'],
  mr: ['MR'],
  mg: ['MG'],
  es: ['ES', 'GM'],
  xa: ['RF', 'XA', 'XRF'],
} as const satisfies Record<string, readonly string[]>;

export type Kind = keyof typeof KINDS;

export const KIND_NAMES = Object.keys(KINDS) as readonly Kind[];

export function isKind(text: string): text is Kind {
  return Object.hasOwn(KINDS, text);
}

export function kindOf(modality: string): Kind | undefined {
  return KIND_NAMES.find((kind) => (KINDS[kind] as readonly string[]).includes(modality));
}

/** The modalities to ask the server for; none = all. */
export function modalitiesOf(kinds: readonly Kind[]): string[] {
  return kinds.flatMap((kind) => [...KINDS[kind]]);
}

/** Objects that come with images but are none: they do not say what was done to the patient. */
const COMPANIONS = new Set(['SR', 'PR', 'KO', 'SEG', 'REG', 'AU', 'DOC', 'PLAN', 'RWV', 'FID']);

/** A study's modalities with those that show the patient first. */
export function orderedModalities(modalities: readonly string[]): string[] {
  const images = modalities.filter((modality) => !COMPANIONS.has(modality));
  return [...images, ...modalities.filter((modality) => COMPANIONS.has(modality))];
}
