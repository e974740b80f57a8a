// What plugins bring into the viewer: the list from /api/plugins, their pages, actions, widgets and panels in order,
// and the marks that their widgets' modules put on span rows. Mounting an element is plugin-view.ts.
import * as api from './api';
import { under } from './router';
import type { Mark, Plugin, PluginAction, PluginPage, PluginPanel, PluginWidget, SpanRef } from './types';
import { refKey } from './types';

export type Owned<T> = T & { plugin: Plugin };
type MarksFn = (refs: SpanRef[]) => Promise<Mark[]> | Mark[];

/** A module's or page's own address. */
export const address = (plugin: Plugin, path: string): string => new URL(path, new URL(plugin.base, location.origin)).href;

const byOrder = (a: { order?: number; id: string }, b: { order?: number; id: string }): number =>
  (a.order ?? 0) - (b.order ?? 0) || (a.id < b.id ? -1 : 1);

export class Plugins extends EventTarget {
  list: Plugin[] = [];
  state: 'loading' | 'ready' | 'error' = 'loading';

  #known!: () => void;
  /** Settled once the list has been seen. */
  readonly ready = new Promise<void>((yes) => { this.#known = yes; });

  async load(): Promise<void> {
    try {
      this.list = await api.plugins();
      this.state = 'ready';
      this.#known();
    } catch {
      this.state = 'error';
    }
    this.dispatchEvent(new Event('change'));
  }

  #all<T>(of: (p: Plugin) => T[] | undefined): Owned<T>[] {
    return this.list.flatMap((plugin) => (of(plugin) ?? []).map((x) => ({ ...x, plugin })));
  }
  get pages(): Owned<PluginPage>[] { return this.#all((p) => p.pages); }
  get actions(): Owned<PluginAction>[] { return this.#all((p) => p.actions); }
  get widgets(): Owned<PluginWidget>[] { return this.#all((p) => p.widgets).sort(byOrder); }
  get panels(): Owned<PluginPanel>[] { return this.#all((p) => p.panels).sort(byOrder); }
  get observed(): boolean { return this.list.some((p) => p.observes); }
  pageFor(path: string): Owned<PluginPage> | undefined { return this.pages.find((p) => under(path, p.route)); }
}

const GATHER_MS = 40;
const AT_MOST = 500;

/** Marks on span rows: asked for once per span and widget, in batches, and again when a plugin says tvp:changed. */
export class Marks extends EventTarget {
  #marks = new Map<string, Map<string, Mark[]>>(); // span -> widget -> marks
  #asked = new Set<string>();
  #queue = new Map<string, SpanRef>();
  #timer = 0;
  #modules: Promise<{ id: string; icon: string; fn: MarksFn }[]> | null = null;
  constructor(private plugins: Plugins) { super(); }

  of(r: SpanRef): Mark[] { return [...(this.#marks.get(refKey(r))?.values() ?? [])].flat(); }

  want(refs: SpanRef[]): void {
    if (this.plugins.state === 'ready' && this.plugins.widgets.length === 0) return;
    for (const r of refs) {
      const k = refKey(r);
      if (!this.#asked.has(k)) {
        this.#asked.add(k);
        this.#queue.set(k, { trace_id: r.trace_id, span_id: r.span_id });
      }
    }
    if (this.#queue.size && !this.#timer) this.#timer = window.setTimeout(() => void this.#ask(), GATHER_MS);
  }

  /** Something changed for these spans, or, without them, for any: what is in sight asks again at once ('stale'), the
   *  rest when it comes into sight. Until then the old marks stay. */
  changed(refs?: SpanRef[]): void {
    if (refs?.length) for (const r of refs) this.#asked.delete(refKey(r));
    else this.#asked.clear();
    this.dispatchEvent(new Event('stale'));
  }

  async #ask(): Promise<void> {
    await this.plugins.ready;
    this.#timer = 0;
    const all = [...this.#queue.values()];
    this.#queue.clear();
    this.#modules ??= this.#load();
    for (const { id, icon, fn } of await this.#modules) {
      for (let i = 0; i < all.length; i += AT_MOST) {
        const refs = all.slice(i, i + AT_MOST);
        try {
          const marks = await fn(refs.map((r) => ({ ...r })));
          const fresh = new Map<string, Mark[]>(refs.map((r) => [refKey(r), []]));
          for (const m of Array.isArray(marks) ? marks : []) fresh.get(refKey(m))?.push({ ...m, icon });
          for (const [k, list] of fresh) {
            const mine = this.#marks.get(k) ?? new Map<string, Mark[]>();
            if (list.length) mine.set(id, list);
            else mine.delete(id);
            if (mine.size) this.#marks.set(k, mine);
            else this.#marks.delete(k);
          }
        } catch (e) {
          console.warn(`spanMarks of ${id} failed`, e);
          for (const r of refs) this.#asked.delete(refKey(r)); // asked again when they come into view again
        }
      }
    }
    this.dispatchEvent(new Event('change'));
  }

  async #load(): Promise<{ id: string; icon: string; fn: MarksFn }[]> {
    const out: { id: string; icon: string; fn: MarksFn }[] = [];
    for (const w of this.plugins.widgets) {
      if (!w.module) continue;
      try {
        const m = await import(address(w.plugin, w.module)) as { spanMarks?: MarksFn };
        if (typeof m.spanMarks === 'function') out.push({ id: `${w.plugin.id}/${w.id}`, icon: w.plugin.pages[0]?.icon || 'tag', fn: m.spanMarks });
      } catch (e) {
        console.warn(`the module of ${w.plugin.id}/${w.id} does not load`, e);
      }
    }
    return out;
  }
}
