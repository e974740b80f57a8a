// The flat list that the table shows: a row per trace, and below an open one a row per span.
import type { SpanStore } from './span-store';
import type { SpanRow } from './span-tree';
import type { SpanRef, Trace } from './types';

export type Row =
  | { type: 'trace'; key: string; trace: Trace; open: boolean }
  | { type: 'span'; key: string; trace: Trace; row: SpanRow }
  | { type: 'wait'; key: string; trace: Trace }
  | { type: 'fail'; key: string; trace: Trace; error: string }
  | { type: 'more'; key: string };

export const TRACE_H = 36, SPAN_H = 30, MORE_H = 40;
export const heightOf = (r: Row): number => (r.type === 'trace' ? TRACE_H : r.type === 'more' ? MORE_H : SPAN_H);
export const spanKey = (r: SpanRef): string => `${r.trace_id}:${r.span_id}`;

/** Placeholders keep the place of spans that are on their way, so that nothing jumps when they arrive. */
const WAIT_MAX = 500;

export function flatten(traces: Trace[], isOpen: (t: Trace) => boolean, spans: SpanStore, more: boolean): Row[] {
  const out: Row[] = [];
  for (const trace of traces) {
    const open = isOpen(trace);
    out.push({ type: 'trace', key: trace.trace_id, trace, open });
    if (!open) continue;
    const have = spans.get(trace.trace_id);
    if (have?.state === 'ready') {
      for (const row of have.rows) out.push({ type: 'span', key: spanKey(row.span), trace, row });
    } else if (have?.state === 'error') {
      out.push({ type: 'fail', key: `${trace.trace_id}!`, trace, error: have.error ?? '' });
    } else {
      const n = Math.min(Math.max(trace.span_count, 1), WAIT_MAX);
      for (let i = 0; i < n; i++) out.push({ type: 'wait', key: `${trace.trace_id}?${i}`, trace });
    }
  }
  if (more) out.push({ type: 'more', key: 'more' });
  return out;
}

const ICONS: Record<string, [string, string]> = {
  llm: ['sparkle', 'ast'], embedding: ['vector', 'sys'], tool: ['tool', 'tool'], agent: ['bot', 'usr'],
  chain: ['chain', 'plain'], retriever: ['search', 'sys'], reranker: ['sort', 'sys'], guardrail: ['shield', 'tool'],
  evaluator: ['check', 'tool'], wrapper: ['sparkle', 'plain'], chunk: ['circle', 'plain'], other: ['circle', 'plain'],
};
/** Icon and colour family of a kind. */
export const kindLook = (kind: string): [string, string] => ICONS[kind] ?? ['circle', 'plain'];

const ASKED = /"role"\s*:\s*"user"\s*,\s*"content"\s*:\s*"((?:[^"\\]|\\.)+)("?)/g;
const SAID = /^\s*[[{]+\s*(?:"role"\s*:\s*"\w+"\s*,\s*)?"(?:content|text)"\s*:\s*"((?:[^"\\]|\\.)+)/;

/** A preview as words. Some SDKs record whole requests and answers as JSON, whose beginnings all look alike: what was
 *  asked last or said first stands for them. Previews are cut off, so this is no parser. */
export function wordsOf(preview: string): string {
  if (!/^\s*[[{]/.test(preview)) return preview;
  const asked = [...preview.matchAll(ASKED)];
  const text = (asked.findLast((m) => m[2]) ?? asked.at(-1))?.[1] ?? SAID.exec(preview)?.[1];
  if (!text) return preview;
  try { return JSON.parse(`"${text}"`) as string; } catch { return text; }
}
