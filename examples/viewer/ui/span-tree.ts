// A trace's spans as rows: depth-first, children by start, with depth and the place on the trace's timeline.
import type { Span, Trace } from './types';

export interface SpanRow { span: Span; depth: number; x: number; w: number }
export interface Scale { start: bigint; ms: number }

const nano = (s: string | undefined): bigint => {
  try { return BigInt(s ?? 0); } catch { return 0n; }
};

/** The span of time that a trace's timeline shows: its own, or wider where spans lie outside of it. */
export function scaleOf(spans: Span[], trace?: Pick<Trace, 'start_unix_nano' | 'duration_ms'>): Scale {
  let lo = trace ? nano(trace.start_unix_nano) : 0n, hi = trace ? lo + BigInt(Math.ceil(trace.duration_ms * 1e6)) : 0n;
  for (const s of spans) {
    const a = nano(s.start_unix_nano), b = a + BigInt(Math.max(0, Math.ceil(s.duration_ms * 1e6)));
    if (lo === 0n || a < lo) lo = a;
    if (b > hi) hi = b;
  }
  return { start: lo, ms: Math.max(Number(hi - lo) / 1e6, 1e-6) };
}

export function treeRows(spans: Span[], trace?: Pick<Trace, 'start_unix_nano' | 'duration_ms'>): SpanRow[] {
  const scale = scaleOf(spans, trace);
  const known = new Set(spans.map((s) => s.span_id));
  const below = new Map<string, Span[]>();
  const roots: Span[] = [];
  for (const s of spans) {
    const p = s.parent_span_id;
    if (!p || !known.has(p) || p === s.span_id) roots.push(s);
    else if (below.has(p)) below.get(p)!.push(s);
    else below.set(p, [s]);
  }
  const later = (a: Span, b: Span): number => {
    const d = nano(b.start_unix_nano) - nano(a.start_unix_nano);
    return d > 0n ? 1 : d < 0n ? -1 : b.span_id < a.span_id ? -1 : 1;
  };
  const rows: SpanRow[] = [];
  const seen = new Set<string>();
  const walk = (from: Span[]): void => {
    // A stack, latest first, so that a thousand levels do not overflow and the earliest comes out first.
    const stack = from.slice().sort(later).map((span) => ({ span, depth: 0 }));
    for (let e = stack.pop(); e; e = stack.pop()) {
      const { span, depth } = e;
      if (seen.has(span.span_id)) continue;
      seen.add(span.span_id);
      const x = Number(nano(span.start_unix_nano) - scale.start) / 1e6 / scale.ms;
      rows.push({ span, depth, x: clamp(x), w: clamp(span.duration_ms / scale.ms) });
      for (const c of (below.get(span.span_id) ?? []).sort(later)) stack.push({ span: c, depth: depth + 1 });
    }
  };
  walk(roots);
  // Parents in a ring have no root: show them all the same.
  if (rows.length < spans.length) walk(spans.filter((s) => !seen.has(s.span_id)));
  return rows;
}

const clamp = (n: number): number => (Number.isFinite(n) ? Math.min(1, Math.max(0, n)) : 0);

/** What a row is called: a model call by its model, the rest by its name. */
export const titleOf = (s: Span): string => (s.kind === 'llm' && s.model ? s.model : s.name) || s.name || 'span';
