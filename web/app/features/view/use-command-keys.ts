import { useEffect, useEffectEvent } from 'react';
import { isTyping } from '../../ui/keyboard.ts';
import { type Command, commandOf } from './keys.ts';

/** The keyboard of the whole page. A button that has the focus keeps Space and Enter for itself. */
export function useCommandKeys(obey: (command: Command) => void): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (isTyping(event)) return;
    const onButton = event.target instanceof HTMLElement && event.target.closest('button, a') !== null;
    if (onButton && event.code === 'Space') return;
    const command = commandOf(event);
    if (command === undefined) return;
    event.preventDefault();
    obey(command);
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => press(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}
