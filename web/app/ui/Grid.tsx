// biome-ignore-all lint/a11y/useSemanticElements: a table element cannot hold rows that are placed one by one
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid itself holds the focus and names its active row
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the grid's keyboard opens the active row

/** The parts of a grid whose rows are drawn only while in view (WAI-ARIA grid with aria-activedescendant). */
import type { ComponentProps, ReactNode } from 'react';

type DivProps = Omit<ComponentProps<'div'>, 'role'>;

interface PartProps {
  readonly className?: string | undefined;
  readonly title?: string | undefined;
  readonly children: ReactNode;
}

export function Grid(props: DivProps) {
  return <div role="grid" tabIndex={0} {...props} />;
}

export function RowGroup(props: PartProps) {
  return <div role="rowgroup" {...props} />;
}

/** `index` counts from 1 and includes the headings. */
export function GridRow({ index, ...rest }: DivProps & { index: number }) {
  return <div role="row" aria-rowindex={index} {...rest} />;
}

export function Heading(props: PartProps) {
  return <span role="columnheader" {...props} />;
}

export function Cell(props: PartProps) {
  return <span role="gridcell" {...props} />;
}
