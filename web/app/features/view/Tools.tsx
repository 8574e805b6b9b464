import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FrameFacts } from '../../api/images.ts';
import { Icon } from '../../ui/Icon.tsx';
import type { Tool } from './gestures.ts';
import type { BUTTONS, Command } from './keys.ts';
import { Presets } from './Presets.tsx';
import css from './ViewPage.module.css';

type Button = (typeof BUTTONS)[number];

interface ToolsProps {
  readonly tool: Tool;
  /** What cannot be done now is grey and stays in its place: nothing jumps. */
  readonly can: Readonly<Record<'draw' | 'window' | 'erase' | 'play' | 'compare', boolean>>;
  readonly ct: boolean;
  readonly windows: FrameFacts['windows'];
  readonly playing: boolean;
  readonly comparing: boolean;
  readonly onCommand: (command: Command) => void;
  readonly onWindow: (window: { center: number; width: number } | null) => void;
}

/** One row of buttons; each says its key when pointed at. */
export function Tools(props: ToolsProps) {
  const { tool, can, ct, windows, playing, comparing, onCommand, onWindow } = props;
  const { t } = useTranslation();
  const button = (command: Button, possible = can.draw, pressed?: boolean): ReactNode => (
    <button
      key={command}
      type="button"
      className={css.tool}
      aria-pressed={pressed}
      disabled={!possible}
      title={t(`view.hints.${command}`)}
      onClick={() => onCommand(command)}
    >
      {t(`view.commands.${command}`)}
    </button>
  );
  return (
    <div className={css.tools} role="toolbar" aria-label={t('view.tools')}>
      <button type="button" className={css.tool} title={t('view.hints.leave')} onClick={() => onCommand('leave')}>
        <span className={css.back}>
          <Icon name="open" size={18} />
        </span>
        {t('view.commands.leave')}
      </button>
      {button('window', can.window, tool === 'window')}
      <Presets ct={ct} windows={windows} possible={can.window} onWindow={onWindow} />
      {button('negative', can.window)}
      {button('pan', can.draw, tool === 'pan')}
      {button('fit')}
      {button('actual')}
      {button('turn')}
      {button('mirror')}
      {button('measure', can.draw, tool === 'measure')}
      {button('erase', can.erase)}
      {button('reset')}
      {button('play', can.play, playing)}
      {button('compare', can.compare, comparing)}
      {button('save')}
      {button('saveSmall')}
      {button('print')}
      {button('ohif', true)}
      {button('help', true)}
    </div>
  );
}
