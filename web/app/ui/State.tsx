import type { ReactNode } from 'react';
import css from './State.module.css';

export type Tone = 'good' | 'warn' | 'bad' | 'plain';

/** A state as a word on its colour; never a colour alone. */
export function State({ tone, children }: { tone: Tone; children: ReactNode }) {
  return <span className={`${css.state} ${css[tone]}`}>{children}</span>;
}
