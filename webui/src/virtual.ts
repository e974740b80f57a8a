// Which rows of a long list are in sight, and where they stand. Rows have one height, opened ones a second below it.
// Browsers cannot make a box higher than some 16 million pixels: beyond MAX the scroll bar stands for the list in a
// smaller scale, and rows are placed relative to the scroll position.

const MAX = 8_000_000;

export class Virtual {
  private opened: number[] = []; // rising row numbers
  constructor(readonly rows: number, readonly rowHeight: number, readonly openHeight: number, opened: Iterable<number> = []) {
    this.opened = [...opened].filter((n) => n >= 0 && n < rows).sort((a, b) => a - b);
  }

  /** Height of the list, and of the box that stands for it. */
  get total(): number { return this.rows * this.rowHeight + this.opened.length * this.openHeight; }
  get boxHeight(): number { return Math.min(this.total, MAX); }

  /** Top of a row in the list. */
  top(row: number): number {
    let before = 0;
    for (const n of this.opened) if (n < row) before++;
    return row * this.rowHeight + before * this.openHeight;
  }

  /** The row at a height of the list. */
  at(y: number): number {
    let lo = 0, hi = Math.max(0, this.rows - 1);
    while (lo < hi) {
      const mid = (lo + hi + 1) >> 1;
      if (this.top(mid) <= y) lo = mid;
      else hi = mid - 1;
    }
    return lo;
  }

  /** Where the view of `height` pixels at scroll position `scrollTop` begins in the list. */
  offset(scrollTop: number, height: number): number {
    if (this.total <= MAX) return scrollTop;
    return scrollTop * (this.total - height) / Math.max(1, MAX - height);
  }

  /** The reverse: the scroll position at which the list's `y` is at the top of the view. */
  scrollFor(y: number, height: number): number {
    if (this.total <= MAX) return y;
    return y * Math.max(1, MAX - height) / Math.max(1, this.total - height);
  }

  /** Rows in sight, with some more above and below, and what to add to a row's top to get its place in the box. */
  range(scrollTop: number, height: number, spare = 8): { from: number; to: number; shift: number } {
    const y = this.offset(scrollTop, height);
    return {
      from: Math.max(0, this.at(y) - spare),
      to: Math.min(this.rows, this.at(y + height) + 1 + spare),
      shift: this.total <= MAX ? 0 : scrollTop - y,
    };
  }
}
