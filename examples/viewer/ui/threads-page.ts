// <tv-threads>: conversations on the left, the chosen one on the right: its traces as span trees, or as a chat.
import { LitElement, type PropertyValues, css, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { controls } from '../../../webui/kit/controls';
import { ago, compact, cost, full, plural } from '../../../webui/kit/format';
import { empty, failed, noMatch, skeletonRows, spinner } from '../../../webui/kit/states';
import * as api from './api';
import type { Context } from './context';
import { copyButton } from './copy';
import { type Filter, isEmpty, narrows, resolve, same } from './filter';
import './filter-bar';
import type { FilterBar } from './filter-bar';
import { type Route, threadsUrl } from './router';
import { spanKey, wordsOf } from './rows';
import './thread-chat';
import './trace-table';
import type { TraceTable } from './trace-table';
import type { SpanRef, Thread, ThreadWithTraces, Trace } from './types';
import { VirtualList } from './virtual-list';

const PAGE = 50, ROW = 76;

@customElement('tv-threads')
export class ThreadsPage extends LitElement {
  static override styles = [controls, css`
    :host { display: flex; flex-direction: column; min-width: 0; min-height: 0; flex: 1; }
    .cols { flex: 1; min-height: 0; display: grid; grid-template-columns: clamp(240px, 30%, 340px) minmax(0, 1fr); }
    .area { flex: 1; min-height: 0; display: flex; flex-direction: column; }
    .list { overflow: auto; overflow-anchor: none; border-inline-end: 1px solid var(--_border); background: var(--_rows); outline-offset: -2px; min-height: 0; }
    .sizer { position: relative; height: var(--vl-total); } .window { position: absolute; inset-inline: 0; top: 0; transform: translateY(var(--vl-top)); }
    .thread { display: grid; grid-template-rows: 19px 17px 17px; align-content: center; height: 76px; padding: 0 14px 0 16px; border-bottom: 1px solid color-mix(in srgb, var(--_border) 72%, transparent); cursor: pointer; line-height: 18px; gap: 2px; }
    .thread:hover { background: var(--_row-hover); }
    .thread[aria-selected='true'] { background: var(--_row-selected); box-shadow: inset 2px 0 0 var(--_accent); }
    .list:focus-visible .thread[aria-selected='true'] { outline: 2px solid var(--_focus); outline-offset: -2px; }
    .list:focus-visible { outline: none; }
    .thread > div { display: flex; align-items: center; gap: 8px; min-width: 0; }
    .thread b { font-weight: 600; flex: 1; } .thread time { color: var(--_muted); font-size: var(--_text-sm); white-space: nowrap; }
    .thread .facts { color: var(--_muted); font-size: var(--_text-sm); }
    .thread .facts > span:first-child { flex: 1; }
    .right { display: flex; flex-direction: column; min-width: 0; min-height: 0; position: relative; }
    .top { padding: 9px 14px 8px 16px; border-bottom: 1px solid var(--_border); display: flex; align-items: center; gap: 12px; background: var(--_surface); flex: none; }
    .top h2 { font-size: var(--_text-lg); line-height: 20px; font-weight: 600; } .top .meta { margin: 0; display: flex; align-items: center; gap: 2px; }
    .more { display: flex; gap: 8px; justify-content: center; padding: 12px; color: var(--_muted); font-size: var(--_text-sm); }
    .ib.copy .done { display: none; } .ib.copy[data-done='yes'] .i { display: none; } .ib.copy[data-done='yes'] .done { display: block; color: var(--_ok); }
    @media (max-width: 900px) { .cols { grid-template-columns: 220px minmax(0, 1fr); } }
  `];
  @property({ attribute: false }) ctx!: Context;
  @property({ attribute: false }) route!: Route & { page: 'threads' };
  @property({ type: Boolean }) active = false;
  @state() private threads: Thread[] = [];
  @state() private state: 'loading' | 'ready' | 'error' = 'loading';
  @state() private error = '';
  @state() private moreError = '';
  @state() private current: ThreadWithTraces | null = null;
  @state() private currentError: Error | null = null;
  @state() private version = 0;
  @query('tv-trace-table') private table?: TraceTable;
  @query('tv-filter-bar') private bar!: FilterBar;
  #list = new VirtualList<Thread>(this, {
    scroller: () => this.renderRoot.querySelector('.list'), height: () => ROW, key: (t) => t.thread_id,
    moved: (_, last) => { if (this.#next && last >= this.threads.length - 8) void this.#more(); },
  });
  #filter: Filter | null = null;
  #resolved: Filter = {};
  #next: string | null = null;
  #busy = false;
  #abort: AbortController | null = null;
  #id = '';
  #threadAbort: AbortController | null = null;
  #closed = new Set<string>();
  #reveal = '';
  #at = '';

  override connectedCallback(): void {
    super.connectedCallback();
    this.ctx.live.addEventListener('spans', this.#arrived);
    this.ctx.live.addEventListener('recovered', this.#arrived);
    this.ctx.selection.addEventListener('change', this.#again);
  }
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.ctx.live.removeEventListener('spans', this.#arrived);
    this.ctx.live.removeEventListener('recovered', this.#arrived);
    this.ctx.selection.removeEventListener('change', this.#again);
  }
  #again = (): void => this.requestUpdate();

  // ---- for the app ----------------------------------------------------------------------------------------------

  focusSearch(): void { this.bar.focusSearch(); }
  focusList(): void { this.renderRoot.querySelector<HTMLElement>('.list')?.focus(); }
  beside(ref: SpanRef, step: 1 | -1): SpanRef | null { return this.table?.beside(ref, step) ?? null; }
  urlOf(ref: SpanRef | null): string { return threadsUrl(this.route.filter, this.#id || this.route.id, ref ?? undefined, this.route.chat); }
  /** "Select all" here: all spans of the thread that is shown. */
  get allOf(): { filter: Filter; total: number } | null {
    return this.current ? { filter: { thread_id: this.current.thread_id }, total: this.current.span_count } : null;
  }

  // ---- loading --------------------------------------------------------------------------------------------------

  protected override willUpdate(changed: PropertyValues): void {
    if (!this.active) return;
    const f = this.route.filter;
    if (this.ctx.spans.setFilter(f)) this.version++;
    if (!this.#filter || !same(f, this.#filter)) {
      this.#filter = f;
      void this.#load();
    }
    const id = this.route.id ?? (this.state === 'ready' ? this.threads[0]?.thread_id ?? '' : '');
    if (id && id !== this.#id) {
      this.#id = id;
      this.#closed = new Set();
      this.current = null;
      void this.#loadThread();
    }
    const at = this.route.span ? spanKey(this.route.span) : '';
    if (at !== this.#at) { this.#at = at; this.#reveal = at; }
    if (changed.has('threads')) this.#list.set(this.threads);
  }
  protected override updated(): void {
    if (!this.#reveal || !this.table) return;
    const want = this.#reveal;
    void this.table.updateComplete.then(() => { if (want === this.#reveal && this.table?.reveal(want)) this.#reveal = ''; });
  }

  async #load(): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.#busy = false;
    if (this.state !== 'ready') this.state = 'loading';
    this.#resolved = resolve(this.route.filter);
    try {
      const r = await api.threads(this.#resolved, PAGE, null, abort.signal);
      if (abort.signal.aborted) return;
      this.threads = r.threads;
      this.#next = r.next;
      this.state = 'ready';
    } catch (e) {
      if (abort.signal.aborted) return;
      this.error = (e as Error).message;
      this.state = 'error';
    }
  }

  async #more(): Promise<void> {
    if (!this.#next || this.#busy) return;
    this.#busy = true;
    this.moreError = '';
    const signal = this.#abort?.signal;
    try {
      const r = await api.threads(this.#resolved, PAGE, this.#next, signal);
      if (signal?.aborted) return;
      const have = new Set(this.threads.map((t) => t.thread_id));
      this.threads = [...this.threads, ...r.threads.filter((t) => !have.has(t.thread_id))];
      this.#next = r.next;
    } catch (e) {
      if (!signal?.aborted) this.moreError = (e as Error).message;
    }
    this.#busy = false;
  }

  async #loadThread(): Promise<void> {
    this.#threadAbort?.abort();
    const abort = new AbortController();
    this.#threadAbort = abort;
    this.currentError = null;
    try {
      const t = await api.thread(this.#id, abort.signal);
      if (abort.signal.aborted) return;
      for (const x of t.traces) this.ctx.spans.put(x);
      this.current = t;
      this.version++;
    } catch (e) {
      if (abort.signal.aborted) return;
      this.current = null;
      this.currentError = e as Error;
    }
  }

  #arrived = async (): Promise<void> => {
    if (!this.#filter || this.#busy) return;
    if (!this.active) { this.#filter = null; return; } // asked for again when it is looked at
    const signal = this.#abort?.signal;
    try {
      const r = await api.threads(resolve(this.route.filter), PAGE, null, signal);
      if (signal?.aborted) return;
      const fresh = new Set(r.threads.map((t) => t.thread_id));
      const rest = this.threads.filter((t) => !fresh.has(t.thread_id));
      if (rest.length === 0) this.#next = r.next;
      this.threads = [...r.threads, ...rest];
      this.state = 'ready';
      const seen = this.current && r.threads.find((t) => t.thread_id === this.current!.thread_id);
      if (seen && (seen.span_count !== this.current!.span_count || seen.last !== this.current!.last)) await this.#loadThread();
    } catch { /* the next event tries again */ }
  };

  // ---- rendering ------------------------------------------------------------------------------------------------

  protected override render() {
    const sel = this.ctx.selection;
    return html`<h1 class="sr">Threads</h1><tv-filter-bar .filter=${this.route.filter} ?selecting=${sel.active} ?idle=${this.state === 'ready' && !this.threads.length} placeholder="Search threads"></tv-filter-bar>
      <div class="area">${this.#body()}</div>`;
  }

  #body() {
    if (this.state === 'error') return failed('The threads did not load', this.error, () => { this.state = 'loading'; void this.#load(); });
    if (this.state === 'ready' && this.threads.length === 0 && !this.route.id) {
      return isEmpty(this.route.filter)
        ? empty('No threads yet', 'Spans that carry a conversation or session id (gen_ai.conversation.id, session.id and the like) stand here together, one thread per id.',
            { label: 'Show Traces', run: () => this.ctx.router.go('/traces') })
        : noMatch('No thread has a span that fits the search and filters.', { label: 'Clear the Filter', run: () => this.ctx.router.go('/threads') });
    }
    const l = this.#list;
    return html`<div class="cols">
      <div class="list" role="listbox" aria-label="Threads" tabindex="0" @keydown=${this.#key} aria-activedescendant=${l.indexOf(this.#id) >= l.first && l.indexOf(this.#id) < l.last ? `t-${l.indexOf(this.#id)}` : nothing}>
        ${this.state === 'loading' ? skeletonRows(12, ROW) : html`<div class="sizer" role="presentation" .style=${`--vl-total:${l.total}px`}><div class="window" role="presentation" .style=${`--vl-top:${l.top}px`}>
          ${repeat(l.rows.slice(l.first, l.last), (t) => t.thread_id, (t, i) => this.#row(t, l.first + i))}</div></div>
          ${this.moreError ? html`<div class="more">${this.moreError} <button type="button" class="link" @click=${() => void this.#more()}>Retry</button></div>` : nothing}`}
      </div>
      <section class="right" aria-label="Thread">${this.#thread()}</section></div>`;
  }

  #row(t: Thread, i: number) {
    const tok = (t.input_tokens ?? 0) + (t.output_tokens ?? 0);
    const title = t.title ? wordsOf(t.title) : t.thread_id;
    return html`<div class="thread" id="t-${i}" role="option" aria-selected=${String(t.thread_id === this.#id)} aria-posinset=${i + 1} aria-setsize=${this.#next ? -1 : this.threads.length} @click=${() => this.#choose(t.thread_id)}>
      <div><b class="ell" dir="auto" title=${title}>${title}</b><time datetime=${t.last} title=${full(t.last)}>${ago(t.last)}</time></div>
      <div class="facts"><span class="ell">${[t.user, plural(t.trace_count, 'trace'), plural(t.call_count, 'call')].filter(Boolean).join(' · ')}</span>
        ${t.error_count ? html`<span class="badge err">${plural(t.error_count, 'error')}</span>` : nothing}</div>
      <div class="facts"><span class="ell" title=${t.models.join(', ')}>${t.models.join(', ')}</span>
        <span class="num">${[tok ? `${compact(tok)} tokens` : '', t.cost !== undefined ? cost(t.cost) : ''].filter(Boolean).join(' · ')}</span></div></div>`;
  }

  #thread() {
    if (this.currentError) {
      return failed(this.currentError instanceof api.ApiError && this.currentError.status === 404 ? 'This thread is not here' : 'The thread did not load', this.currentError.message, () => void this.#loadThread());
    }
    const t = this.current;
    if (!t) return this.#id || this.state === 'loading' ? spinner('Loading the thread') : nothing;
    const tok = (t.input_tokens ?? 0) + (t.output_tokens ?? 0);
    const bits = [t.user, plural(t.trace_count, 'trace'), plural(t.call_count, 'model call'), tok ? `${compact(tok)} tokens` : '', t.cost !== undefined ? cost(t.cost) : '', t.models.join(', ')].filter(Boolean);
    return html`<div class="top"><div class="grow"><h2 class="ell" dir="auto" title=${t.title ?? ''}>${t.title ? wordsOf(t.title) : 'Thread'}</h2>
        <p class="meta"><span class="ell" title=${t.thread_id}>${bits.join(' · ')} · <span class="mono">${t.thread_id}</span></span>${copyButton(() => t.thread_id, 'Copy the thread id')}</p></div>
        <div class="seg" role="radiogroup" aria-label="Show as">${(['spans', 'chat'] as const).map((v) => html`<button type="button" role="radio" aria-checked=${String((v === 'chat') === !!this.route.chat)} @click=${() => this.ctx.router.go(threadsUrl(this.route.filter, this.#id, this.route.span, v === 'chat'), true)}>${v === 'spans' ? 'Spans' : 'Conversation'}</button>`)}</div></div>
      ${this.route.chat ? html`<tv-thread-chat .traces=${t.traces}></tv-thread-chat>`
        : html`<tv-trace-table label="Traces of the thread" .traces=${t.traces as Trace[]} .spans=${this.ctx.spans} .selection=${this.ctx.selection} .marks=${this.ctx.marks}
          .opened=${this.route.span ?? null} .isOpen=${this.#isOpen} .version=${this.version} ?anyOpen=${t.traces.some(this.#isOpen)} ?narrowed=${narrows(this.route.filter)}
          @tv-toggle=${(e: CustomEvent<{ trace_id: string; open: boolean }>) => { if (e.detail.open) this.#closed.delete(e.detail.trace_id); else this.#closed.add(e.detail.trace_id); this.version++; }}
          @tv-toggle-all=${() => { this.#closed = t.traces.some(this.#isOpen) ? new Set(t.traces.map((x) => x.trace_id)) : new Set(); this.version++; }}></tv-trace-table>`}`;
  }
  #isOpen = (t: Trace): boolean => !this.#closed.has(t.trace_id);

  #choose(id: string): void { this.ctx.router.go(threadsUrl(this.route.filter, id, undefined, this.route.chat)); }
  #key = (e: KeyboardEvent): void => {
    const i = this.#list.indexOf(this.#id), n = this.threads.length;
    const to = { ArrowDown: i + 1, ArrowUp: i - 1, Home: 0, End: n - 1, PageDown: i + 10, PageUp: i - 10 }[e.key];
    if (e.key === 'Enter') { e.preventDefault(); this.table?.focus(); return; }
    if (to === undefined || n === 0) return;
    e.preventDefault();
    const at = Math.max(0, Math.min(n - 1, to));
    this.#list.reveal(at);
    this.ctx.router.go(threadsUrl(this.route.filter, this.threads[at]!.thread_id, undefined, this.route.chat), true);
  };
}
