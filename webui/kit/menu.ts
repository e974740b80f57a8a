// A menu in the top layer (a manual popover; a fixed box where popovers are not known), opened below or above the button
// that asks for it. Arrows, Home, End and typed letters move, Enter and Space choose, Esc and Tab close; focus returns.
import { html, nothing, render } from 'lit';
import { icon, type IconName } from './icons.js';

export interface MenuItem {
  label: string;
  run: () => void;
  icon?: IconName;
  hint?: string;
  danger?: boolean;
  disabled?: boolean;
  /** makes it a radio item: exactly one of them is checked */
  checked?: boolean;
}
export type MenuEntry = MenuItem | '-' | { caption: string };

const isItem = (e: MenuEntry): e is MenuItem => e !== '-' && 'run' in e;
let closeOpen: (() => void) | null = null; // at most one menu per copy of this module

/** The element that a top-layer thing opened from `anchor` must live in: an open dialog makes all outside it inert. */
export function layerRoot(anchor: Element): Element | ShadowRoot {
  const dialog = anchor.closest('dialog');
  if (dialog) return dialog;
  const root = anchor.getRootNode();
  return root instanceof ShadowRoot ? root : document.body;
}

/** Puts a fixed box at the anchor: below it if there is room, else above; `end`: right edges aligned. */
export function place(box: HTMLElement, anchor: Element, align: 'start' | 'end' = 'start', gap = 4): void {
  const a = anchor.getBoundingClientRect(), b = box.getBoundingClientRect();
  const below = innerHeight - a.bottom - gap - 8, above = a.top - gap - 8;
  const up = b.height > below && above > below;
  const left = Math.min(Math.max(8, align === 'end' ? a.right - b.width : a.left), Math.max(8, innerWidth - b.width - 8));
  box.style.left = `${left}px`;
  box.style.top = up ? `${Math.max(8, a.top - gap - Math.min(b.height, above))}px` : `${a.bottom + gap}px`;
  box.style.maxHeight = `${Math.max(96, up ? above : below)}px`;
}

/** Opens a menu; a second call for the same anchor closes it. Resolves when it is closed. */
export function openMenu(anchor: HTMLElement, entries: MenuEntry[], options: { label?: string; align?: 'start' | 'end' } = {}): Promise<void> {
  const again = anchor.getAttribute('aria-expanded') === 'true';
  closeOpen?.();
  if (again) return Promise.resolve();
  return new Promise((done) => {
    const box = document.createElement('div');
    box.className = 'menu';
    box.setAttribute('role', 'menu');
    box.setAttribute('aria-label', options.label ?? anchor.getAttribute('aria-label') ?? anchor.textContent?.trim() ?? '');
    if ('popover' in box) box.popover = 'manual';
    const close = (refocus: boolean): void => {
      if (closeOpen !== cancel) return;
      closeOpen = null;
      removeEventListener('pointerdown', outside, true);
      removeEventListener('resize', cancel);
      removeEventListener('scroll', scrolled, true);
      box.remove();
      anchor.setAttribute('aria-expanded', 'false');
      if (refocus) anchor.focus();
      done();
    };
    const cancel = (): void => close(false);
    const outside = (e: Event): void => {
      const path = e.composedPath();
      if (!path.includes(box) && !path.includes(anchor)) cancel();
    };
    const scrolled = (e: Event): void => { if (!e.composedPath().includes(box)) cancel(); };
    render(entries.map((e) => e === '-' ? html`<hr role="separator">` : !isItem(e) ? html`<div class="cap" role="presentation">${e.caption}</div>` : html`
      <button type="button" tabindex="-1" class=${e.danger ? 'del' : ''} ?disabled=${e.disabled}
        role=${e.checked === undefined ? 'menuitem' : 'menuitemradio'} aria-checked=${e.checked === undefined ? nothing : String(e.checked)}
        @click=${() => { close(true); e.run(); }}>
        ${e.checked ? icon('check', 's') : e.icon ? icon(e.icon, 's') : html`<span></span>`}<span>${e.label}</span>${e.hint ? html`<small>${e.hint}</small>` : html`<span></span>`}
      </button>`), box);
    const items = (): HTMLButtonElement[] => [...box.querySelectorAll<HTMLButtonElement>('button:not(:disabled)')];
    let typed = '', typedAt = 0;
    box.addEventListener('keydown', (e) => {
      const all = items(), at = all.indexOf(e.target as HTMLButtonElement);
      let next: HTMLButtonElement | undefined;
      if (e.key === 'ArrowDown') next = all[(at + 1) % all.length];
      else if (e.key === 'ArrowUp') next = all[(at - 1 + all.length) % all.length];
      else if (e.key === 'Home') next = all[0];
      else if (e.key === 'End') next = all[all.length - 1];
      else if (e.key === 'Escape') { e.preventDefault(); e.stopPropagation(); close(true); return; }
      else if (e.key === 'Tab') { e.preventDefault(); close(true); return; }
      else if (e.key.length === 1 && e.key !== ' ' && !e.ctrlKey && !e.metaKey && !e.altKey) {
        typed = (e.timeStamp - typedAt < 700 ? typed : '') + e.key.toLowerCase();
        typedAt = e.timeStamp;
        next = [...all.slice(at + (typed.length === 1 ? 1 : 0)), ...all].find((b) => b.textContent?.trim().toLowerCase().startsWith(typed));
      } else { e.stopPropagation(); return; }
      e.preventDefault();
      e.stopPropagation();
      next?.focus();
    });
    layerRoot(anchor).append(box);
    if (box.popover !== undefined && 'showPopover' in box) box.showPopover();
    place(box, anchor, options.align);
    anchor.setAttribute('aria-expanded', 'true');
    closeOpen = cancel;
    addEventListener('pointerdown', outside, true);
    addEventListener('resize', cancel);
    addEventListener('scroll', scrolled, true);
    (box.querySelector<HTMLElement>('[aria-checked="true"]') ?? items()[0])?.focus();
  });
}
