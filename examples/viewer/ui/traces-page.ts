// <tv-traces>: the Traces page. Filter bar, the table, the pill of new traces, and the faces of having nothing.
import { LitElement, type PropertyValues, css, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { controls } from '../../../webui/kit/controls';
import { plural } from '../../../webui/kit/format';
import { icon } from '../../../webui/kit/icons';
import { failed, noMatch } from '../../../webui/kit/states';
import * as api from './api';
import type { Context } from './context';
import { type Filter, isEmpty, narrows, same } from './filter';
import './filter-bar';
import type { FilterBar } from './filter-bar';
import { firstSpans } from './first-spans';
import type { SpansArrived } from './live';
import { type Route, tracesUrl } from './router';
import { spanKey } from './rows';
import { TraceList } from './trace-list';
import './trace-table';
import type { TraceTable } from './trace-table';
import type { Info, SpanRef, Trace } from './types';

/** The newest traces open by themselves until this many rows are filled, if they are small. */
const AUTO_ROWS = 22, AUTO_SPANS = 14;

@customElement('tv-traces')
export class TracesPage extends LitElement {
  static override styles = [controls, css`
    :host { display: flex; flex-direction: column; min-width: 0; min-height: 0; flex: 1; position: relative; }
    .area { flex: 1; min-height: 0; display: flex; flex-direction: column; position: relative; }
    .pill { position: absolute; top: 36px; left: 50%; transform: translateX(-50%); z-index: 4; height: 30px; border-radius: var(--_radius-pill); box-shadow: var(--_shadow); }
    .skel { overflow: hidden; flex: 1; background: var(--_rows); }
    .ghost { display: grid; grid-template-columns: minmax(0, 1fr) 48px 32%; gap: 24px; align-items: center; height: 30px; padding: 0 16px; border-bottom: 1px solid color-mix(in srgb, var(--_border) 55%, transparent); } .ghost.top { height: 36px; background: var(--_surface-2); } .ghost .sk { height: 8px; }
    .env { display: flex; align-items: center; gap: 8px; max-width: 100%; padding: 4px 4px 4px 12px; border: 1px solid var(--_border); border-radius: var(--_radius-sm); background: var(--_surface); text-align: start; margin: 6px 0; } .env code { overflow-wrap: anywhere; }
    .first p.hint { max-width: 440px; }
    .ib.copy .done { display: none; } .ib.copy[data-done='yes'] .i { display: none; } .ib.copy[data-done='yes'] .done { display: block; color: var(--_ok); }
  `];
  @property({ attribute: false }) ctx!: Context;
  @property({ attribute: false }) route!: Route & { page: 'traces' };
  @property({ attribute: false }) info: Info | null = null;
  @property({ type: Boolean }) active = false;
  @state() private version = 0;
  @state() private pinned: Trace | null = null;
  @state() private lost = '';
  @query('tv-trace-table') private table?: TraceTable;
  @query('tv-filter-bar') private bar!: FilterBar;
  readonly list = new TraceList();
  #filter: Filter | null = null;
  #open = new Map<string, boolean>();
  #all: boolean | null = null;
  #auto = new Set<string>();
  #autoFor: Trace[] | null = null;
  #reveal = '';
  #at = '';

  override connectedCallback(): void {
    super.connectedCallback();
    this.list.addEventListener('change', this.#changed);
    this.ctx.live.addEventListener('spans', this.#arrived);
    this.ctx.live.addEventListener('recovered', this.#recovered);
    this.ctx.selection.addEventListener('change', this.#again);
    this.ctx.spans.addEventListener('change', this.#again);
  }
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.list.removeEventListener('change', this.#changed);
    this.ctx.live.removeEventListener('spans', this.#arrived);
    this.ctx.live.removeEventListener('recovered', this.#recovered);
    this.ctx.selection.removeEventListener('change', this.#again);
    this.ctx.spans.removeEventListener('change', this.#again);
  }
  #again = (): void => this.requestUpdate();
  #changed = (): void => { this.requestUpdate(); this.dispatchEvent(new CustomEvent('tv-listed', { bubbles: true, composed: true })); };

  // ---- for the app ----------------------------------------------------------------------------------------------

  focusSearch(): void { this.bar.focusSearch(); }
  focusList(): void { this.table?.focus(); }
  beside(ref: SpanRef, step: 1 | -1): SpanRef | null { return this.table?.beside(ref, step) ?? null; }
  urlOf(ref: SpanRef | null): string { return tracesUrl(this.route.filter, ref ?? undefined); }
  /** How many spans "Select all" means here, and the filter that says so. */
  get allOf(): { filter: Filter; total: number } | null {
    return this.list.spans === null ? null : { filter: this.route.filter, total: this.list.spans };
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!this.active) return;
    const f = this.route.filter;
    if (this.ctx.spans.setFilter(f)) this.version++;
    if (!this.#filter || !same(f, this.#filter)) {
      this.#filter = f;
      this.#open.clear();
      this.#all = null;
      this.#auto = new Set();
      this.#autoFor = null;
      void this.list.load(f);
    }
    if (this.list.state === 'ready' && !this.#autoFor) this.#openSome(this.list.traces);
    const { trace_id, span_id } = this.route;
    const at = `${trace_id ?? ''}:${span_id ?? ''}`;
    if (changed.has('route') && at !== this.#at) {
      this.#at = at;
      this.#reveal = trace_id ? (span_id ? spanKey({ trace_id, span_id }) : trace_id) : '';
    }
    if (trace_id && this.#reveal && !this.#isOpen({ trace_id } as Trace)) {
      this.#open.set(trace_id, true);
      this.version++;
    }
  }

  protected override updated(): void {
    if (!this.active || !this.#reveal || this.list.state !== 'ready') return;
    const id = this.route.trace_id!;
    if (!this.#shown().some((t) => t.trace_id === id)) { void this.#pin(id); return; }
    const want = this.#reveal;
    void this.table?.updateComplete.then(() => {
      if (want === this.#reveal && this.table?.reveal(want)) this.#reveal = '';
      else this.ctx.spans.want(id);
    });
  }

  /** A trace that was linked to and is not among the loaded ones stands on top. */
  async #pin(id: string): Promise<void> {
    if (this.lost === id || this.pinned?.trace_id === id) return;
    this.lost = id;
    try {
      const t = await api.trace(id);
      this.ctx.spans.put(t);
      const { spans: _s, ...trace } = t;
      this.pinned = trace;
      this.lost = '';
    } catch (e) {
      this.#reveal = '';
      if (!this.route.span_id) {
        this.dispatchEvent(new CustomEvent('tv-refuse', { detail: { text: e instanceof api.ApiError && e.status === 404
          ? 'That trace is not here. It may have been removed.' : `The trace did not load: ${(e as Error).message}` }, bubbles: true, composed: true }));
      }
    }
  }

  #shown(): Trace[] {
    const p = this.pinned, l = this.list.traces;
    return p && this.route.trace_id === p.trace_id && !l.some((t) => t.trace_id === p.trace_id) ? [p, ...l] : l;
  }

  #openSome(traces: Trace[]): void {
    this.#autoFor = traces;
    let rows = 0;
    for (const t of traces) {
      if (rows >= AUTO_ROWS) break;
      rows++;
      if (t.span_count <= AUTO_SPANS) { this.#auto.add(t.trace_id); rows += t.span_count; }
    }
  }

  #isOpen = (t: Trace): boolean => this.#open.get(t.trace_id) ?? this.#all ?? this.#auto.has(t.trace_id);

  #toggle(e: CustomEvent<{ trace_id: string; open: boolean }>): void {
    this.#open.set(e.detail.trace_id, e.detail.open);
    if (e.detail.open) this.ctx.spans.want(e.detail.trace_id);
    this.version++;
  }
  #toggleAll = (): void => {
    this.#all = !this.#anyOpen();
    this.#open.clear();
    this.version++;
  };
  #anyOpen(): boolean { return this.list.traces.some(this.#isOpen); }

  #arrived = (e: Event): void => {
    const { trace_ids } = (e as CustomEvent<SpansArrived>).detail;
    void this.ctx.spans.refresh(trace_ids).then(() => {
      const known = trace_ids.map((id) => this.ctx.spans.get(id)?.trace).filter((t): t is Trace => !!t);
      if (known.length) this.list.update(known);
    });
    void this.list.arrived(() => this.active && (this.table?.atTop ?? true));
  };
  #recovered = (): void => { if (this.list.state === 'error') void this.list.reload(); else void this.list.arrived(() => this.table?.atTop ?? true); };

  protected override render() {
    const l = this.list, sel = this.ctx.selection;
    return html`<h1 class="sr">Traces</h1><tv-filter-bar .filter=${this.route.filter} ?selecting=${sel.active} ?idle=${l.state === 'ready' && l.traces.length === 0}></tv-filter-bar>
      <div class="area" aria-busy=${String(l.state === 'loading')}>${this.#body()}</div>`;
  }

  #body() {
    const l = this.list, sel = this.ctx.selection;
    const shown = this.#shown();
    if (l.state === 'error') {
      return failed('The traces did not load', l.error?.message ?? '', () => void l.reload(),
        !isEmpty(this.route.filter) && l.error instanceof api.ApiError && l.error.status === 400 ? { label: 'Clear the Filter', run: () => this.#clear() } : undefined);
    }
    if ((l.state === 'idle' || l.state === 'loading') && shown.length === 0) {
      return html`<div class="skel"><span class="sr" role="status">Loading traces</span>${Array.from({ length: 26 }, (_, n) => html`<div class="ghost ${n % 5 ? '' : 'top'}" aria-hidden="true"><div class="sk" .style=${`width:${[34, 22, 41, 28, 36, 25, 31][n % 7]}%;margin-inline-start:${n % 5 ? 24 : 0}px`}></div><div class="sk"></div><div class="sk" .style=${`width:${[92, 40, 64, 28, 76][n % 5]}%`}></div></div>`)}</div>`;
    }
    if (shown.length === 0) {
      return isEmpty(this.route.filter) ? firstSpans(this.info?.otlp)
        : noMatch('No trace has a span that fits the search and filters.', { label: 'Clear the Filter', run: () => this.#clear() });
    }
    const n = l.waiting.length;
    return html`${n ? html`<button type="button" class="btn primary pill" @click=${() => { l.takeIn(); this.table?.toTop(); }}>${icon('arrow-up', 's')}${l.manyWaiting ? `${n}+ new traces` : plural(n, 'new trace')}</button>` : nothing}
      <tv-trace-table .traces=${shown} .spans=${this.ctx.spans} .selection=${this.ctx.selection} .marks=${this.ctx.marks}
        .opened=${this.route.trace_id && this.route.span_id ? { trace_id: this.route.trace_id, span_id: this.route.span_id } : null}
        .isOpen=${this.#isOpen} .version=${this.version} ?more=${l.next !== null} .moreError=${l.moreError} ?narrowed=${narrows(this.route.filter)} ?listed=${sel.all?.from !== undefined && same(sel.all.from, this.route.filter)} .fresh=${l.fresh}
        ?anyOpen=${this.#anyOpen()} @tv-toggle=${this.#toggle} @tv-toggle-all=${this.#toggleAll} @tv-more=${() => void l.more()}></tv-trace-table>
      <span class="sr" role="status">${l.state === 'ready' && l.total !== null ? plural(l.total, 'trace') : ''}</span>`;
  }

  #clear(): void { this.ctx.router.go(tracesUrl({})); }
}
