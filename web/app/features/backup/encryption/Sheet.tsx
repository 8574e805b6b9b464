import { type RefObject, useEffect } from 'react';
import css from './Encryption.module.css';

interface SheetProps {
  readonly frame: RefObject<HTMLIFrameElement | null>;
  /** A whole page, with its own style. */
  readonly html: string;
  readonly title: string;
}

/** A PC without Korean letters of its own prints ours. */
function ourFonts(): string {
  const rules = [...document.styleSheets].flatMap(({ cssRules }) => [...cssRules]);
  const faces = rules.filter((rule) => rule instanceof CSSFontFaceRule);
  return faces.map(({ cssText }) => cssText).join('\n');
}

/**
 * The sheet in a frame of its own, so that it is printed alone. The policy of our pages lets no style in that comes as
 * text of a page; a sheet of styles made here is let in.
 */
export function Sheet({ frame, html, title }: SheetProps) {
  useEffect(() => {
    const inside = frame.current?.contentDocument;
    const view = inside?.defaultView;
    if (!inside || !view) return;
    const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(html) ?? [];
    const [, body = ''] = /<body>([\s\S]*)<\/body>/.exec(html) ?? [];
    const rules = new view.CSSStyleSheet();
    rules.replaceSync(style + ourFonts());
    inside.adoptedStyleSheets = [rules];
    inside.documentElement.lang = 'ko';
    inside.title = title;
    inside.body.innerHTML = body;
  }, [frame, html, title]);
  return <iframe ref={frame} className={css.sheet} title={title} />;
}
