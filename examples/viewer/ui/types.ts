// What the viewer's calls answer (examples/viewer/README.md). Absent members are unknown, not empty.

export interface SpanRef { trace_id: string; span_id: string }

export type Kind = 'llm' | 'embedding' | 'tool' | 'agent' | 'chain' | 'retriever' | 'reranker' | 'guardrail' |
  'evaluator' | 'wrapper' | 'chunk' | 'other';

export interface Span extends SpanRef {
  parent_span_id?: string;
  name: string;
  kind: Kind;
  service?: string;
  scope?: string;
  model?: string;
  provider?: string;
  start: string;
  start_unix_nano: string;
  duration_ms: number;
  input_tokens?: number;
  output_tokens?: number;
  cost?: number;
  failed: boolean;
  error?: string;
  finish_reason?: string;
  thread_id?: string;
  user?: string;
  preview_input?: string;
  preview_output?: string;
  bytes: number;
}

export interface Trace {
  trace_id: string;
  name: string;
  service?: string;
  start: string;
  start_unix_nano: string;
  duration_ms: number;
  span_count: number;
  call_count: number;
  error_count: number;
  input_tokens?: number;
  output_tokens?: number;
  cost?: number;
  models: string[];
  thread_id?: string;
  user?: string;
  preview_input?: string;
  matched?: number;
}

export interface TraceWithSpans extends Trace { spans: Span[] }

export interface Thread {
  thread_id: string;
  title?: string;
  user?: string;
  first: string;
  last: string;
  trace_count: number;
  span_count: number;
  call_count: number;
  error_count: number;
  input_tokens?: number;
  output_tokens?: number;
  cost?: number;
  models: string[];
}

export interface ThreadWithTraces extends Thread { traces: TraceWithSpans[] }

export interface AnyValue {
  stringValue?: string;
  intValue?: string | number;
  doubleValue?: number;
  boolValue?: boolean;
  bytesValue?: string;
  arrayValue?: { values?: AnyValue[] };
  kvlistValue?: { values?: KeyValue[] };
}
export interface KeyValue { key: string; value?: AnyValue }

export interface OtlpEvent { name?: string; timeUnixNano?: string | number; attributes?: KeyValue[] }
export interface OtlpLog {
  timeUnixNano?: string | number;
  observedTimeUnixNano?: string | number;
  severityText?: string;
  eventName?: string;
  body?: AnyValue;
  attributes?: KeyValue[];
}
export interface Otlp {
  resource?: { attributes?: KeyValue[] };
  scope?: { name?: string; version?: string; attributes?: KeyValue[] };
  span?: {
    name?: string; kind?: number | string; attributes?: KeyValue[]; events?: OtlpEvent[];
    links?: { traceId?: string; spanId?: string }[];
    startTimeUnixNano?: string | number; endTimeUnixNano?: string | number;
    status?: { code?: number | string; message?: string }; traceState?: string;
  };
  logs?: OtlpLog[];
}

/** take: the id of the span of the same trace to take instead. */
export interface SkippedInfo { code: string; reason: string; take?: string }
export interface DataInfo {
  input?: { messages?: unknown[]; tools?: unknown[]; tool_choice?: unknown; metadata?: Record<string, unknown> };
  output?: { messages?: unknown[]; tool_calls?: unknown[]; finish_reason?: string; metadata?: Record<string, unknown> };
}

export interface Detail {
  span: Span;
  otlp: Otlp;
  datainfo?: { data?: DataInfo; skipped?: SkippedInfo };
  /** The OTLP object as the viewer sent it: numbers keep their digits. */
  raw: string;
}

export interface Facet { value: string; count: number }
export interface Facets { services: Facet[]; models: Facet[]; providers: Facet[]; kinds: Facet[] }

export interface Info {
  name: string; version: string; spans: number; traces: number;
  oldest?: string; newest?: string; bytes?: number; otlp: string[]; keep_days?: number; max_spans?: number;
}

export interface Mountable { element?: string; module?: string; path: string }
export interface PluginPage extends Mountable { id: string; title: string; icon?: string; route: string }
export interface PluginAction {
  id: string; label: string; icon?: string; shortcut?: string; min_spans?: number; max_spans?: number;
}
export interface PluginWidget extends Mountable { id: string; title: string; order: number; height: number }
export interface PluginPanel extends Mountable {
  id: string; title: string; icon?: string; side?: 'left' | 'right'; width: number; order: number;
}
export interface Plugin {
  id: string; name: string; version: string; base: string; healthy: boolean;
  pages: PluginPage[]; actions: PluginAction[]; observes: boolean; widgets: PluginWidget[]; panels: PluginPanel[];
}

export interface OpenReply extends Mountable { props?: Record<string, unknown> }
export interface ActionReply { open?: OpenReply; toast?: string; error?: string }

export interface Mark extends SpanRef { text: string; title?: string; href?: string; icon?: string }

export const refKey = (r: SpanRef): string => `${r.trace_id}:${r.span_id}`;
export const sameRef = (a?: SpanRef | null, b?: SpanRef | null): boolean =>
  !!a && !!b && a.trace_id === b.trace_id && a.span_id === b.span_id;
