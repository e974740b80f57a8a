// The records of one dataset in one order, read page by page as they come into sight. Pages far away are dropped; a
// refresh reads the ones in sight again and shows the old ones meanwhile.
import { api, isAbort, sentence, type RecordRow } from './api.js';

const PAGE = 100, KEEP = 40; // rows a page, pages kept

export interface Query { dataset: string; q: string; sort: 'created_at' | 'topic' | 'score'; order: 'asc' | 'desc' }

interface PageState { rows: RecordRow[] | null; problem: string; stale: boolean; call: AbortController | null; used: number }

export class RecordPages {
  /** null until the first answer */
  total: number | null = null;
  problem = '';
  private atLeast = 0; // where the count comes later: so many there are for certain
  private query: Query | null = null;
  private pages = new Map<number, PageState>();
  private tick = 0;
  private from = 0;
  private to = PAGE;

  constructor(private readonly changed: () => void) {}

  /** Rows to lay out. */
  get rows(): number { return this.total ?? this.atLeast; }
  get busy(): boolean { return [...this.pages.values()].some((p) => p.call); }

  start(query: Query): void {
    this.stop();
    this.query = query;
    this.pages.clear();
    this.total = null;
    this.atLeast = 0;
    this.problem = '';
    this.from = 0;
    this.to = PAGE;
    this.read(0);
  }

  stop(): void {
    for (const p of this.pages.values()) p.call?.abort();
  }

  at(row: number): RecordRow | undefined {
    return this.pages.get(Math.floor(row / PAGE))?.rows?.[row % PAGE];
  }

  /** The row of a record among the pages that are here; null when it is in none of them. */
  find(id: string): number | null {
    for (const [n, p] of this.pages) {
      const at = p.rows?.findIndex((r) => r.id === id) ?? -1;
      if (at >= 0) return n * PAGE + at;
    }
    return null;
  }

  failedAt(row: number): boolean {
    return (this.pages.get(Math.floor(row / PAGE))?.problem ?? '') !== '';
  }

  /** These rows are in sight. */
  want(from: number, to: number): void {
    this.from = from;
    this.to = to;
    this.tick++;
    for (let n = Math.floor(from / PAGE); n <= Math.floor(Math.max(from, to - 1) / PAGE); n++) {
      const p = this.pages.get(n);
      if (p) p.used = this.tick;
      if (!p || (p.stale && !p.call && !p.problem)) this.read(n);
    }
    if (this.pages.size > KEEP) {
      const old = [...this.pages].filter(([, p]) => p.used !== this.tick && !p.call).sort((a, b) => a[1].used - b[1].used);
      for (const [n] of old.slice(0, this.pages.size - KEEP)) this.pages.delete(n);
    }
  }

  /** Something changed on the server, or somebody pressed Retry. */
  refresh(): void {
    for (const p of this.pages.values()) { p.stale = true; p.problem = ''; }
    this.problem = '';
    const first = Math.floor(this.from / PAGE), last = Math.floor(Math.max(this.from, this.to - 1) / PAGE);
    for (let n = first; n <= last; n++) this.read(n);
    this.changed();
  }

  /** Changes one row on the spot; the returned function takes it back. */
  patch(id: string, change: Partial<RecordRow>): () => void {
    for (const p of this.pages.values()) {
      const at = p.rows?.findIndex((r) => r.id === id) ?? -1;
      const before = p.rows?.[at];
      if (!p.rows || !before) continue;
      p.rows[at] = { ...before, ...change };
      this.changed();
      return () => { if (p.rows?.[at]?.id === id) { p.rows[at] = before; this.changed(); } };
    }
    return () => undefined;
  }

  private read(n: number): void {
    const q = this.query;
    if (!q) return;
    const before = this.pages.get(n);
    before?.call?.abort();
    const call = new AbortController();
    const p: PageState = { rows: before?.rows ?? null, problem: '', stale: false, call, used: this.tick };
    this.pages.set(n, p);
    const { dataset, sort, order } = q;
    api.records(dataset, { q: q.q, sort, order, limit: PAGE, offset: n * PAGE }, call.signal).then((page) => {
      p.rows = page.items;
      this.total = page.total;
      this.atLeast = Math.max(page.total_at_least ?? 0, n * PAGE + page.items.length + (page.next ? 1 : 0));
      if (page.total === null && !page.next) this.total = n * PAGE + page.items.length;
      this.problem = '';
    }).catch((e: unknown) => {
      if (isAbort(e)) return;
      p.problem = sentence(e);
      this.problem = p.problem;
    }).finally(() => {
      if (p.call === call) p.call = null;
      if (this.pages.get(n) === p) this.changed();
    });
  }

  /** The row of a record, null when the dataset does not hold it. In the order of time it is found by halving; in any
   *  other by walking over the first rows. */
  async rowOf(id: string): Promise<number | null> {
    const q = this.query;
    if (!q) return null;
    const query = { q: q.q, sort: q.sort, order: q.order };
    const first = await api.records(q.dataset, { ...query, limit: PAGE });
    const at = first.items.findIndex((r) => r.id === id);
    if (at >= 0) return at;
    if (!first.next) return null;
    const wanted = await api.record(id).catch(() => null);
    if (!wanted || wanted.dataset_id !== q.dataset) return null;
    if (q.sort !== 'created_at' || first.total === null) {
      for (let n = 1; n <= 20; n++) {
        const page = await api.records(q.dataset, { ...query, limit: 1000, offset: PAGE + (n - 1) * 1000 });
        const found = page.items.findIndex((r) => r.id === id);
        if (found >= 0) return PAGE + (n - 1) * 1000 + found;
        if (!page.next) return null;
      }
      return null;
    }
    let lo = 0, hi = first.total - 1;
    while (lo <= hi) {
      const mid = (lo + hi) >> 1;
      const r = (await api.records(q.dataset, { ...query, limit: 1, offset: mid })).items[0];
      if (!r) { hi = mid - 1; continue; }
      if (r.id === id) return mid;
      const later = r.created_at > wanted.created_at || (r.created_at === wanted.created_at && r.id > wanted.id);
      if (later === (q.order === 'desc')) lo = mid + 1;
      else hi = mid - 1;
    }
    return null;
  }
}
