import { type RefObject, useEffect, useEffectEvent, useMemo } from 'react';
import { Gestures, type GestureTarget } from './gestures.ts';

/** Listens on the pane. The listeners must be active ones, or the browser would scroll the page instead. */
export function useGestures(element: RefObject<HTMLElement | null>, target: GestureTarget): void {
  const gestures = useMemo(() => new Gestures(), []);
  const at = (event: MouseEvent) => {
    const box = element.current?.getBoundingClientRect();
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
  };
  const of = (event: PointerEvent) => ({ id: event.pointerId, at: at(event), touch: event.pointerType === 'touch' });
  const down = useEffectEvent((event: PointerEvent) => {
    element.current?.setPointerCapture(event.pointerId);
    gestures.down({ ...of(event), button: event.button }, target);
    event.preventDefault();
  });
  const move = useEffectEvent((event: PointerEvent) => gestures.move(of(event), target));
  const up = useEffectEvent((event: PointerEvent) => gestures.up(of(event), target));
  const cancel = useEffectEvent((event: PointerEvent) => gestures.cancel(event.pointerId, target));
  const wheel = useEffectEvent((event: WheelEvent) => {
    event.preventDefault();
    gestures.wheel(event.deltaY, at(event), event.ctrlKey, target);
  });
  useEffect(() => {
    const pane = element.current;
    if (pane === null) return;
    const ended = new AbortController();
    const { signal } = ended;
    pane.addEventListener('pointerdown', (event) => down(event), { signal });
    pane.addEventListener('pointermove', (event) => move(event), { signal });
    pane.addEventListener('pointerup', (event) => up(event), { signal });
    pane.addEventListener('pointercancel', (event) => cancel(event), { signal });
    pane.addEventListener('wheel', (event) => wheel(event), { signal, passive: false });
    pane.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
    return () => ended.abort();
  }, [element]);
}
