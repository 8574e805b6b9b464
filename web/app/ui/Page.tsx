import type { ReactNode } from 'react';
import css from './Page.module.css';

interface PageProps {
  readonly title: string;
  readonly intro?: string;
  /** The page's one action, at the right of its title. */
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

/** Title, one sentence, one action, content: the frame of every page but the list of studies. */
export function Page({ title, intro, action, children }: PageProps) {
  return (
    <div className={css.page}>
      <header className={css.head}>
        <div>
          <h1>{title}</h1>
          {intro !== undefined && <p className={css.intro}>{intro}</p>}
        </div>
        {action}
      </header>
      {children}
    </div>
  );
}

/** A block with a heading on the page's surface. */
export function Block({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  return (
    <section className={css.block}>
      <header className={css.blockHead}>
        <h2>{title}</h2>
        {text !== undefined && <p className={css.intro}>{text}</p>}
      </header>
      {children}
    </section>
  );
}
