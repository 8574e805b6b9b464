import type { ReactNode } from 'react';
import css from './Empty.module.css';
import { Icon, type IconName } from './Icon.tsx';

interface EmptyProps {
  readonly icon: IconName;
  readonly title: string;
  readonly text: string;
  /** It is the whole page: its title is the page's. */
  readonly whole?: boolean;
  /** The next step: buttons, or what to type where. */
  readonly children?: ReactNode;
}

/** Nothing to show, and what a person can do about it. */
export function Empty({ icon, title, text, whole = false, children }: EmptyProps) {
  return (
    <div className={css.empty}>
      <span className={css.icon}>
        <Icon name={icon} size={28} />
      </span>
      {whole ? <h1>{title}</h1> : <h2>{title}</h2>}
      <p className={css.text}>{text}</p>
      {children !== undefined && <div className={css.next}>{children}</div>}
    </div>
  );
}
