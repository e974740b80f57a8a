// <tv-action-bar>: what floats over the list while selecting: how many, select all, the plugins' actions, leave.
// Emits tv-action {action}, tv-select-all, tv-leave.
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { controls } from '../../../webui/kit/controls';
import { count, plural } from '../../../webui/kit/format';
import { icon } from '../../../webui/kit/icons';
import type { Owned } from './plugins';
import type { Selection } from './selection';
import type { PluginAction } from './types';

/** Why an action cannot be pressed now; '' when it can. */
export function refusal(a: PluginAction, n: number): string {
  const min = a.min_spans || 1;
  if (n < min) return min === 1 ? 'Select a span first' : `Select at least ${plural(min, 'span')}`;
  if (a.max_spans && n > a.max_spans) return `At most ${plural(a.max_spans, 'span')}`;
  return '';
}

@customElement('tv-action-bar')
export class ActionBar extends LitElement {
  static override styles = [controls, css`
    :host { position: absolute; left: 0; right: 0; bottom: 16px; z-index: 5; display: flex; justify-content: center; pointer-events: none; padding: 0 12px; }
    .float { pointer-events: auto; display: flex; align-items: center; gap: 10px; padding: 6px 6px 6px 16px; border: 1px solid var(--_control); border-radius: var(--_radius-pill); background: var(--_surface-2); box-shadow: var(--_shadow); white-space: nowrap; animation: up .16s ease-out; max-width: 100%; }
    .float .btn { border-radius: var(--_radius-pill); } .float b { font-weight: 600; font-variant-numeric: tabular-nums; } .float .ib { border-radius: 50%; }
    .link { min-height: 24px; }
    @keyframes up { from { opacity: 0; transform: translateY(8px); } }
    @media (prefers-reduced-motion: reduce) { .float { animation: none; } }
    @media (max-width: 760px) { .float { gap: 6px; padding-inline-start: 12px; } }
  `];
  @property({ attribute: false }) selection!: Selection;
  @property({ attribute: false }) actions: Owned<PluginAction>[] = [];
  @property({ attribute: false }) busy: PluginAction | null = null;
  /** All that could be selected; null: not known. */
  @property({ attribute: false }) total: number | null = null;
  @property() what = 'matching spans selected';
  @property({ type: Number }) version = 0;

  #emit(type: string, detail: unknown = {}): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  protected override render() {
    const n = this.selection.count, all = this.selection.all !== null;
    return html`<div class="float" role="toolbar" aria-label="Selected spans">
      <span role="status">${all ? html`<b>All ${count(n)}</b> ${this.what}` : html`<b>${count(n)}</b> ${n === 1 ? 'span' : 'spans'} selected`}</span>
      ${all ? html`<button type="button" class="link" @click=${() => this.selection.clear()}>Clear</button>`
        : this.total !== null && this.total > n ? html`<button type="button" class="link" @click=${() => this.#emit('tv-select-all')}>Select all ${count(this.total)}</button>` : nothing}
      ${this.actions.map((a, i) => {
        const no = refusal(a, n);
        return html`<button type="button" class="btn ${i === 0 ? 'primary' : ''}" ?disabled=${!!no || !!this.busy} aria-keyshortcuts=${a.shortcut ?? nothing}
          title=${no || (a.shortcut ? `${a.label} (${a.shortcut})` : a.label)} @click=${() => this.#emit('tv-action', { action: a })}>
          ${this.busy === a ? html`<span class="spin"></span>` : a.icon ? icon(a.icon, 's') : nothing}${a.label}</button>`;
      })}
      <button type="button" class="ib" aria-label="Close selection" title="Close (Esc)" @click=${() => this.#emit('tv-leave')}>${icon('close', 's')}</button>
    </div>`;
  }
}
