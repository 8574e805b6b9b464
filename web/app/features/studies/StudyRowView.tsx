import { type MouseEvent, memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { type StudyRow, viewerUrl } from '../../api/studies.ts';
import { Cell, GridRow } from '../../ui/Grid.tsx';
import { shownName } from '../../ui/person-name.ts';
import columns from './columns.module.css';
import { sendUrl, tabName } from './open-study.ts';
import type { Clock } from './StudyList.tsx';
import css from './StudyRowView.module.css';
import { Thumbnail } from './Thumbnail.tsx';
import { quickViewUrl } from './use-quick-view.ts';
import { useStudyWords } from './use-study-words.ts';

interface StudyRowViewProps {
  readonly study: StudyRow;
  readonly index: number;
  readonly clock: Clock;
  readonly scrolling: boolean;
  readonly selected: boolean;
  /** May this person send studies to other devices? */
  readonly maySend: boolean;
  readonly justIn: boolean;
  /** A button or finger goes down on the row: a moment before the press counts. */
  readonly onDown: () => void;
  readonly onOpen: () => void;
}

/** One study: a row on a PC, a card on a phone. A press anywhere opens the quick view; its name and OHIF are real links. */
function StudyRowPlain({
  study,
  index,
  clock,
  scrolling,
  selected,
  maySend,
  justIn,
  onDown,
  onOpen,
}: StudyRowViewProps) {
  const { t } = useTranslation();
  const words = useStudyWords(study, clock);
  const name = shownName(study.patientName);
  const main = name.main === '' ? t('studies.noName') : name.main;
  const press = (event: MouseEvent) => {
    // Marking a patient ID to copy it is not a press, and Ctrl opens a tab of its own.
    const marking = (getSelection()?.toString() ?? '') !== '';
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || marking) return;
    event.preventDefault();
    onOpen();
  };
  return (
    <GridRow
      id={`study-row-${study.id}`}
      data-study={study.id}
      index={index + 2}
      aria-selected={selected}
      className={`${columns.columns} ${css.row} ${justIn ? css.justIn : ''}`}
      onClick={press}
      onPointerDown={onDown}
    >
      <Cell className={css.picture}>
        <Thumbnail study={study} waiting={scrolling} />
      </Cell>
      <Cell className={css.patient}>
        <a
          className={css.name}
          href={quickViewUrl(study)}
          tabIndex={-1}
          title={name.more === '' ? undefined : name.more}
          aria-label={t('studies.open', { name: main })}
        >
          {main}
        </a>
        {name.latin !== '' && <small className={css.latin}>{name.latin}</small>}
      </Cell>
      <Cell className={css.patientId}>{study.patientId}</Cell>
      <Cell className={css.sexAge}>{words.sexAge}</Cell>
      <Cell className={css.when}>
        {words.when}
        {words.arrival !== '' && <small>{words.arrival}</small>}
      </Cell>
      <Cell className={css.kind}>
        {words.kind} {words.codes !== '' && <small>{words.codes}</small>}
      </Cell>
      <Cell className={css.description}>{study.description}</Cell>
      <Cell className={css.amount} title={words.series}>
        {words.images}
        {maySend && (
          <Link
            className={`${css.more} ${css.send}`}
            to={sendUrl(study)}
            tabIndex={-1}
            title={t('transfers.sendOf', { name: main })}
            onClick={(event) => event.stopPropagation()}
          >
            {t('transfers.sendNow')}
          </Link>
        )}
        <a
          className={css.more}
          href={viewerUrl(study)}
          target={tabName(study)}
          tabIndex={-1}
          title={t('studies.ohif', { name: main })}
          onClick={(event) => event.stopPropagation()}
        >
          OHIF
        </a>
      </Cell>
    </GridRow>
  );
}

export const StudyRowView = memo(StudyRowPlain, (before, after) => {
  return (
    before.study === after.study &&
    before.index === after.index &&
    before.clock.today === after.clock.today &&
    before.scrolling === after.scrolling &&
    before.selected === after.selected &&
    before.maySend === after.maySend &&
    before.justIn === after.justIn
  );
});
