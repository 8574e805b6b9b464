import { useEffect, useState } from 'react';
import { type StudyRow, thumbnailUrl } from '../../api/studies.ts';
import { Icon } from '../../ui/Icon.tsx';
import css from './Thumbnail.module.css';

/** Rows that only fly past ask for nothing. */
const SETTLE_MS = 120;

/** The study's small picture; until it is there, or where there is none, a sign in the same place. */
export function Thumbnail({ study, waiting }: { study: StudyRow; waiting: boolean }) {
  const [wanted, setWanted] = useState(false);
  const [failed, setFailed] = useState('');
  const url = thumbnailUrl(study);
  useEffect(() => {
    if (wanted || waiting) return;
    const timer = setTimeout(() => setWanted(true), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [wanted, waiting]);
  return (
    <span className={css.frame}>
      <Icon name="picture" size={22} />
      {wanted && failed !== url && (
        <img
          key={url}
          className={css.picture}
          src={url}
          alt=""
          decoding="async"
          draggable={false}
          onError={() => setFailed(url)}
        />
      )}
    </span>
  );
}
