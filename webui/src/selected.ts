// Which records are selected: some by id, or all that the search shows, less some. So "all" means all, loaded or not.
import { api, type Select } from './api.js';

export class Selected {
  readonly ids: Set<string>;
  readonly all: boolean;
  private except: Set<string>; // all: those left out

  constructor(ids: Iterable<string> = [], all = false, except: Iterable<string> = []) {
    this.ids = new Set(ids);
    this.all = all;
    this.except = new Set(except);
  }

  static everything(): Selected { return new Selected([], true); }

  copy(): Selected { return new Selected(this.ids, this.all, this.except); }

  has(id: string): boolean { return this.all ? !this.except.has(id) : this.ids.has(id); }

  set(id: string, on: boolean): void {
    const set = this.all ? this.except : this.ids;
    if (on !== this.all) set.add(id);
    else set.delete(id);
  }

  /** The record is gone: it counts neither way. */
  forget(id: string): void {
    this.ids.delete(id);
    this.except.delete(id);
  }

  /** total: how many records the search shows. */
  size(total: number | null): number {
    return this.all ? Math.max(0, (total ?? 0) - this.except.size) : this.ids.size;
  }

  /** As a bulk call wants it. `expect`: how many the person was told. */
  wire(q: string, expect: number): Select {
    return this.all ? { all: true, ...(q ? { q } : {}), ...(this.except.size ? { except: [...this.except] } : {}), expect } : { ids: [...this.ids] };
  }
}

const LOOK_PAGES = 5, LOOK_LIMIT = 1000;

/** How many of the ids a search does not show; null when that would take reading too much, or when it failed. */
export async function countOutside(dataset: string, q: string, ids: Iterable<string>, signal: AbortSignal): Promise<number | null> {
  const left = new Set(ids);
  try {
    for (let n = 0; n < LOOK_PAGES; n++) {
      const page = await api.records(dataset, { q, limit: LOOK_LIMIT, offset: n * LOOK_LIMIT }, signal);
      for (const r of page.items) left.delete(r.id);
      if (!page.next || left.size === 0) return left.size;
    }
  } catch { /* the number is left out */ }
  return null;
}
