import { useTranslation } from 'react-i18next';
import { GridRow, Heading, RowGroup } from '../../ui/Grid.tsx';
import css from './columns.module.css';

const COLUMNS = ['image', 'patient', 'patientId', 'sexAge', 'when', 'kind', 'description', 'amount'] as const;

/** The names of the columns; they stay in view while the rows scroll. */
export function Headings() {
  const { t } = useTranslation();
  return (
    <RowGroup className={css.head}>
      <GridRow index={1} className={`${css.columns} ${css.headings}`}>
        {COLUMNS.map((column) => (
          <Heading key={column}>{t(`studies.column.${column}`)}</Heading>
        ))}
      </GridRow>
    </RowGroup>
  );
}
