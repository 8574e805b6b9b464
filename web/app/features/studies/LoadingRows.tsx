import { Skeleton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import columns from './columns.module.css';
import css from './LoadingRows.module.css';

const ROWS = ['1', '2', '3', '4', '5', '6'] as const;
const CELLS = [48, 90, 80, 60, 110, 64, 140] as const;

/** Grey bars in the places of rows to come. */
export function LoadingRows({ height }: { height: number }) {
  const { t } = useTranslation();
  return (
    <div>
      <p className="visually-hidden" role="status">
        {t('app.loading')}
      </p>
      {ROWS.map((row) => (
        <div key={row} className={`${columns.columns} ${css.row}`} style={{ height }} aria-hidden="true">
          {CELLS.map((width, index) => (
            <Skeleton key={width} className={css.bar ?? ''} height={index === 0 ? 48 : 14} width={width} />
          ))}
        </div>
      ))}
    </div>
  );
}
