// Copying to the clipboard, also where the Clipboard API is not to be had (plain HTTP off loopback).
import { html } from 'lit';
import { icon } from '../../../webui/kit/icons';

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const box = document.createElement('textarea');
    box.value = text;
    box.setAttribute('readonly', '');
    document.body.append(box);
    box.select();
    const ok = document.execCommand('copy');
    box.remove();
    return ok;
  }
}

/** An icon button that copies and says so by a tick. */
export function copyButton(text: () => string, label: string, small = true) {
  const click = async (e: Event): Promise<void> => {
    e.stopPropagation();
    const b = e.currentTarget as HTMLElement;
    const ok = await copyText(text());
    b.dataset['done'] = ok ? 'yes' : 'no';
    b.dispatchEvent(new CustomEvent('tv-say', { detail: ok ? 'Copied' : 'Copying failed', bubbles: true, composed: true }));
    setTimeout(() => { delete b.dataset['done']; }, 1500);
  };
  return html`<button type="button" class="ib copy ${small ? 'sm' : ''}" aria-label=${label} title=${label} @click=${click}>${icon('copy', 's')}${icon('check', 's done')}</button>`;
}
