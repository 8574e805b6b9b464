import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Icon } from './Icon.tsx';
import css from './Problem.module.css';
import { useLanguage } from './use-language.ts';

/** What a failure must bring to be shown: the server's sentence in both languages and its code. */
interface Failure {
  readonly code: string;
  readonly status: number;
  readonly sentence: { readonly ko: string; readonly en: string } | undefined;
  readonly detail: string;
}

/** The sentence of a failure in the reader's language; our own where the server could not speak. */
export function useSentence(): (error: unknown) => string {
  const { t } = useTranslation();
  const language = useLanguage();
  return (error) => {
    if (!isFailure(error)) return t('problem.title');
    if (error.status === 0) return t('problem.network');
    return error.sentence?.[language] ?? t('problem.title');
  };
}

interface ProblemProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
  /** Older content is still shown below: say so. */
  readonly stale?: boolean;
  /** Nothing that support could do about it: a mistyped password. */
  readonly codeless?: boolean;
}

/** What happened and what to do now; the code stands small at the end, for support. */
export function Problem({ error, onRetry, stale = false, codeless = false }: ProblemProps) {
  const { t } = useTranslation();
  const sentence = useSentence();
  return (
    <div className={css.box} role="alert">
      <Icon name="attention" />
      <div className={css.text}>
        <p className={css.sentence}>{sentence(error)}</p>
        {stale && <p>{t('problem.stale')}</p>}
        {isFailure(error) && error.status !== 0 && !codeless && (
          <p className={css.code}>
            {t('app.code', { code: error.code })} {error.detail}
          </p>
        )}
      </div>
      {onRetry !== undefined && (
        <Button variant="default" size="sm" onClick={onRetry}>
          {t('app.retry')}
        </Button>
      )}
    </div>
  );
}

function isFailure(error: unknown): error is Failure {
  return typeof error === 'object' && error !== null && 'code' in error && 'status' in error;
}
