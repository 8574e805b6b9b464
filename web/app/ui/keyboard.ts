/** Is this key meant for a text field, a menu or an open dialog, and not for the page? */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.isComposing || document.querySelector('dialog[open]') !== null) return true;
  const target = event.target;
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable="true"]') !== null;
}

/** Does the focus lie on something that answers Enter and the arrows itself? */
export function answersKeys(event: KeyboardEvent): boolean {
  const target = event.target;
  return target instanceof HTMLElement && target.closest('a, button, input, textarea, select') !== null;
}
