// The filter of host-api/tvp.h as it stands in the address bar, and what a person reads of it.
//
// The address has the same parameter names as the calls, and one more: `range` (15m, 1h, 24h, 7d), a time range that
// moves along with the clock. It becomes `from` when a call is made, so a stored link to "last 24 h" stays that.

import type { Span, Trace } from './types';

export interface Filter {
  service?: string; name?: string; model?: string; provider?: string; text?: string; kind?: string;
  trace_id?: string; thread_id?: string; user?: string; from?: string; to?: string;
  error?: boolean; min_ms?: number; range?: string;
}

const STRINGS = [
  'service', 'name', 'model', 'provider', 'text', 'kind', 'trace_id', 'thread_id', 'user', 'from', 'to',
] as const;
const KEYS = [...STRINGS, 'error', 'min_ms', 'range'] as const;

export const RANGES: { id: string; label: string; ms: number }[] = [
  { id: '15m', label: 'Last 15 min', ms: 15 * 60e3 },
  { id: '1h', label: 'Last 1 h', ms: 3600e3 },
  { id: '24h', label: 'Last 24 h', ms: 24 * 3600e3 },
  { id: '7d', label: 'Last 7 d', ms: 7 * 24 * 3600e3 },
];

export function fromParams(p: URLSearchParams): Filter {
  const f: Filter = {};
  for (const k of STRINGS) {
    const v = p.get(k);
    if (v) f[k] = v;
  }
  const e = p.get('error');
  if (e === 'true' || e === '1') f.error = true;
  else if (e === 'false' || e === '0') f.error = false;
  const ms = Number(p.get('min_ms'));
  if (p.get('min_ms') && Number.isFinite(ms) && ms > 0) f.min_ms = ms;
  const r = p.get('range');
  if (r && RANGES.some((x) => x.id === r)) f.range = r;
  return f;
}

/** For the address bar: keeps `range`. */
export function toParams(f: Filter): URLSearchParams {
  const p = new URLSearchParams();
  for (const k of KEYS) {
    const v = f[k];
    if (v !== undefined && v !== '') p.set(k, String(v));
  }
  return p;
}

/** For calls and plugins: `range` became `from`. */
export function resolve(f: Filter): Filter {
  const { range, ...rest } = f;
  const r = RANGES.find((x) => x.id === range);
  if (r && !rest.from) rest.from = new Date(Date.now() - r.ms).toISOString();
  return rest;
}

export const query = (f: Filter): URLSearchParams => toParams(resolve(f));
export const same = (a: Filter, b: Filter): boolean => toParams(a).toString() === toParams(b).toString();
export const isEmpty = (f: Filter): boolean => toParams(f).size === 0;
/** Whether it picks spans within a trace (a time range alone says nothing worth dimming). */
export const narrows = (f: Filter): boolean => {
  const { range: _r, from: _f, to: _t, trace_id: _i, thread_id: _h, ...rest } = f;
  return toParams(rest).size > 0;
};

const ms = (s: string): number => (/^\d+$/.test(s) ? Number(s) : Date.parse(s));

/** Whether a span fits, by what its summary says. Messages are not in it: `listed` says that the list it stands in has
 *  the same text filter, so that only the viewer's own answer could say no. */
export function fits(f: Filter, s: Span, t?: Pick<Trace, 'thread_id' | 'user'>, listed = false): boolean {
  const at = Date.parse(s.start), text = f.text?.toLowerCase();
  return (!f.service || s.service === f.service) && (!f.name || s.name === f.name) && (!f.model || s.model === f.model) &&
    (!f.provider || s.provider === f.provider) && (!f.kind || s.kind === f.kind) && (!f.trace_id || s.trace_id === f.trace_id) &&
    (!f.thread_id || (s.thread_id ?? t?.thread_id) === f.thread_id) && (!f.user || (s.user ?? t?.user) === f.user) &&
    (f.error === undefined || s.failed === f.error) && (!f.min_ms || s.duration_ms >= f.min_ms) &&
    (!f.from || at >= ms(f.from)) && (!f.to || at < ms(f.to)) &&
    (!text || listed || [s.name, s.preview_input, s.preview_output].some((x) => x?.toLowerCase().includes(text)));
}

export interface Chip { key: keyof Filter; label: string; value: string }

const when = (s: string): string => {
  const d = new Date(/^\d+$/.test(s) ? Number(s) : s);
  return Number.isNaN(d.getTime()) ? s : d.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
};

/** What is set, in the order of the menu; the text and the range have controls of their own. */
export function chips(f: Filter): Chip[] {
  const out: Chip[] = [];
  const add = (key: keyof Filter, label: string, value: string | undefined): void => {
    if (value) out.push({ key, label, value });
  };
  add('service', 'Service', f.service);
  add('model', 'Model', f.model);
  add('provider', 'Provider', f.provider);
  add('kind', 'Kind', f.kind && kindLabel(f.kind));
  if (f.error !== undefined) add('error', f.error ? 'Errors only' : 'No errors', ' ');
  if (f.min_ms) add('min_ms', 'At least', f.min_ms >= 1000 ? `${f.min_ms / 1000} s` : `${f.min_ms} ms`);
  add('user', 'User', f.user);
  add('name', 'Name', f.name);
  add('thread_id', 'Thread', f.thread_id);
  add('trace_id', 'Trace', f.trace_id && `${f.trace_id.slice(0, 8)}…`);
  add('from', 'From', f.from && when(f.from));
  add('to', 'Before', f.to && when(f.to));
  return out;
}

const KIND_LABELS: Record<string, string> = {
  llm: 'Model call', embedding: 'Embedding', tool: 'Tool', agent: 'Agent', chain: 'Chain', retriever: 'Retrieval',
  reranker: 'Reranking', guardrail: 'Guardrail', evaluator: 'Evaluation', wrapper: 'Wrapper', chunk: 'Stream chunk',
  other: 'Other',
};
export const kindLabel = (k: string): string => KIND_LABELS[k] ?? k;
