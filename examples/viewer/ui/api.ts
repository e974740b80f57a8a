// The viewer's calls. Every failure is an ApiError whose message is a sentence for a person.
import type {
  ActionReply, Detail, Facets, Info, Plugin, Span, SpanRef, Thread, ThreadWithTraces, Trace, TraceWithSpans,
} from './types';
import { member } from './json-text';
import { type Filter, query } from './filter';

export class ApiError extends Error {
  constructor(readonly status: number, message: string, readonly code = '') { super(message); }
  /** No answer at all: the viewer is down or the network is. */
  get offline(): boolean { return this.status === 0; }
}

async function request(url: string, init?: RequestInit): Promise<Response> {
  let r: Response;
  try {
    r = await fetch(url, { credentials: 'same-origin', ...init });
  } catch (e) {
    if (e instanceof DOMException && e.name === 'AbortError') throw e;
    throw new ApiError(0, 'The viewer does not answer. Is it still running?');
  }
  if (r.status === 401) {
    location.assign('/login');
    throw new ApiError(401, 'Sign in again.');
  }
  if (!r.ok) {
    const body = await r.json().catch(() => null) as { detail?: string; title?: string; code?: string } | null;
    throw new ApiError(r.status, body?.detail || body?.title || `The viewer answered ${r.status}.`, body?.code);
  }
  return r;
}

async function get<T>(url: string, signal?: AbortSignal): Promise<T> {
  return await (await request(url, { signal: signal ?? null })).json() as T;
}

/** A changing call on this origin, with the header that the gate wants. */
export async function post<T>(url: string, body: unknown): Promise<T> {
  const r = await request(url, {
    method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Tvp': '1' }, body: JSON.stringify(body),
  });
  const text = await r.text();
  return (text ? JSON.parse(text) : {}) as T;
}

export interface Page { total: number | null; next: string | null }
const paged = (base: string, f: Filter, limit: number, cursor?: string | null): string => {
  const p = query(f);
  p.set('limit', String(limit));
  if (cursor) p.set('cursor', cursor);
  return `${base}?${p}`;
};

export const spans = (f: Filter, limit: number, cursor?: string | null, signal?: AbortSignal) =>
  get<Page & { spans: Span[] }>(paged('/api/spans', f, limit, cursor), signal);
export const traces = (f: Filter, limit: number, cursor?: string | null, signal?: AbortSignal) =>
  get<Page & { traces: Trace[] }>(paged('/api/traces', f, limit, cursor), signal);
export const threads = (f: Filter, limit: number, cursor?: string | null, signal?: AbortSignal) =>
  get<Page & { threads: Thread[] }>(paged('/api/threads', f, limit, cursor), signal);
export const trace = (id: string, signal?: AbortSignal) =>
  get<TraceWithSpans>(`/api/traces/${encodeURIComponent(id)}`, signal);
export const thread = (id: string, signal?: AbortSignal) =>
  get<ThreadWithTraces>(`/api/thread?id=${encodeURIComponent(id)}`, signal);
export const facets = (f: Filter, signal?: AbortSignal) => get<Facets>(`/api/facets?${query(f)}`, signal);
export const info = () => get<Info>('/api/info');
export const plugins = async () => (await get<{ plugins: Plugin[] }>('/api/plugins')).plugins;

export async function detail(ref: SpanRef, signal?: AbortSignal): Promise<Detail> {
  const r = await request(`/api/traces/${encodeURIComponent(ref.trace_id)}/spans/${encodeURIComponent(ref.span_id)}`,
    { signal: signal ?? null });
  const text = await r.text();
  const d = JSON.parse(text) as Detail;
  d.raw = member(text, 'otlp') ?? JSON.stringify(d.otlp);
  return d;
}

export type Selected = { spans: SpanRef[] } | { filter: Filter };
export const act = (plugin: string, action: string, what: Selected, view: string) =>
  post<ActionReply>(`/api/plugins/${encodeURIComponent(plugin)}/actions/${encodeURIComponent(action)}`,
    { ...what, view });
export const tellSelection = (what: Selected, view: string) => post<unknown>('/api/selection', { ...what, view });
