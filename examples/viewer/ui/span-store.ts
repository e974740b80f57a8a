// The spans of traces, loaded when they come into view, refreshed when more of them arrive.
import * as api from './api';
import { type Filter, narrows, resolve, same } from './filter';
import { type SpanRow, treeRows } from './span-tree';
import type { Span, Trace, TraceWithSpans } from './types';

export interface Loaded {
  state: 'loading' | 'ready' | 'error';
  rows: SpanRow[];
  spans: Span[];
  trace?: Trace;
  error?: string;
  /** Which spans fit the filter; absent = all. */
  matches?: Set<string>;
}

const AT_ONCE = 4;

export class SpanStore extends EventTarget {
  #traces = new Map<string, Loaded>();
  #queue: string[] = [];
  #running = 0;
  #filter: Filter = {};
  #matching = new Set<string>();

  get(trace_id: string): Loaded | undefined { return this.#traces.get(trace_id); }

  /** Matches belong to a filter: with another one they are asked for again as traces come into view; spans stay. Says
   *  whether it is another one. */
  setFilter(f: Filter): boolean {
    if (same(f, this.#filter)) return false;
    this.#filter = f;
    this.#matching.clear();
    for (const t of this.#traces.values()) delete t.matches;
    return true;
  }

  /** Makes sure that a trace is here or on its way, and which of its spans match; `whole`: all of them do. */
  want(trace_id: string, whole = false): void {
    const have = this.#traces.get(trace_id);
    if (have) {
      if (!whole && !have.matches) this.#match(trace_id, have);
      return;
    }
    this.#traces.set(trace_id, { state: 'loading', rows: [], spans: [] });
    this.#queue.push(trace_id);
    this.#pump();
  }

  retry(trace_id: string): void { this.#traces.delete(trace_id); this.want(trace_id); this.#changed(); }

  put(t: TraceWithSpans): void {
    const old = this.#traces.get(t.trace_id);
    const { spans, ...trace } = t;
    const now: Loaded = { state: 'ready', spans, rows: treeRows(spans, trace), trace };
    if (old?.matches) now.matches = old.matches;
    this.#traces.set(t.trace_id, now);
  }

  /** The spans of one trace, loaded if need be. */
  async load(trace_id: string): Promise<Span[]> {
    const have = this.#traces.get(trace_id);
    if (have?.state === 'ready') return have.spans;
    const t = await api.trace(trace_id);
    this.put(t);
    this.#changed([trace_id]);
    return t.spans;
  }

  /** Loads again what is here of these. */
  async refresh(ids: string[]): Promise<void> {
    const mine = ids.filter((id) => this.#traces.has(id));
    for (const id of mine) {
      try {
        this.put(await api.trace(id));
        this.#matching.delete(id);
        this.#match(id, this.#traces.get(id)!);
        this.#changed([id]);
      } catch { /* it stays as it was; the next event or a retry brings it */ }
    }
  }

  #pump(): void {
    while (this.#running < AT_ONCE && this.#queue.length) {
      // Last asked first: what is in view now comes before what was scrolled past.
      const id = this.#queue.pop()!;
      this.#running++;
      void this.#one(id).finally(() => { this.#running--; this.#pump(); });
    }
  }

  async #one(id: string): Promise<void> {
    try {
      this.put(await api.trace(id));
    } catch (e) {
      this.#traces.set(id, { state: 'error', rows: [], spans: [], error: e instanceof Error ? e.message : String(e) });
    }
    this.#changed([id]);
  }

  #match(id: string, t: Loaded): void {
    const filter = this.#filter;
    if (!narrows(filter) || t.state !== 'ready' || this.#matching.has(id)) return;
    this.#matching.add(id);
    const set = new Set<string>();
    const { from: _f, to: _t, ...rest } = resolve(filter);
    const page = async (cursor: string | null): Promise<void> => {
      const r = await api.spans({ ...rest, trace_id: id }, 1000, cursor);
      for (const s of r.spans) set.add(s.span_id);
      if (r.next && set.size < 20_000) await page(r.next);
    };
    page(null).then(() => {
      if (this.#filter !== filter) return;
      const now = this.#traces.get(id);
      if (now) { now.matches = set; this.#changed([id]); }
    }, () => { this.#matching.delete(id); /* without matches nothing is dimmed */ });
  }

  #changed(ids: string[] = []): void { this.dispatchEvent(new CustomEvent('change', { detail: ids })); }
}
