// <tv-info>: the info button and its popover: how to point an SDK here, what is stored, which plugins are loaded.
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { controls } from '../../../webui/kit/controls';
import { bytes, count, full } from '../../../webui/kit/format';
import { icon } from '../../../webui/kit/icons';
import { place } from '../../../webui/kit/menu';
import * as api from './api';
import { endpoint, envLine } from './first-spans';
import type { Info, Plugin } from './types';

@customElement('tv-info')
export class InfoPopover extends LitElement {
  static override styles = [controls, css`
    :host { display: inline-flex; }
    .pop { position: fixed; inset: auto; margin: 0; width: 484px; max-width: calc(100vw - 16px); padding: 14px 16px 12px; border: 1px solid var(--_control); border-radius: var(--_radius); background: var(--_surface-2); color: var(--_fg); box-shadow: var(--_shadow); overflow: auto; }
    h2 { font-size: var(--_text-lg); line-height: 20px; font-weight: 600; } h3 { margin: 12px 0 4px; }
    p { color: var(--_muted); line-height: 18px; }
    .env { display: flex; align-items: center; gap: 8px; padding: 3px 3px 3px 10px; border: 1px solid var(--_border); border-radius: var(--_radius-sm); background: var(--_surface); margin: 8px 0; } .env code { overflow-wrap: anywhere; flex: 1; }
    dl { display: grid; grid-template-columns: 92px minmax(0, 1fr); gap: 2px 10px; font-size: var(--_text-sm); line-height: 18px; } dt { color: var(--_muted); } dd { overflow-wrap: anywhere; }
    .bad { color: var(--_err); }
    .ib.copy .done { display: none; } .ib.copy[data-done='yes'] .i { display: none; } .ib.copy[data-done='yes'] .done { display: block; color: var(--_ok); }
  `];
  @property({ attribute: false }) info: Info | null = null;
  @property({ attribute: false }) plugins: Plugin[] = [];
  @state() private fresh: Info | null = null;
  @query('.pop') private pop!: HTMLElement;

  #open = async (e: Event): Promise<void> => {
    const at = e.currentTarget as HTMLElement;
    if (this.pop.matches(':popover-open')) { this.pop.hidePopover(); return; }
    this.pop.showPopover();
    place(this.pop, at, 'end');
    this.fresh = await api.info().catch(() => null);
  };

  // Esc closes this layer and no other.
  #key = (e: KeyboardEvent): void => {
    if (e.key !== 'Escape' || !this.pop.matches(':popover-open')) return;
    e.stopPropagation();
    this.pop.hidePopover();
  };

  protected override render() {
    const i = this.fresh ?? this.info;
    const to = endpoint(i?.otlp);
    return html`<button type="button" class="ib" aria-label="About this viewer" title="About, and how to send spans" aria-haspopup="dialog" @click=${this.#open} @keydown=${this.#key}>${icon('info')}</button>
      <div class="pop" popover="auto" role="dialog" aria-label="About this viewer" @keydown=${this.#key}>
        <h2>Send spans here</h2>
        ${envLine(i?.otlp)}
        <p>Any OpenTelemetry SDK, OTLP over HTTP: <span class="mono">${to}/v1/traces</span> and <span class="mono">/v1/logs</span>, protobuf or JSON.</p>
        ${i ? html`<h3 class="eyebrow">Stored here</h3><dl><dt>Spans</dt><dd>${count(i.spans)} in ${count(i.traces)} traces${i.bytes ? `, ${bytes(i.bytes)}` : ''}</dd>
          ${i.oldest ? html`<dt>From</dt><dd>${full(i.oldest)}</dd>` : nothing}${i.newest ? html`<dt>To</dt><dd>${full(i.newest)}</dd>` : nothing}
          <dt>Kept</dt><dd>${[i.keep_days ? `${i.keep_days} days` : '', i.max_spans ? `at most ${count(i.max_spans)} spans` : ''].filter(Boolean).join(', ') || 'without limit'}</dd>
          <dt>Version</dt><dd>${i.name} ${i.version}</dd></dl>` : nothing}
        ${this.plugins.length ? html`<h3 class="eyebrow">Plugins</h3><dl>${this.plugins.map((p) => html`<dt>${p.name}</dt><dd>${p.version}${p.healthy ? nothing : html` <span class="bad">not answering</span>`}</dd>`)}</dl>` : nothing}
        <p class="hint"><kbd>?</kbd> shows the keys.</p>
      </div>`;
  }
}
