// <spanset-footer>: below a span's details, the datasets that hold it and a way into another one. 76 px high from the
// start, so that nothing jumps when the answer arrives.
//
// spanMarks(refs) tells a host's list of spans how many datasets hold each; one request for at most 1,000 spans.
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { openModal } from '../kit/dialog.js';
import { define, TvpElement, type SpanRef } from '../kit/element.js';
import { plural } from '../kit/format.js';
import { icon } from '../kit/icons.js';
import { place } from '../kit/menu.js';
import { api, connection, isAbort, sentence, type Membership } from './api.js';
import { subscribe } from './events.js';

const SHOWN = 3;
const recordUrl = (d: Membership['datasets'][number]): string => `/datasets/${encodeURIComponent(d.id)}?record=${encodeURIComponent(d.record_id)}`;

export interface SpanMark extends SpanRef { text: string; title: string; href: string }

export async function spanMarks(refs: SpanRef[]): Promise<SpanMark[]> {
  if (refs.length === 0) return [];
  const { memberships } = await api.memberships(refs.slice(0, 1000).map(({ trace_id, span_id }) => ({ trace_id, span_id })));
  return memberships.filter((m) => m.datasets.length > 0).map((m) => ({
    trace_id: m.trace_id, span_id: m.span_id, text: String(m.datasets.length),
    title: `In ${plural(m.datasets.length, 'dataset')}: ${m.datasets.map((d) => d.name).join(', ')}`, href: recordUrl(m.datasets[0]!),
  }));
}

export class SpansetFooter extends TvpElement {
  static override styles = [TvpElement.styles, css`
    :host { min-height: 76px; container: foot / inline-size; }
    .widget { padding: 8px 16px; display: grid; gap: 8px; grid-template-columns: minmax(0, 1fr); }
    .top { display: flex; align-items: center; gap: 8px; height: 28px; }
    .bd { display: flex; gap: 6px; align-items: center; min-width: 0; min-height: 24px; }
    .member { display: flex; align-items: center; height: 24px; padding: 0 9px; border: 1px solid var(--_accent-line); border-radius: var(--_radius-pill); background: var(--_accent-soft); font-size: var(--_text-sm); font-weight: 500; min-width: 44px; flex: 1 1 0; max-width: max-content; }
    .member > span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    a.member:hover { border-color: var(--_accent); }
    .member.more { background: var(--_surface-3); border-color: var(--_border); color: var(--_fg); flex: none; max-width: none; }
    .tip { position: fixed; inset: auto; margin: 0; z-index: 1000; display: none; width: max-content; max-width: min(320px, calc(100vw - 16px)); max-height: 260px; overflow: auto; padding: 6px 10px; border: 1px solid var(--_control); border-radius: var(--_radius); background: var(--_surface-2); color: var(--_fg); box-shadow: var(--_shadow); font-size: var(--_text-sm); line-height: 20px; }
    .tip.open { display: block; }
    dialog { width: 620px; }
  `];

  @property({ attribute: false }) span: SpanRef | null = null;
  @state() private datasets: Membership['datasets'] | null = null;
  @state() private problem = '';
  @state() private tip = false;
  @state() private adding = false;
  private calls: AbortController | null = null;
  private timer = 0;
  private unsubscribe: (() => void) | null = null;
  private readonly back = (): void => void this.read();

  override connectedCallback(): void {
    super.connectedCallback();
    this.unsubscribe = subscribe((e) => {
      if (e.type === 'operation') return; // progress
      this.timer ||= window.setTimeout(() => { this.timer = 0; void this.read(); }, 250);
    });
    connection.addEventListener('back', this.back);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unsubscribe?.();
    connection.removeEventListener('back', this.back);
    clearTimeout(this.timer);
    this.timer = 0;
    this.calls?.abort();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has('span')) {
      const before = changed.get('span') as SpanRef | null | undefined;
      if (before?.span_id !== this.span?.span_id || before?.trace_id !== this.span?.trace_id) {
        this.datasets = null;
        this.tip = false;
        void this.read();
      }
    }
  }

  private async read(): Promise<void> {
    const span = this.span;
    if (!span) return;
    this.calls?.abort();
    const calls = (this.calls = new AbortController());
    try {
      const { memberships } = await api.memberships([{ trace_id: span.trace_id, span_id: span.span_id }], calls.signal);
      const before = this.datasets?.map((d) => d.id).join();
      this.datasets = memberships[0]?.datasets ?? [];
      // Somebody else's doing: the marks of this span in the host's lists are out of date too.
      if (before !== undefined && before !== this.datasets.map((d) => d.id).join()) this.emit('tvp:changed', { spans: [span] });
      this.problem = '';
    } catch (e) {
      if (!isAbort(e)) this.problem = sentence(e);
    }
  }

  private async openAdd(): Promise<void> {
    await import('./add.js');
    this.adding = true;
    await this.updateComplete;
    const dialog = this.renderRoot.querySelector('dialog')!;
    dialog.addEventListener('close', () => { this.adding = false; }, { once: true });
    openModal(dialog);
  }

  private closeAdd(e: Event): void {
    e.stopPropagation();
    this.renderRoot.querySelector('dialog')?.close();
    void this.read();
  }

  protected override updated(): void {
    const tip = this.renderRoot.querySelector<HTMLElement>('.tip');
    if (!tip) return;
    const popover = 'showPopover' in tip;
    if (this.tip) {
      if (popover && !tip.matches(':popover-open')) tip.showPopover();
      place(tip, this.renderRoot.querySelector('.top')!, 'end'); // above all of it: the button beside the badges stays free
    } else if (popover && tip.matches(':popover-open')) tip.hidePopover();
  }

  private badge(d: Membership['datasets'][number]): TemplateResult {
    const url = recordUrl(d);
    return html`<a class="member" href=${(this.host.link ?? '') + url} title=${d.name} @click=${(e: MouseEvent) => {
      if (e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
      e.preventDefault();
      this.emit('tvp:navigate', { url });
    }}><span>${d.name}</span></a>`;
  }

  protected override render(): unknown {
    const list = this.datasets, more = list ? list.slice(SHOWN) : [];
    const show = (on: boolean) => (): void => { this.tip = on; };
    return html`<div class="widget"><div class="top"><span class="eyebrow">${!list ? 'Datasets' : list.length === 0 ? 'Datasets' : `In ${plural(list.length, 'dataset')}`}</span><span class="grow"></span>
        <button type="button" class="btn sm" ?disabled=${!this.span} @click=${this.openAdd}>${icon('plus', 's')}Add to Dataset</button></div>
      <div class="bd">${this.problem && !list ? html`<span class="bad-text">${icon('error', 's')}${this.problem}</span>`
        : !list ? html`<span class="sk" .style=${'width:120px'} role="status" aria-label="Loading"></span>`
        : list.length === 0 ? html`<span class="muted">Not in a dataset yet</span>` : list.slice(0, SHOWN).map((d) => this.badge(d))}
        ${more.length > 0 ? html`<button type="button" class="member more" aria-describedby="tip" @pointerenter=${show(true)} @pointerleave=${show(false)} @focus=${show(true)} @blur=${show(false)} @click=${show(true)}
            @keydown=${(e: KeyboardEvent) => { if (e.key === 'Escape' && this.tip) { e.stopPropagation(); e.preventDefault(); this.tip = false; } }}>+${more.length} more</button>
          <div class="tip ${this.tip ? 'open' : ''}" id="tip" role="tooltip" popover="manual">${list!.map((d) => html`<div>${d.name}</div>`)}</div>` : nothing}</div></div>
      ${this.adding ? html`<dialog aria-label="Add to Dataset" @tvp:close=${this.closeAdd}><spanset-add .host=${this.host} .span=${this.span}></spanset-add></dialog>` : nothing}`;
  }
}
define('spanset-footer', SpansetFooter);
declare global { interface HTMLElementTagNameMap { 'spanset-footer': SpansetFooter } }
