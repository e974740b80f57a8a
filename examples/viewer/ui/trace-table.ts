// <tv-trace-table>: traces with their span trees, the same in Traces and Threads.
//
// A treegrid with one tab stop: arrows move the active row (aria-activedescendant), Right and Left open and close a
// trace, Enter opens a span, Space selects, Home, End and the page keys travel. The mouse does the same with check
// boxes and clicks. Rows are windowed (virtual-list.ts).
//
// (`.style=` sets the CSSOM, which the CSP allows; a style attribute it would refuse.)
//
// In: traces, spans (the store), selection, marks, opened (the span in the detail panel). Out: tv-open {ref}, tv-more
// when the end comes near, tv-toggle {trace_id, open}, tv-refuse {text} for what cannot be done.
import { LitElement, type PropertyValues, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import { controls } from '../../../webui/kit/controls';
import { icon } from '../../../webui/kit/icons';
import { clock, compact, cost, dayName, duration, full, plural, tokens } from '../../../webui/kit/format';
import { fits, kindLabel } from './filter';
import type { Marks } from './plugins';
import { type Row, flatten, heightOf, kindLook, spanKey, wordsOf } from './rows';
import type { Selection, Tri } from './selection';
import type { SpanStore } from './span-store';
import { titleOf } from './span-tree';
import { tableStyles } from './trace-table.styles';
import type { Span, SpanRef, Trace } from './types';
import { sameRef } from './types';
import { VirtualList } from './virtual-list';

const HEAD_H = 28;
/** What SDKs say when nobody has named the service carries the path of the program. */
const serviceName = (s: string): string => s.replace(/^(unknown_service:).*[/\\]/, '$1');
const pct = (n: number): string => `${(n * 100).toFixed(2)}%`;

@customElement('tv-trace-table')
export class TraceTable extends LitElement {
  static override styles = [controls, tableStyles];

  @property({ attribute: false }) traces: Trace[] = [];
  @property({ attribute: false }) spans!: SpanStore;
  @property({ attribute: false }) selection!: Selection;
  @property({ attribute: false }) marks!: Marks;
  @property({ attribute: false }) opened: SpanRef | null = null;
  /** Traces that are open (owned by the page, which may open some by itself). */
  @property({ attribute: false }) isOpen: (t: Trace) => boolean = () => false;
  /** Bumped by the page when isOpen answers differently. */
  @property({ type: Number }) version = 0;
  @property({ type: Boolean }) more = false;
  @property({ attribute: false }) moreError: string | null = null;
  @property() label = 'Traces';
  /** Filters dim what does not match. */
  @property({ type: Boolean }) narrowed = false;
  /** The list has the filter that "select all" was said under. */
  @property({ type: Boolean }) listed = false;
  /** Trace ids that came in while the page was open: they light up once. */
  @property({ attribute: false }) fresh: ReadonlySet<string> = new Set();
  @property({ type: Boolean }) anyOpen = false;
  @state() private active = '';

  #list = new VirtualList<Row>(this, {
    scroller: () => this.renderRoot.querySelector('.tl'),
    height: heightOf, key: (r) => r.key, inset: HEAD_H,
    moved: (a, b) => this.#inSight(a, b),
  });
  #from = ''; // where a shift-click range begins
  #off: (() => void)[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    const again = (): void => this.requestUpdate();
    const on = (t: EventTarget, type: string, fn: (e: Event) => void): void => {
      t.addEventListener(type, fn);
      this.#off.push(() => t.removeEventListener(type, fn));
    };
    on(this.selection, 'change', again);
    on(this.marks, 'change', again);
    on(this.marks, 'stale', () => this.#inSight(this.#list.first, this.#list.last));
    on(this.spans, 'change', (e) => {
      for (const id of (e as CustomEvent<string[]>).detail) {
        const s = this.spans.get(id);
        if (s?.state === 'ready') this.selection.learned(id, s.spans.map((x) => x.span_id));
      }
      this.version++;
    });
  }
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const f of this.#off.splice(0)) f();
  }

  // ---- for the page ---------------------------------------------------------------------------------------------

  get atTop(): boolean { return this.#list.atTop; }
  toTop(): void { this.#list.toTop(); }
  override focus(): void { this.renderRoot.querySelector<HTMLElement>('.tl')?.focus(); }
  /** Makes a row the active one and brings it into sight; false when it is not in the list (yet). */
  reveal(key: string): boolean {
    const i = this.#list.indexOf(key);
    if (i < 0) return false;
    this.active = key;
    this.#list.reveal(i, true);
    return true;
  }
  /** The span row before or after one, over the borders of open traces. */
  beside(ref: SpanRef, step: 1 | -1): SpanRef | null {
    const rows = this.#list.rows;
    for (let i = this.#list.indexOf(spanKey(ref)) + step; i >= 0 && i < rows.length; i += step) {
      const r = rows[i]!;
      if (r.type === 'span') return r.row.span;
    }
    return null;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (['traces', 'isOpen', 'version', 'more'].some((k) => changed.has(k))) {
      const was = this.#list.indexOf(this.active);
      this.#list.set(flatten(this.traces, this.isOpen, this.spans, this.more));
      const { rows } = this.#list;
      // The active row has gone: its trace has closed, or else what now stands in its place takes over.
      if (was >= 0 && this.#list.indexOf(this.active) < 0 && rows.length) {
        const trace = this.active.split(/[:?!]/, 1)[0]!;
        this.active = this.#list.indexOf(trace) >= 0 ? trace : rows[Math.min(was, rows.length - 1)]!.key;
      }
    }
  }

  protected override updated(changed: PropertyValues): void {
    // Who shows "previous" and "next" asks again.
    if (!['traces', 'isOpen', 'version', 'more'].some((k) => changed.has(k))) return;
    this.#emit('tv-listed', {});
    this.#inSight(this.#list.first, this.#list.last);
  }

  #inSight(first: number, last: number): void {
    const refs: SpanRef[] = [], traces = new Set<Trace>();
    for (let i = first; i < last; i++) {
      const r = this.#list.rows[i];
      if (!r) continue;
      if (r.type === 'span') refs.push(r.row.span);
      if (r.type === 'span' || r.type === 'wait') traces.add(r.trace);
    }
    for (const t of traces) this.spans.want(t.trace_id, t.matched !== undefined && t.matched >= t.span_count);
    if (refs.length) this.marks.want(refs);
    if (this.more && !this.moreError && last >= this.#list.rows.length - 12) this.#emit('tv-more', {});
  }

  #emit(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  // ---- rendering ------------------------------------------------------------------------------------------------

  protected override render() {
    const l = this.#list, selecting = this.selection.active;
    const shown = l.rows.slice(l.first, l.last);
    const at = l.indexOf(this.active);
    return html`<div class="tl ${this.#costs() ? '' : 'nocost'}" role="treegrid" aria-label=${this.label} tabindex="0"
        aria-multiselectable=${selecting ? 'true' : 'false'} aria-rowcount=${this.more ? -1 : l.rows.length + 1}
        aria-activedescendant=${at >= l.first && at < l.last ? `r-${at}` : nothing}
        @keydown=${this.#key} @focus=${this.#focused}>
      <div class="g th" role="row" aria-rowindex="1">
        <div role="columnheader" class="c-name">${selecting ? this.#headBox() : nothing}<span>Trace, span</span>
          <button type="button" class="ib sm" aria-label=${this.anyOpen ? 'Close all traces' : 'Open all traces'} title=${this.anyOpen ? 'Close all traces' : 'Open all traces'}
            @click=${() => this.#emit('tv-toggle-all', {})}>${icon(this.anyOpen ? 'collapse' : 'expand', 'xs')}</button></div>
        <div role="columnheader" class="end t-tok">Tokens</div>
        <div role="columnheader" class="end t-cost">Cost</div>
        <div role="columnheader" class="end">Time</div>
        <div role="columnheader" class="c-line">Timeline</div>
      </div>
      <div class="sizer" role="presentation" .style=${`--vl-total:${l.total}px`}>
        <div class="window" role="presentation">
          ${repeat(shown, (r) => r.key, (r, i) => this.#row(r, l.first + i))}
        </div>
      </div>
    </div>`;
  }

  /** A column of nothing is left out: many sources report no cost. */
  #costs(): boolean { return this.traces.some((t) => t.cost !== undefined); }

  #row(r: Row, i: number) {
    switch (r.type) {
      case 'trace': return this.#traceRow(r, i);
      case 'span': return this.#spanRow(r, i);
      case 'wait': return html`<div class="g span wait" id="r-${i}" .style=${`--y:${this.#list.y(i)}px`} role="row" aria-rowindex=${i + 2} aria-level="2">
        <div class="n" role="gridcell"><span class="ind" .style=${'--lv:1'}></span><span class="sk"></span><span class="sr">Loading spans</span></div></div>`;
      case 'fail': return html`<div class="g span" id="r-${i}" .style=${`--y:${this.#list.y(i)}px`} role="row" aria-rowindex=${i + 2} aria-level="2">
        <div class="n" role="gridcell"><span class="ind" .style=${'--lv:1'}></span>${icon('warning', 's warn')}
          <span class="ell">${r.error}</span>
          <button class="link" tabindex="-1" @click=${() => this.spans.retry(r.trace.trace_id)}>Retry</button></div></div>`;
      case 'more': return html`<div class="morerow" id="r-${i}" .style=${`--y:${this.#list.y(i)}px`} role="row" aria-rowindex=${i + 2}><div role="gridcell">
        ${this.moreError
          ? html`${icon('warning', 's warn')} ${this.moreError} <button class="link" @click=${() => this.#emit('tv-more', {})}>Retry</button>`
          : html`<span class="spin"></span>Loading more`}</div></div>`;
    }
  }

  #traceRow(r: Row & { type: 'trace' }, i: number) {
    const t = r.trace, have = this.spans.get(t.trace_id);
    const tri = this.#triOf(t);
    const total = (t.input_tokens ?? 0) + (t.output_tokens ?? 0);
    const known = t.input_tokens !== undefined || t.output_tokens !== undefined;
    const part = this.narrowed && t.matched !== undefined && t.matched < t.span_count;
    const today = dayName(t.start) === 'Today';
    return html`<div class="g trace ${this.active === r.key ? 'active' : ''} ${this.fresh.has(t.trace_id) ? 'fresh' : ''}"
        id="r-${i}" .style=${`--y:${this.#list.y(i)}px`} role="row" aria-level="1" aria-rowindex=${i + 2} aria-expanded=${r.open ? 'true' : 'false'}
        aria-selected=${this.selection.active ? String(tri === 'all') : nothing} data-trace=${t.trace_id}
        @click=${(e: MouseEvent) => this.#clicked(e, r)}>
      <div class="n" role="gridcell">
        ${this.selection.active ? this.#box(`Select all ${plural(t.span_count, 'span')} of ${t.name}`, tri, r) : nothing}
        <span class="twist" aria-hidden="true">${icon(r.open ? 'chevron-down' : 'chevron-right', 'xs')}</span>
        <b class="ell name" title=${t.service ? `${t.name} · ${t.service}` : t.name}>${t.name || 'trace'}</b>
        <span class="mono id" title=${t.trace_id}>${t.trace_id.slice(0, 4)}…</span>
        <span class="t-at" title=${full(t.start)}>${today ? clock(t.start, true) : `${dayName(t.start)} ${clock(t.start)}`}</span>
        ${t.preview_input ? html`<span class="ell text" dir="auto" title=${t.preview_input}>${wordsOf(t.preview_input)}</span>`
          : html`<span class="ell svc grow" title=${t.service ?? ''}>${t.service && t.service !== t.name ? serviceName(t.service) : ''}</span>`}
        ${part ? html`<span class="badge" title="Spans that match the filter">${t.matched} of ${t.span_count}</span>` : nothing}
        ${t.error_count ? html`<span class="badge err">${plural(t.error_count, 'error')}</span>` : nothing}
      </div>
      <div role="gridcell" class="num dim end sm t-tok" title=${known ? `${tokens(t.input_tokens, t.output_tokens)} tokens in / out` : nothing}>${known ? compact(total) : ''}</div>
      <div role="gridcell" class="num dim end sm t-cost">${t.cost !== undefined ? cost(t.cost) : ''}</div>
      <div role="gridcell" class="num end sm">${duration(t.duration_ms)}</div>
      ${r.open && (have?.state === 'ready' || !have)
        ? html`<div role="gridcell" class="axis">${[0, 0.25, 0.5, 0.75].map((f) => html`<span>${f === 0 ? '0' : duration(t.duration_ms * f)}</span>`)}</div>`
        : html`<div role="gridcell" class="sum ell">${this.#summary(t)}</div>`}
    </div>`;
  }

  #summary(t: Trace) {
    const what = t.call_count ? plural(t.call_count, 'model call') : plural(t.span_count, 'span');
    return [what, t.models.join(', '), t.preview_input && t.service ? serviceName(t.service) : ''].filter(Boolean).join(' · ');
  }

  #spanRow(r: Row & { type: 'span' }, i: number) {
    const { span, depth, x, w } = r.row;
    const have = this.spans.get(span.trace_id);
    const on = this.#has(span, r.trace);
    const title = titleOf(span);
    const [glyph, look] = kindLook(span.kind);
    const text = span.failed && span.error ? span.error : span.preview_output || span.preview_input ||
      (title !== span.name ? span.name : '');
    const dimmed = this.narrowed && !!have?.matches && !have.matches.has(span.span_id);
    const marks = this.marks.of(span);
    return html`<div class="g span ${sameRef(this.opened, span) ? 'cur' : ''} ${this.active === r.key ? 'active' : ''} ${dimmed ? 'dimmed' : ''}"
        id="r-${i}" .style=${`--y:${this.#list.y(i)}px`} role="row" aria-level=${depth + 2} aria-rowindex=${i + 2} aria-current=${sameRef(this.opened, span) ? 'true' : nothing}
        aria-selected=${this.selection.active ? String(on) : nothing} data-span=${span.span_id}
        @click=${(e: MouseEvent) => this.#clicked(e, r)}>
      <div class="n" role="gridcell">
        ${this.selection.active ? this.#box(`Select ${title}`, on ? 'all' : 'none', r) : nothing}
        <span class="ind" .style=${`--lv:${Math.min(depth + 1, 24)}`}></span>
        <span class="kind ${look}" title=${kindLabel(span.kind)}>${icon(glyph, 'xs')}</span>
        <span class="ell title" dir="auto" title=${title === span.name ? title : `${title} · ${span.name}`}>${title}</span>
        <span class="ell text" dir="auto" title=${text}>${wordsOf(text)}</span>
        ${marks.map((m) => {
          const what = html`${icon(m.icon ?? 'tag', 'xs')}${m.text}`;
          // A mark may lead somewhere on this origin, nowhere else.
          return m.href && /^\/(?!\/)/.test(m.href) ? html`<a class="mk" tabindex="-1" href=${m.href} title=${m.title ?? ''}>${what}</a>` : html`<span class="mk" title=${m.title ?? ''}>${what}</span>`;
        })}
        ${span.failed ? html`<span class="badge err" title=${span.error ?? ''}>error</span>` : nothing}
      </div>
      <div role="gridcell" class="num dim end sm t-tok">${tokens(span.input_tokens, span.output_tokens)}</div>
      <div role="gridcell" class="num dim end sm t-cost">${span.cost !== undefined ? cost(span.cost) : ''}</div>
      <div role="gridcell" class="num end sm">${duration(span.duration_ms)}</div>
      <div role="gridcell" class="tbar"><i class="k-${span.failed ? 'err' : look}" .style=${`--x:${pct(x)};--w:${pct(w)}`}></i></div>
    </div>`;
  }

  // ---- selecting ------------------------------------------------------------------------------------------------

  /** Whether a span is selected. With "select all" it is one that the filter of that fits: as the viewer said when the
   *  list has the same filter, else as far as its summary shows. */
  #has(span: Span, trace?: Trace): boolean {
    const all = this.selection.all;
    if (!all) return this.selection.has(span);
    const matches = this.listed && this.spans.get(span.trace_id)?.matches;
    return matches ? matches.has(span.span_id) : fits(all.filter, span, trace, this.listed);
  }
  #triOf(t: Trace): Tri {
    if (!this.selection.all) return this.selection.of(t.trace_id, t.span_count);
    if (this.listed && t.matched !== undefined) return t.matched < t.span_count ? 'some' : 'all';
    const have = this.spans.get(t.trace_id);
    if (have?.state !== 'ready') return 'some';
    const n = have.spans.filter((s) => this.#has(s, t)).length;
    return n === 0 ? 'none' : n < have.spans.length ? 'some' : 'all';
  }

  #box(label: string, tri: 'none' | 'some' | 'all', r: Row) {
    return html`<input type="checkbox" tabindex="-1" aria-label=${label} .checked=${live(tri === 'all')} .indeterminate=${live(tri === 'some')}
      @click=${(e: MouseEvent) => { e.stopPropagation(); void this.#toggle(r, e.shiftKey); }}>`;
  }

  #headBox() {
    const states = this.traces.map((t) => this.#triOf(t));
    const all = states.length > 0 && states.every((s) => s === 'all'), some = states.some((s) => s !== 'none');
    return html`<input type="checkbox" aria-label="Select all spans of the traces listed" .checked=${live(all)}
      .indeterminate=${live(some && !all)}
      @click=${() => { if (all || this.selection.all) this.selection.clear(); else this.#setTraces(this.traces, true); }}>`;
  }

  #setTraces(list: Trace[], on: boolean): void {
    this.selection.setTraces(list.map((t) => {
      const have = this.spans.get(t.trace_id);
      return { trace_id: t.trace_id, span_count: t.span_count, ids: have?.state === 'ready' ? have.spans.map((s) => s.span_id) : undefined };
    }), on);
  }

  async #toggle(r: Row, range: boolean): Promise<void> {
    if (r.type !== 'trace' && r.type !== 'span') return;
    const on = r.type === 'trace' ? this.#triOf(r.trace) !== 'all' : !this.#has(r.row.span, r.trace);
    this.active = r.key;
    this.requestUpdate(); // the box has ticked itself: what it shows is ours to say
    if (this.selection.all) {
      // A row outside of the filter, or one taken out: from here on it is a selection by hand.
      const ok = await this.selection.materialise().catch(() => false);
      if (!ok) {
        this.#emit('tv-refuse', { text: 'So many spans can only be selected as a whole. Narrow the filter to leave some out.' });
        return;
      }
    }
    let rows: Row[] = [r];
    const a = this.#list.indexOf(this.#from), b = this.#list.indexOf(r.key);
    if (range && a >= 0 && b >= 0) rows = this.#list.rows.slice(Math.min(a, b), Math.max(a, b) + 1);
    this.#from = r.key;
    const traces: Trace[] = [], refs: SpanRef[] = [];
    for (const x of rows) {
      // In a range an open trace speaks through its spans.
      if (x.type === 'trace' && (rows.length === 1 || !x.open)) traces.push(x.trace);
      else if (x.type === 'span') refs.push({ trace_id: x.row.span.trace_id, span_id: x.row.span.span_id });
    }
    if (traces.length) this.#setTraces(traces, on);
    const unseen = new Set(refs.map((x) => x.trace_id).filter((id) => this.selection.wants(id)));
    for (const id of unseen) this.selection.learned(id, (await this.spans.load(id)).map((s) => s.span_id));
    if (refs.length) this.selection.set(refs, on);
  }

  // ---- mouse and keys -------------------------------------------------------------------------------------------

  #clicked(e: MouseEvent, r: Row): void {
    if (e.composedPath().some((n) => n instanceof HTMLAnchorElement || n instanceof HTMLButtonElement)) return;
    this.active = r.key;
    const picked = window.getSelection();
    if (picked && !picked.isCollapsed && picked.toString().trim()) return; // somebody is copying text
    if (this.selection.active && (e.shiftKey || e.ctrlKey || e.metaKey)) void this.#toggle(r, e.shiftKey);
    else if (r.type === 'trace') this.#emit('tv-toggle', { trace_id: r.trace.trace_id, open: !r.open });
    else if (r.type === 'span') this.#emit('tv-open', { ref: { trace_id: r.row.span.trace_id, span_id: r.row.span.span_id } });
  }

  #focused = (): void => {
    if (this.#list.indexOf(this.active) < 0) this.active = this.#list.rows[this.#list.first]?.key ?? '';
  };

  #move(i: number): void {
    const rows = this.#list.rows;
    if (!rows.length) return;
    const last = rows.length - (rows.at(-1)!.type === 'more' && rows.length > 1 ? 2 : 1);
    const to = Math.max(0, Math.min(last, i));
    this.active = rows[to]!.key;
    this.#list.reveal(to);
    const r = rows[to]!;
    if (this.opened && r.type === 'span') this.#emit('tv-open', { ref: r.row.span, follow: true });
  }

  #key = (e: KeyboardEvent): void => {
    const at = e.composedPath()[0];
    if (e.ctrlKey || e.metaKey || e.altKey || at instanceof HTMLButtonElement) return;
    if (e.key === ' ' && at instanceof HTMLInputElement) return; // the check box under the focus is meant
    const l = this.#list, i = l.indexOf(this.active), r = l.rows[i];
    const page = l.pageSize;
    switch (e.key) {
      case 'ArrowDown': this.#move(i + 1); break;
      case 'ArrowUp': this.#move(i < 0 ? 0 : i - 1); break;
      case 'PageDown': this.#move(i + page); break;
      case 'PageUp': this.#move(i - page); break;
      case 'Home': this.#move(0); break;
      case 'End': this.#move(l.rows.length - 1); break;
      case 'ArrowRight':
        if (r?.type === 'trace' && !r.open) this.#emit('tv-toggle', { trace_id: r.trace.trace_id, open: true });
        else this.#move(i + 1);
        break;
      case 'ArrowLeft':
        if (r?.type === 'trace') { if (r.open) this.#emit('tv-toggle', { trace_id: r.trace.trace_id, open: false }); }
        else if (r && 'trace' in r) this.#move(this.#parent(i));
        break;
      case 'Enter':
        if (r?.type === 'trace') this.#emit('tv-toggle', { trace_id: r.trace.trace_id, open: !r.open });
        else if (r?.type === 'span') this.#emit('tv-open', { ref: r.row.span });
        break;
      case ' ':
        if (!r) break;
        if (!this.selection.active) this.selection.enter();
        void this.#toggle(r, e.shiftKey);
        break;
      default: return;
    }
    e.preventDefault();
  };

  #parent(i: number): number {
    const r = this.#list.rows[i];
    const depth = r?.type === 'span' ? r.row.depth : 0;
    for (let j = i - 1; j >= 0; j--) {
      const x = this.#list.rows[j]!;
      if (x.type === 'trace' || (x.type === 'span' && x.row.depth < depth)) return j;
    }
    return i;
  }
}
