// Windowing for long lists: only the rows in sight (and some around them) are in the page.
//
//     scroller (overflow: auto)
//       header              sticky, `inset` high, optional
//       sizer               --vl-total high, position: relative
//         window            at --vl-top: the rows [first, last)
//
// Each row has a height known beforehand (a few fixed kinds), so places are prefix sums and nothing is measured. When
// rows come or go above what is in sight, the first row in sight keeps its place on the screen; at the very top the
// list stays at the top instead, so that new rows slide in.
import type { ReactiveController, ReactiveControllerHost } from 'lit';

export interface VirtualListOptions<T> {
  scroller: () => HTMLElement | null;
  height: (row: T) => number;
  key: (row: T) => string;
  /** Height of the sticky header. */
  inset?: number;
  overscan?: number;
  /** Called when the window of rows moved (after rendering). */
  moved?: (first: number, last: number) => void;
}

export class VirtualList<T> implements ReactiveController {
  rows: T[] = [];
  first = 0;
  last = 0;
  #y = new Float64Array(1);
  #index = new Map<string, number>();
  #scroller: HTMLElement | null = null;
  #resize: ResizeObserver | null = null;
  #restore: number | null = null;
  #told = '';

  constructor(private host: ReactiveControllerHost, private o: VirtualListOptions<T>) { host.addController(this); }

  get total(): number { return this.#y[this.rows.length] ?? 0; }
  get top(): number { return this.#y[this.first] ?? 0; }
  get atTop(): boolean { return (this.#scroller?.scrollTop ?? 0) < 4; }
  y(i: number): number { return this.#y[i] ?? 0; }
  indexOf(key: string): number { return this.#index.get(key) ?? -1; }
  get pageSize(): number {
    const h = this.#scroller?.clientHeight ?? 600;
    return Math.max(1, Math.floor((h - (this.o.inset ?? 0)) / 32) - 1);
  }

  /** New rows; call while the host is about to render. */
  set(rows: T[]): void {
    const s = this.#scroller;
    let anchor: { key: string; off: number } | null = null;
    if (s && s.scrollTop >= 4 && this.rows.length) {
      const i = this.#at(s.scrollTop);
      const row = this.rows[i];
      if (row !== undefined) anchor = { key: this.o.key(row), off: s.scrollTop - this.y(i) };
    }
    this.rows = rows;
    const y = new Float64Array(rows.length + 1);
    this.#index = new Map();
    for (let i = 0; i < rows.length; i++) {
      y[i + 1] = y[i]! + this.o.height(rows[i]!);
      this.#index.set(this.o.key(rows[i]!), i);
    }
    this.#y = y;
    if (anchor) {
      const i = this.indexOf(anchor.key);
      if (i >= 0) this.#restore = this.y(i) + anchor.off;
    }
    this.#measure(this.#restore ?? s?.scrollTop ?? 0);
  }

  /** Brings a row into sight; `centre` puts it in the middle unless it is in sight already. */
  reveal(i: number, centre = false): void {
    const s = this.#scroller;
    if (!s || i < 0 || i >= this.rows.length) return;
    const inset = this.o.inset ?? 0, view = s.clientHeight - inset;
    const a = this.y(i), b = this.y(i + 1);
    if (a >= s.scrollTop && b <= s.scrollTop + view) return;
    if (centre) s.scrollTop = a - (view - (b - a)) / 2;
    else s.scrollTop = a < s.scrollTop ? a : b - view;
    this.#scrolled();
  }
  toTop(): void { if (this.#scroller) this.#scroller.scrollTop = 0; this.#scrolled(); }

  hostUpdated(): void {
    const s = this.o.scroller();
    if (s !== this.#scroller) {
      this.#detach();
      this.#scroller = s;
      if (s) {
        s.addEventListener('scroll', this.#scrolled, { passive: true });
        this.#resize = new ResizeObserver(this.#scrolled);
        this.#resize.observe(s);
        this.#measure(s.scrollTop);
        this.host.requestUpdate();
      }
    }
    if (this.#restore !== null && s) {
      s.scrollTop = this.#restore;
      this.#restore = null;
    }
    const told = `${this.first}-${this.last}-${this.rows.length}`;
    if (told !== this.#told) {
      this.#told = told;
      this.o.moved?.(this.first, this.last);
    }
  }
  hostDisconnected(): void { this.#detach(); }

  #detach(): void {
    this.#scroller?.removeEventListener('scroll', this.#scrolled);
    this.#resize?.disconnect();
    this.#scroller = null;
  }

  #scrolled = (): void => {
    const s = this.#scroller;
    if (!s) return;
    const { first, last } = this;
    this.#measure(s.scrollTop);
    if (first !== this.first || last !== this.last) this.host.requestUpdate();
  };

  /** Index of the row at a height, by bisection. */
  #at(top: number): number {
    let lo = 0, hi = this.rows.length;
    while (lo < hi) {
      const mid = (lo + hi) >> 1;
      if (this.y(mid + 1) <= top) lo = mid + 1;
      else hi = mid;
    }
    return lo;
  }

  #measure(top: number): void {
    const over = this.o.overscan ?? 8, h = this.#scroller?.clientHeight || 900, n = this.rows.length;
    // Even steps, so that a small scroll re-renders nothing.
    const a = Math.max(0, this.#at(top) - over), b = Math.min(n, this.#at(top + h) + 1 + over);
    this.first = a - (a % 4);
    this.last = Math.min(n, b + (4 - (b % 4)));
  }
}
