// Toasts of a host: short messages at the lower edge, spoken politely, with details on demand and one action.
//
// They stay for 6 s (12 s with an action, until closed when they are errors or opened), longer under the pointer or with
// the focus inside. At most four are shown; the oldest goes.
import { css, html, nothing, render, type TemplateResult } from 'lit';
import { emit, type ToastDetail } from './element.js';
import { icon } from './icons.js';

export const toastCss = css`
  .toasts { position: fixed; inset: auto 16px 48px auto; margin: 0; padding: 0; border: 0; background: none; overflow: visible; z-index: 1100; display: grid; gap: 8px; width: 412px; max-width: calc(100vw - 32px); font: 400 var(--_text-md)/1.5 var(--_font); color: var(--_fg); }
  .toasts:empty { display: none; }
  .toast { display: grid; grid-template-columns: 16px minmax(0, 1fr) auto 28px; gap: 4px 10px; align-items: center; min-height: 44px; padding: 6px 8px 6px 12px; border: 1px solid var(--_control); border-radius: var(--_radius); background: var(--_surface-2); box-shadow: var(--_shadow); line-height: 18px; overflow-wrap: anywhere; }
  .toast > .ok { color: var(--_ok); } .toast > .er { color: var(--_err); } .toast > .wa { color: var(--_warn); } .toast > .in { color: var(--_muted); }
  .toast ul { grid-column: 2 / -1; max-height: 160px; overflow: auto; padding: 2px 0 6px; color: var(--_muted); font-size: var(--_text-sm); display: grid; gap: 4px; }
  .toast .link { font-size: var(--_text-sm); min-height: 24px; }
`;

interface Shown extends ToastDetail { id: number; open: boolean; busy: boolean; due: number }

const FACES = { info: ['info', 'in'], success: ['check', 'ok'], warning: ['warning', 'wa'], error: ['error', 'er'] } as const;

export class Toasts {
  private list: Shown[] = [];
  private readonly box: HTMLElement;
  private next = 1;
  private timer = 0;
  private held = false;

  /** Draws into root, whose styles must hold tokens, controls and toastCss. */
  constructor(root: ShadowRoot) {
    this.box = document.createElement('div');
    this.box.className = 'toasts';
    this.box.setAttribute('role', 'status');
    this.box.setAttribute('aria-label', 'Notifications');
    if ('popover' in this.box) this.box.popover = 'manual';
    for (const type of ['pointerenter', 'focusin']) this.box.addEventListener(type, () => { this.held = true; });
    for (const type of ['pointerleave', 'focusout']) this.box.addEventListener(type, () => { this.held = false; });
    root.append(this.box);
  }

  show(detail: ToastDetail): void {
    const stay = detail.level === 'error' ? Infinity : detail.action || detail.details?.length ? 12_000 : 6_000;
    this.list = [...this.list, { ...detail, id: this.next++, open: false, busy: false, due: Date.now() + stay }].slice(-4);
    this.draw();
    // On top of a dialog that was opened since.
    if (this.box.popover && 'showPopover' in this.box) {
      if (this.box.matches(':popover-open')) this.box.hidePopover();
      this.box.showPopover();
    }
    if (!this.timer) this.timer = window.setInterval(() => this.tick(), 500);
  }

  private tick(): void {
    if (this.held) for (const t of this.list) t.due = Math.max(t.due, Date.now() + 2000);
    const left = this.list.filter((t) => t.open || t.busy || t.due > Date.now());
    if (left.length !== this.list.length) { this.list = left; this.draw(); }
    if (this.list.length === 0) { clearInterval(this.timer); this.timer = 0; }
  }

  private close(t: Shown): void {
    this.list = this.list.filter((o) => o !== t);
    this.held = false;
    this.draw();
  }

  private async act(t: Shown): Promise<void> {
    if (!t.action || t.busy) return;
    t.busy = true;
    this.draw();
    let problem = '';
    try {
      const reply = await fetch(t.action.url, {
        method: t.action.method ?? 'POST', headers: { 'X-Tvp': '1', 'Content-Type': 'application/json' }, body: '{}' });
      if (!reply.ok) {
        const body = (await reply.json().catch(() => null)) as { detail?: string; title?: string } | null;
        problem = body?.detail ?? body?.title ?? `The server answered ${reply.status}.`;
      }
    } catch {
      problem = 'The server is not answering. Try again.';
    }
    t.busy = false;
    if (problem) this.show({ text: problem, level: 'error' });
    if (problem) this.draw();
    else {
      this.close(t);
      this.show({ text: t.action.label === 'Undo' ? 'Undone' : 'Done', level: 'success' });
      emit(this.box, 'tvp:changed', { spans: [] });
    }
  }

  private draw(): void {
    render(this.list.map((t) => this.toast(t)), this.box);
  }

  private toast(t: Shown): TemplateResult {
    const [name, cls] = FACES[t.level ?? 'info'] ?? FACES.info;
    return html`<div class="toast" role=${t.level === 'error' ? 'alert' : nothing}>${icon(name, cls)}
      <div>${t.text}${t.details?.length ? html` <button type="button" class="link" aria-expanded=${String(t.open)}
        @click=${() => { t.open = !t.open; this.draw(); }}>${t.open ? 'Hide reasons' : 'Show reasons'}</button>` : nothing}</div>
      ${t.action ? html`<button type="button" class="btn sm" ?disabled=${t.busy} @click=${() => void this.act(t)}>${t.busy ? html`<span class="spin"></span>` : nothing}${t.action.label}</button>` : html`<span></span>`}
      <button type="button" class="ib" aria-label="Dismiss" @click=${() => this.close(t)}>${icon('close', 's')}</button>
      ${t.open ? html`<ul tabindex="0" aria-label="Reasons">${t.details?.map((d) => html`<li>${d}</li>`)}</ul>` : nothing}
    </div>`;
  }
}
