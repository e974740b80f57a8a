// Reading OTLP's JSON form: attribute values as text, times, and what a span that is no model call was given and gave.
import type { AnyValue, KeyValue, Otlp } from './types';

export interface Attr { group: string; key: string; text: string; type: string }

export function plain(v: AnyValue | undefined): unknown {
  if (!v) return null;
  if (v.stringValue !== undefined) return v.stringValue;
  if (v.boolValue !== undefined) return v.boolValue;
  if (v.intValue !== undefined) return v.intValue;
  if (v.doubleValue !== undefined) return v.doubleValue;
  if (v.bytesValue !== undefined) return v.bytesValue;
  if (v.arrayValue) return (v.arrayValue.values ?? []).map(plain);
  if (v.kvlistValue) return Object.fromEntries((v.kvlistValue.values ?? []).map((kv) => [kv.key, plain(kv.value)]));
  return null;
}

export function valueText(v: AnyValue | undefined): string {
  const p = plain(v);
  return typeof p === 'string' ? p : p !== null && typeof p === 'object' ? JSON.stringify(p) : String(p ?? '');
}

const typeOf = (v: AnyValue | undefined): string => (v ? (Object.keys(v)[0] ?? '').replace('Value', '') : '');

export function attrs(otlp: Otlp): Attr[] {
  const out: Attr[] = [];
  const add = (group: string, list: KeyValue[] | undefined): void => {
    for (const kv of list ?? []) out.push({ group, key: kv.key, text: valueText(kv.value), type: typeOf(kv.value) });
  };
  add('Span', otlp.span?.attributes);
  const s = otlp.span?.status;
  if (s?.code !== undefined && s.code !== 0) out.push({ group: 'Status', key: 'code', text: statusName(s.code), type: '' });
  if (s?.message) out.push({ group: 'Status', key: 'message', text: s.message, type: 'string' });
  if (otlp.scope?.name) out.push({ group: 'Scope', key: 'name', text: otlp.scope.name, type: 'string' });
  if (otlp.scope?.version) out.push({ group: 'Scope', key: 'version', text: otlp.scope.version, type: 'string' });
  add('Scope', otlp.scope?.attributes);
  add('Resource', otlp.resource?.attributes);
  return out;
}
const statusName = (c: number | string): string =>
  c === 2 || c === 'STATUS_CODE_ERROR' ? 'ERROR' : c === 1 || c === 'STATUS_CODE_OK' ? 'OK' : String(c);

/** Where instrumentations put what went in and came out of a tool, chain, retrieval ... First found wins. */
const INPUT = ['input.value', 'gen_ai.tool.call.arguments', 'ai.toolCall.args', 'traceloop.entity.input', 'gen_ai.input.messages',
  'langfuse.observation.input', 'langwatch.input', 'ai.prompt', 'ai.value', 'ai.values', 'tool.parameters', 'input', 'db.statement', 'db.query.text',
  'embedding.embeddings.0.embedding.text', 'retrieval.query', 'genkit:input', 'mastra.span.input'];
const OUTPUT = ['output.value', 'gen_ai.tool.call.result', 'ai.toolCall.result', 'traceloop.entity.output', 'gen_ai.output.messages',
  'langfuse.observation.output', 'langwatch.output', 'ai.response.text', 'ai.response.object', 'output', 'genkit:output', 'mastra.span.output'];

export function inputOutput(otlp: Otlp): { input?: string; output?: string } {
  const by = new Map((otlp.span?.attributes ?? []).map((kv) => [kv.key, kv.value]));
  const first = (keys: string[]): string | undefined => {
    for (const k of keys) {
      const t = by.has(k) ? valueText(by.get(k)) : '';
      if (t) return t;
    }
    return undefined;
  };
  // Where messages are events of the span: what came in first, what came out last.
  const said = (names: string[], keys: string[]): string | undefined => {
    for (const e of otlp.span?.events ?? []) {
      if (!names.includes(e.name ?? '')) continue;
      const kv = keys.map((k) => e.attributes?.find((a) => a.key === k)).find(Boolean);
      if (kv) return valueText(kv.value);
    }
    return undefined;
  };
  const out: { input?: string; output?: string } = {};
  const i = first(INPUT) ?? said(['gen_ai.user.message', 'gen_ai.tool.message'], ['content']);
  const o = first(OUTPUT) ?? said(['gen_ai.choice'], ['message', 'content', 'tool.result']);
  if (i !== undefined) out.input = i;
  if (o !== undefined) out.output = o;
  return out;
}

export interface Happening { name: string; log: boolean; severity: string; at: bigint; body: string; attrs: { key: string; text: string }[] }

const nano = (t: string | number | undefined): bigint => {
  try { return BigInt(t ?? 0); } catch { return 0n; }
};

/** Events and correlated log records, in order of time. */
export function happenings(otlp: Otlp): Happening[] {
  const list: Happening[] = (otlp.span?.events ?? []).map((e) => ({
    name: e.name || 'event', log: false, severity: '', at: nano(e.timeUnixNano), body: '',
    attrs: (e.attributes ?? []).map((kv) => ({ key: kv.key, text: valueText(kv.value) })),
  }));
  for (const l of otlp.logs ?? []) {
    const named = l.eventName ?? valueText(l.attributes?.find((kv) => kv.key === 'event.name')?.value);
    list.push({
      name: named || 'log record', log: true, severity: l.severityText ?? '', at: nano(l.timeUnixNano || l.observedTimeUnixNano),
      body: valueText(l.body), attrs: (l.attributes ?? []).map((kv) => ({ key: kv.key, text: valueText(kv.value) })),
    });
  }
  return list.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** "+1.2 s" after the span's start, in milliseconds; null when a time is missing. */
export function offsetMs(at: bigint, otlp: Otlp): number | null {
  const start = nano(otlp.span?.startTimeUnixNano);
  return at === 0n || start === 0n ? null : Number(at - start) / 1e6;
}
