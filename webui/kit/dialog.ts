// Modal dialogs on <dialog>: Esc closes the topmost layer only, the backdrop closes, focus returns to where it was.
import { html, nothing, render, type TemplateResult } from 'lit';
import { icon } from './icons.js';

/** Opens a <dialog> that is already in a shadow root. `mayClose` is asked before Esc or the backdrop close it. */
export function openModal(dialog: HTMLDialogElement, mayClose: () => boolean = () => true): void {
  if (dialog.open) return;
  const back = deepActive();
  let pressedOutside = false;
  const outside = (e: MouseEvent): boolean => {
    const r = dialog.getBoundingClientRect();
    return e.target === dialog && (e.clientX < r.left || e.clientX > r.right || e.clientY < r.top || e.clientY > r.bottom);
  };
  const down = (e: MouseEvent): void => { pressedOutside = outside(e); };
  const click = (e: MouseEvent): void => { if (pressedOutside && outside(e) && mayClose()) dialog.close(); };
  const cancel = (e: Event): void => { if (e.target === dialog && !mayClose()) e.preventDefault(); };
  // Esc that a closing dialog consumed must not close what lies below it.
  const keydown = (e: KeyboardEvent): void => { if (e.key === 'Escape') e.stopPropagation(); };
  const closed = (e: Event): void => {
    if (e.target !== dialog) return;
    dialog.removeEventListener('mousedown', down);
    dialog.removeEventListener('click', click);
    dialog.removeEventListener('cancel', cancel);
    dialog.removeEventListener('keydown', keydown);
    dialog.removeEventListener('close', closed);
    if (back?.isConnected) back.focus();
  };
  dialog.addEventListener('mousedown', down);
  dialog.addEventListener('click', click);
  dialog.addEventListener('cancel', cancel);
  dialog.addEventListener('keydown', keydown);
  dialog.addEventListener('close', closed);
  dialog.showModal();
}

/** The focused element, through shadow roots. */
export function deepActive(): HTMLElement | null {
  let a: Element | null = document.activeElement;
  while (a?.shadowRoot?.activeElement) a = a.shadowRoot.activeElement;
  return a instanceof HTMLElement ? a : null;
}

export interface Confirm {
  title: string;
  text?: string | TemplateResult;
  confirm: string;
  danger?: boolean;
  cancel?: string;
}

/** Asks once. The safe button has the focus when the act is dangerous. */
export function confirmDialog(root: ShadowRoot, ask: Confirm): Promise<boolean> {
  return new Promise((answer) => {
    const dialog = document.createElement('dialog');
    dialog.setAttribute('role', 'alertdialog');
    dialog.setAttribute('aria-label', ask.title);
    let yes = false;
    render(html`
      <div class="dlg-head"><div class="grow"><h2>${ask.title}</h2></div>
        <button type="button" class="ib" aria-label="Close" @click=${() => dialog.close()}>${icon('close')}</button></div>
      ${ask.text ? html`<div class="dlg-body"><p>${ask.text}</p></div>` : nothing}
      <div class="dlg-foot">
        <button type="button" class="btn" ?autofocus=${ask.danger} @click=${() => dialog.close()}>${ask.cancel ?? 'Cancel'}</button>
        <button type="button" class="btn ${ask.danger ? 'danger' : 'primary'}" ?autofocus=${!ask.danger}
          @click=${() => { yes = true; dialog.close(); }}>${ask.confirm}</button>
      </div>`, dialog);
    dialog.addEventListener('close', () => { dialog.remove(); answer(yes); });
    root.append(dialog);
    openModal(dialog);
  });
}
