// What is selected. One store for the whole app, so that a selection survives scrolling, tabs and opened spans.
//
// Two forms. By hand: per trace a set of span ids, or "all of it" when the trace was ticked before its spans were
// loaded. By filter: everything that matches, loaded or not; it is sent to plugins as the filter itself. Taking one
// span out of a filter turns it into ids first (materialise), because the contract has no "all but these".
import { type Selected, spans as listSpans } from './api';
import { type Filter, resolve } from './filter';
import type { Span, SpanRef } from './types';

/** Above this many, a selection by filter is not turned into ids. */
const MATERIALISE_MAX = 50_000;
const PAGE = 1000;
const AT_ONCE = 6;

export type Tri = 'none' | 'some' | 'all';
interface Picked { ids: Set<string> | null; count: number }

export class Selection extends EventTarget {
  active = false;
  /** `from`: the filter as the list has it, before a moving time range became a time. */
  all: { filter: Filter; from: Filter; total: number } | null = null;
  #traces = new Map<string, Picked>();
  /** Gives the spans of a trace, from memory or from the viewer. */
  constructor(readonly load: (trace_id: string) => Promise<Span[]>) { super(); }

  get count(): number {
    if (this.all) return this.all.total;
    let n = 0;
    for (const p of this.#traces.values()) n += p.count;
    return n;
  }
  get empty(): boolean { return this.count === 0; }

  has(r: SpanRef): boolean {
    const p = this.#traces.get(r.trace_id);
    return !!p && (p.ids === null || p.ids.has(r.span_id));
  }
  of(trace_id: string, span_count: number): Tri {
    const p = this.#traces.get(trace_id);
    if (!p || p.count === 0) return 'none';
    return p.ids === null || p.ids.size >= span_count ? 'all' : 'some';
  }
  /** Whether a trace has been ticked as a whole and its ids are not known yet. */
  wants(trace_id: string): boolean { return this.#traces.get(trace_id)?.ids === null; }

  enter(): void { if (!this.active) { this.active = true; this.#changed(); } }
  leave(): void {
    if (!this.active && this.empty) return;
    this.active = false;
    this.#traces.clear();
    this.all = null;
    this.#changed();
  }
  clear(): void { this.#traces.clear(); this.all = null; this.#changed(); }

  set(refs: Iterable<SpanRef>, on: boolean): void {
    for (const r of refs) {
      const p = this.#traces.get(r.trace_id);
      if (on) {
        const ids = p ? p.ids : new Set<string>();
        if (ids === null) continue;
        ids.add(r.span_id);
        this.#traces.set(r.trace_id, { ids, count: ids.size });
      } else if (p?.ids) {
        p.ids.delete(r.span_id);
        if (p.ids.size === 0) this.#traces.delete(r.trace_id);
        else p.count = p.ids.size;
      }
    }
    this.#changed();
  }

  /** Ticks or unticks whole traces; `ids` when they are known. */
  setTraces(list: { trace_id: string; span_count: number; ids?: string[] | undefined }[], on: boolean): void {
    for (const t of list) {
      if (!on) this.#traces.delete(t.trace_id);
      else if (t.ids) this.#traces.set(t.trace_id, { ids: new Set(t.ids), count: t.ids.length });
      else this.#traces.set(t.trace_id, { ids: null, count: t.span_count });
    }
    this.#changed();
  }

  /** The spans of a trace have become known: "all of it" gets its ids. */
  learned(trace_id: string, ids: string[]): void {
    const p = this.#traces.get(trace_id);
    if (!p || p.ids !== null) return;
    this.#traces.set(trace_id, { ids: new Set(ids), count: ids.length });
    if (p.count !== ids.length) this.#changed();
  }

  selectAll(filter: Filter, total: number): void {
    this.#traces.clear();
    this.all = { filter: resolve(filter), from: filter, total };
    this.active = true;
    this.#changed();
  }

  /** Turns a selection by filter into ids. false: too many, nothing changed. */
  async materialise(): Promise<boolean> {
    const all = this.all;
    if (!all) return true;
    if (all.total > MATERIALISE_MAX) return false;
    const found: Span[] = [];
    let cursor: string | null = null;
    do {
      const page: { spans: Span[]; next: string | null } = await listSpans(all.filter, PAGE, cursor);
      found.push(...page.spans);
      cursor = page.next;
    } while (cursor && found.length < MATERIALISE_MAX);
    if (this.all !== all) return true;
    this.all = null;
    this.set(found, true);
    return true;
  }

  /** As the calls want it; asks for the ids of traces that were ticked unseen. */
  async resolved(): Promise<Selected> {
    if (this.all) return { filter: this.all.filter };
    const todo = [...this.#traces].filter(([, p]) => p.ids === null).map(([id]) => id);
    const worker = async (): Promise<void> => {
      for (let id = todo.pop(); id; id = todo.pop()) this.learned(id, (await this.load(id)).map((s) => s.span_id));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    const refs: SpanRef[] = [];
    for (const [trace_id, p] of this.#traces) for (const span_id of p.ids ?? []) refs.push({ trace_id, span_id });
    return { spans: refs };
  }

  #changed(): void { this.dispatchEvent(new Event('change')); }
}
