// The plugin's REST calls. The address comes from where this module was loaded, so any mount prefix works.
//
// Failures are typed: ApiError carries the server's problem (its `detail` is a sentence for people), OfflineError says
// that nobody answered. `connection` knows whether the server is there, tries again by itself with growing pauses, and
// tells its listeners when it is back.
import type { SpanRef } from '../kit/element.js';

export const API_BASE = new URL('../api/', import.meta.url);

export interface Topic { topic: string | null; count: number }
export interface Dataset {
  id: string;
  name: string;
  description?: string;
  record_count: number;
  topic_count: number;
  created_at: string;
  updated_at: string;
  topics: Topic[];
  evaluated_count: number;
  labelled_count: number;
}
/** What a span did not hold, by name. */
export type MissingPart = 'content' | 'tools' | 'tool_choice' | 'ids' | 'finish_reason';

export interface RecordRow {
  id: string;
  dataset_id: string;
  span_id?: string;
  trace_id?: string;
  topic?: string;
  evaluation?: { score?: number; feedback?: string; evaluated_at?: string };
  created_at: string;
  updated_at: string;
  edited: boolean;
  preview: { input?: string; output?: string; tool?: string; arguments?: string };
  model?: string;
  provider?: string;
  finish_reason?: string;
  input_tokens?: number;
  output_tokens?: number;
  cost?: number;
  latency_ms?: number;
  message_count: number;
  tool_count: number;
  tool_call_count: number;
  error: boolean;
  missing: boolean;
  missing_parts?: MissingPart[];
  bytes: number;
}
export interface Totals { datasets: number; records: number; labelled: number; evaluated: number; bytes: number; trash: number }
export interface Skipped { trace_id: string; span_id: string; code: string; reason: string; take?: SpanRef }
export interface Added { added: number; already_there: number; skipped: Skipped[]; undo: string | null }
export interface TrashItem {
  id: string; kind: 'dataset' | 'records'; name: string; dataset_id: string; records: number; deleted_at: string; gone_at: string;
}
export interface Selection {
  id: string; count: number | null; view?: string; filter?: unknown; spans: SpanRef[];
  datasets: { id: string; name: string; holds: number }[];
}
export interface Membership extends SpanRef { datasets: { id: string; name: string; record_id: string }[] }

interface Problem { title?: string; detail?: string; code?: string; pointer?: string }

export class ApiError extends Error {
  constructor(readonly status: number, readonly problem: Problem) {
    super(problem.detail || problem.title || `The server answered ${status}.`);
  }
  get code(): string { return this.problem.code ?? ''; }
}
export class OfflineError extends Error {
  constructor() { super('The viewer is not answering.'); }
}

export const isAbort = (e: unknown): boolean => e instanceof DOMException && e.name === 'AbortError';
export const sentence = (e: unknown): string => (e instanceof Error ? e.message : String(e));

// ---- is anybody there? ----

const PAUSES = [1, 2, 4, 8, 15];

class Connection extends EventTarget {
  offline = false;
  /** seconds until the next try, null while one is under way */
  wait: number | null = null;
  private step = 0;
  private timer = 0;

  constructor() {
    super();
    addEventListener('online', () => this.retry());
    document.addEventListener('visibilitychange', () => { if (!document.hidden) this.retry(); });
  }

  /** A call found nobody. */
  lost(): void {
    if (this.offline) return;
    this.offline = true;
    this.step = 0;
    this.schedule();
  }

  /** A call was answered. */
  found(): void {
    if (!this.offline) return;
    this.offline = false;
    clearInterval(this.timer);
    this.changed();
    this.dispatchEvent(new Event('back'));
  }

  /** Tries now, if it is offline. */
  retry(): void {
    if (!this.offline || this.wait === null) return;
    clearInterval(this.timer);
    void this.probe();
  }

  private schedule(): void {
    this.wait = PAUSES[Math.min(this.step++, PAUSES.length - 1)]!;
    this.changed();
    clearInterval(this.timer);
    this.timer = window.setInterval(() => {
      if (this.wait !== null && --this.wait <= 0) {
        clearInterval(this.timer);
        void this.probe();
      } else this.changed();
    }, 1000);
  }

  private async probe(): Promise<void> {
    this.wait = null;
    this.changed();
    try {
      await request('GET', 'datasets', { params: { limit: 1 } });
    } catch (e) {
      if (e instanceof OfflineError) this.schedule();
    }
  }

  private changed(): void { this.dispatchEvent(new Event('change')); }
}
export const connection = new Connection();

// ---- calls ----

type Params = Record<string, string | number | boolean | null | undefined>;
interface Options { params?: Params; body?: unknown; signal?: AbortSignal; headers?: Record<string, string> }

/** An API address with its parameters; empty ones are left out. */
export function address(path: string, params: Params = {}): URL {
  const url = new URL(path, API_BASE);
  for (const [k, v] of Object.entries(params)) if (v !== undefined && v !== null && v !== '') url.searchParams.set(k, String(v));
  return url;
}

async function call(method: string, path: string, { params, body, signal, headers }: Options = {}): Promise<Response> {
  let reply: Response;
  try {
    reply = await fetch(address(path, params), {
      method,
      headers: { Accept: 'application/json', ...(method === 'GET' ? {} : { 'X-Tvp': '1' }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (e) {
    if (isAbort(e)) throw e;
    connection.lost();
    throw new OfflineError();
  }
  if (reply.ok) {
    connection.found();
    return reply;
  }
  const problem = /json/.test(reply.headers.get('content-type') ?? '') ? ((await reply.json().catch(() => ({}))) as Problem) : {};
  // A proxy that answers in place of the plugin: nobody is there.
  if (reply.status === 502 || reply.status === 504 || (reply.status === 503 && !problem.code)) {
    connection.lost();
    throw new OfflineError();
  }
  connection.found();
  throw new ApiError(reply.status, problem);
}

async function request<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const reply = await call(method, path, options);
  try {
    return (await reply.json()) as T;
  } catch (e) {
    if (isAbort(e)) throw e;
    connection.lost(); // broke off in the middle
    throw new OfflineError();
  }
}

const get = <T>(path: string, params?: Params, signal?: AbortSignal): Promise<T> =>
  request<T>('GET', path, { ...(params ? { params } : {}), ...(signal ? { signal } : {}) });
const post = <T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> => request<T>('POST', path, { body, ...(signal ? { signal } : {}) });
const enc = encodeURIComponent;

export type Undo = { undo: string | null };
export interface Page<K extends string, T> { items: T[]; total: number | null; total_at_least?: number; next: string | null; key?: K }
type Wire<K extends string, T> = { [P in K]: T[] } & { total: number | null; total_at_least?: number; next: string | null };

async function page<K extends string, T>(key: K, path: string, params: Params, signal?: AbortSignal): Promise<Page<K, T>> {
  const w = await get<Wire<K, T>>(path, params, signal);
  return { items: w[key], total: w.total, next: w.next, ...(w.total_at_least === undefined ? {} : { total_at_least: w.total_at_least }) };
}

export interface RecordQuery { q?: string; sort?: string; order?: string; limit?: number; offset?: number; cursor?: string; topic?: string }
/** Which records a bulk call changes: those named, or all that fit, less some; `expect` guards against a moving target. */
export type Select = { ids: string[] } | { all: true; q?: string; except?: string[]; expect?: number };

export const api = {
  datasets: (p: { q?: string; limit?: number; cursor?: string }, signal?: AbortSignal) => page<'datasets', Dataset>('datasets', 'datasets', p, signal),
  totals: (signal?: AbortSignal) => get<Totals>('totals', undefined, signal),
  dataset: (id: string, signal?: AbortSignal) => get<Dataset>(`datasets/${enc(id)}`, undefined, signal),
  createDataset: (name: string, description?: string) => post<Dataset & Undo>('datasets', { name, ...(description ? { description } : {}) }),
  updateDataset: (id: string, change: { name?: string; description?: string | null }) => request<Dataset & Undo>('PATCH', `datasets/${enc(id)}`, { body: change }),
  deleteDataset: (id: string) => request<{ id: string; records: number } & Undo>('DELETE', `datasets/${enc(id)}`),
  duplicateDataset: (id: string) => post<Dataset & Undo>(`datasets/${enc(id)}/duplicate`, {}),
  topics: (id: string, signal?: AbortSignal) => page<'topics', Topic>('topics', `datasets/${enc(id)}/topics`, {}, signal),

  records: (id: string, p: RecordQuery, signal?: AbortSignal) => page<'records', RecordRow>('records', `datasets/${enc(id)}/records`, { ...p }, signal),
  record: (id: string, signal?: AbortSignal) => get<RecordRow>(`records/${enc(id)}`, undefined, signal),
  /** The stored text itself. */
  recordData: async (id: string, signal?: AbortSignal) => (await call('GET', `records/${enc(id)}/data`, signal ? { signal } : {})).text(),
  setTopic: (id: string, topic: string | null) => request<RecordRow & Undo>('PATCH', `records/${enc(id)}`, { body: { topic } }),
  deleteRecord: (id: string) => request<{ id: string } & Undo>('DELETE', `records/${enc(id)}`),
  bulk: (id: string, body: { op: 'topic' | 'delete'; select: Select; topic?: string | null }) =>
    post<{ changed: number; already_there: number; not_found: number } & Undo>(`datasets/${enc(id)}/bulk`, body),

  addSpans: (id: string, body: { spans?: SpanRef[]; selection_id?: string; topic?: string }) => post<Added>(`datasets/${enc(id)}/spans`, body),
  selection: (id: string, signal?: AbortSignal) => get<Selection>(`selections/${enc(id)}`, undefined, signal),
  preview: (ref: SpanRef, signal?: AbortSignal) =>
    get<{ data?: unknown; skipped?: { code: string; reason: string; take?: SpanRef } }>('spans/preview', { ...ref }, signal),
  memberships: (spans: SpanRef[], signal?: AbortSignal) => post<{ memberships: Membership[] }>('memberships', { spans }, signal),

  undo: (token: string) => post<{ undone: string; records: number; datasets: number }>(`undo/${enc(token)}`, {}),
  trash: (p: { limit?: number; cursor?: string }, signal?: AbortSignal) =>
    get<{ trash: TrashItem[]; total: number; records: number; bytes: number; next: string | null }>('trash', p, signal),
  restore: (ids: string[]) => post<{ restored: number; already_there: number } & Undo>('trash/restore', { ids }),
  emptyTrash: (body: { ids: string[] } | { all: true }) => post<{ removed: number }>('trash/empty', body),
};

/** What a toast's Undo button calls. */
export function undoAction(token: string | null | undefined): { label: string; url: string; method: 'POST' } | undefined {
  return token ? { label: 'Undo', url: address(`undo/${enc(token)}`).pathname, method: 'POST' } : undefined;
}
