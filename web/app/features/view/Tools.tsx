import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../ui/Icon.tsx';
import type { Tool } from './gestures.ts';
import type { Command } from './keys.ts';
import css from './ViewPage.module.css';
import { CT_PRESETS } from './window.ts';

/** What has a button; the others are keys alone. */
type Button = Exclude<
  Command,
  'next' | 'back' | 'first' | 'last' | 'nextSeries' | 'previousSeries' | 'zoomIn' | 'zoomOut'
>;

interface ToolsProps {
  readonly tool: Tool;
  readonly ct: boolean;
  readonly greyscale: boolean;
  readonly moving: boolean;
  readonly playing: boolean;
  readonly comparing: boolean;
  readonly canCompare: boolean;
  readonly onCommand: (command: Command) => void;
  readonly onPreset: (window: { center: number; width: number } | null) => void;
}

/** One row of buttons; each says its key when pointed at. */
export function Tools(props: ToolsProps) {
  const { tool, ct, greyscale, moving, playing, comparing, canCompare, onCommand, onPreset } = props;
  const { t } = useTranslation();
  const button = (command: Button, pressed?: boolean): ReactNode => (
    <button
      key={command}
      type="button"
      className={css.tool}
      aria-pressed={pressed}
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
      {greyscale && button('window', tool === 'window')}
      {button('pan', tool === 'pan')}
      {button('measure', tool === 'measure')}
      {greyscale && ct && <Presets onPreset={onPreset} />}
      {button('fit')}
      {button('actual')}
      {button('turn')}
      {button('mirror')}
      {greyscale && button('negative')}
      {button('reset')}
      {moving && button('play', playing)}
      {canCompare && button('compare', comparing)}
      {button('save')}
      {button('print')}
      {button('ohif')}
    </div>
  );
}

function Presets({ onPreset }: { onPreset: ToolsProps['onPreset'] }) {
  const { t } = useTranslation();
  return (
    <select
      className={css.tool}
      aria-label={t('view.preset')}
      value=""
      onChange={(event) => onPreset(CT_PRESETS.find(({ key }) => key === event.target.value)?.window ?? null)}
    >
      <option value="" disabled>
        {t('view.preset')}
      </option>
      {CT_PRESETS.map(({ key }) => (
        <option key={key} value={key}>
          {t(`view.presets.${key}`)}
        </option>
      ))}
      <option value="file">{t('view.presets.file')}</option>
    </select>
  );
}
