// The list of traces that fit a filter: pages as one scrolls, and what arrives meanwhile.
//
// New traces are put in at once while the reader is at the top (`live`), otherwise they wait (`waiting`) until asked
// for, so that nothing moves under the eyes. Traces that are here and got more spans are updated in place.
import * as api from './api';
import { type Filter, resolve } from './filter';
import type { Trace } from './types';

const PAGE = 50;

export class TraceList extends EventTarget {
  filter: Filter = {};
  traces: Trace[] = [];
  waiting: Trace[] = [];
  /** More are waiting than one page holds. */
  manyWaiting = false;
  total: number | null = null;
  /** Spans that fit the filter, for "Select all N". */
  spans: number | null = null;
  next: string | null = null;
  state: 'idle' | 'loading' | 'ready' | 'error' = 'idle';
  error: api.ApiError | Error | null = null;
  moreError: string | null = null;
  fresh = new Set<string>();
  #abort: AbortController | null = null;
  #loadingMore = false;
  /** The resolved filter of these pages: cursors belong to it. */
  #resolved: Filter = {};

  async load(filter: Filter): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.filter = filter;
    this.#resolved = resolve(filter);
    this.state = 'loading';
    this.error = null;
    this.moreError = null;
    this.#loadingMore = false;
    this.#changed();
    void this.#count(abort.signal);
    try {
      const r = await api.traces(this.#resolved, PAGE, null, abort.signal);
      if (abort.signal.aborted) return;
      this.traces = r.traces;
      this.total = r.total;
      this.next = r.next;
      this.waiting = [];
      this.manyWaiting = false;
      this.fresh = new Set();
      this.state = 'ready';
    } catch (e) {
      if (abort.signal.aborted) return;
      this.error = e instanceof Error ? e : new Error(String(e));
      this.state = 'error';
    }
    this.#changed();
  }
  reload(): Promise<void> { return this.load(this.filter); }

  async more(): Promise<void> {
    if (!this.next || this.#loadingMore || this.state !== 'ready') return;
    this.#loadingMore = true;
    this.moreError = null;
    const signal = this.#abort?.signal;
    try {
      const r = await api.traces(this.#resolved, PAGE * 2, this.next, signal);
      if (signal?.aborted) return;
      const have = new Set(this.traces.map((t) => t.trace_id));
      this.traces = [...this.traces, ...r.traces.filter((t) => !have.has(t.trace_id))];
      this.next = r.next;
      if (r.total !== null) this.total = r.total;
    } catch (e) {
      if (signal?.aborted) return;
      this.moreError = e instanceof Error ? e.message : String(e);
    } finally {
      if (!signal?.aborted) { this.#loadingMore = false; this.#changed(); }
    }
  }

  /** Spans came in: asks for the first page again and sorts out what is new. */
  async arrived(live: () => boolean): Promise<void> {
    if (this.state !== 'ready') return;
    const signal = this.#abort?.signal;
    const filter = resolve(this.filter);
    let r: Awaited<ReturnType<typeof api.traces>>;
    try { r = await api.traces(filter, PAGE, null, signal); } catch { return; }
    if (signal?.aborted) return;
    void this.#count(signal);
    const here = new Map(this.traces.map((t, i) => [t.trace_id, i]));
    const next = this.traces.slice();
    const fresh: Trace[] = [];
    const oldest = this.next ? this.traces.at(-1) : undefined;
    for (const t of r.traces) {
      const i = here.get(t.trace_id);
      if (i !== undefined) next[i] = t;
      // What is older than the last one loaded comes with its own page.
      else if (!oldest || newer(t, oldest)) fresh.push(t);
    }
    this.traces = next;
    this.total = r.total;
    this.waiting = fresh;
    this.manyWaiting = fresh.length > 0 && fresh.length === r.traces.length && r.next !== null;
    if (fresh.length && live()) this.takeIn();
    else this.#changed();
  }

  /** Updates summaries of traces that are here (beyond the first page too). */
  update(list: Trace[]): void {
    const by = new Map(list.map((t) => [t.trace_id, t]));
    this.traces = this.traces.map((t) => {
      const n = by.get(t.trace_id);
      return n ? { ...n, matched: t.matched === t.span_count ? n.span_count : t.matched } as Trace : t;
    });
    this.#changed();
  }

  /** Shows what waited. */
  takeIn(): void {
    if (this.manyWaiting) { void this.reload(); return; }
    this.fresh = new Set(this.waiting.map((t) => t.trace_id));
    this.traces = [...this.waiting, ...this.traces].sort((a, b) => (newer(a, b) ? -1 : 1));
    this.waiting = [];
    this.#changed();
  }

  async #count(signal?: AbortSignal): Promise<void> {
    try {
      const r = await api.spans(this.#resolved, 1, null, signal);
      if (signal?.aborted) return;
      this.spans = r.total;
      this.#changed();
    } catch { /* then "select all" does not say how many */ }
  }

  #changed(): void { this.dispatchEvent(new Event('change')); }
}

const newer = (a: Trace, b: Trace): boolean =>
  a.start_unix_nano.length !== b.start_unix_nano.length ? a.start_unix_nano.length > b.start_unix_nano.length
    : a.start_unix_nano === b.start_unix_nano ? a.trace_id > b.trace_id : a.start_unix_nano > b.start_unix_nano;
