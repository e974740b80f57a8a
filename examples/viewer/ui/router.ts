// Addresses of the viewer. The History API holds the state; whoever shows something subscribes.
//   /traces[/<trace_id>[/<span_id>]]?<filter>    /threads?id=&span=<trace_id>:<span_id>&view=chat&<filter>    a plugin's route
import { type Filter, fromParams, toParams } from './filter';
import type { SpanRef } from './types';

export type Route =
  | { page: 'traces'; filter: Filter; trace_id?: string; span_id?: string }
  | { page: 'threads'; filter: Filter; id?: string; span?: SpanRef; chat?: boolean }
  | { page: 'other'; path: string };

export function parse(url: URL): Route {
  const seg = url.pathname.split('/').filter(Boolean);
  if (seg.length === 0 || seg[0] === 'traces') {
    const r: Route = { page: 'traces', filter: fromParams(url.searchParams) };
    if (seg[1]) r.trace_id = seg[1].toLowerCase();
    if (seg[2]) r.span_id = seg[2].toLowerCase();
    return r;
  }
  if (seg[0] === 'threads') {
    const r: Route = { page: 'threads', filter: fromParams(url.searchParams) };
    const id = url.searchParams.get('id');
    if (id) r.id = id;
    if (url.searchParams.get('view') === 'chat') r.chat = true;
    const [trace_id, span_id] = (url.searchParams.get('span') ?? '').split(':');
    if (trace_id && span_id) r.span = { trace_id, span_id };
    return r;
  }
  return { page: 'other', path: url.pathname };
}

const withQuery = (path: string, p: URLSearchParams): string => (p.size ? `${path}?${p}` : path);

export const tracesUrl = (filter: Filter, ref?: { trace_id: string; span_id?: string }): string =>
  withQuery(`/traces${ref ? `/${ref.trace_id}` : ''}${ref?.span_id ? `/${ref.span_id}` : ''}`, toParams(filter));

export function threadsUrl(filter: Filter, id?: string, span?: SpanRef, chat = false): string {
  const p = toParams(filter);
  if (id) p.set('id', id);
  if (span) p.set('span', `${span.trace_id}:${span.span_id}`);
  if (chat) p.set('view', 'chat');
  return withQuery('/threads', p);
}

/** Whether `path` is `route` or lies below it, by whole segments. */
export const under = (path: string, route: string): boolean => {
  const r = route.replace(/\/+$/, '');
  return path === r || path.startsWith(`${r}/`);
};

export class Router extends EventTarget {
  #url = new URL(location.href);

  constructor() {
    super();
    window.addEventListener('popstate', () => this.#moved());
  }
  get url(): URL { return this.#url; }
  get route(): Route { return parse(this.#url); }
  get location(): string { return this.#url.pathname + this.#url.search + this.#url.hash; }

  /** Goes to an address of this origin; others are refused (false). */
  go(to: string, replace = false): boolean {
    let url: URL;
    try { url = new URL(to, location.origin); } catch { return false; }
    if (url.origin !== location.origin) return false;
    if (url.href === this.#url.href) return true;
    history[replace ? 'replaceState' : 'pushState'](null, '', url.pathname + url.search + url.hash);
    this.#moved();
    return true;
  }
  #moved(): void {
    this.#url = new URL(location.href);
    this.dispatchEvent(new Event('change'));
  }
}

/** Left clicks without modifiers on links of this origin stay in the app. Returns the address to go to. */
export function linkOf(e: MouseEvent): string | null {
  if (e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return null;
  const a = e.composedPath().find((n): n is HTMLAnchorElement => n instanceof HTMLAnchorElement && !!n.href);
  if (!a || a.target || a.hasAttribute('download')) return null;
  const url = new URL(a.href, location.href);
  if (url.origin !== location.origin || /^\/(api|plugins|login|logout|v1)\b/.test(url.pathname)) return null;
  return url.pathname + url.search + url.hash;
}
