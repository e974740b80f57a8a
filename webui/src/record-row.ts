// A record in the table of a dataset: its row of two lines, and its conversation below when it is opened. Templates only;
// what happens on a click is the view's business.
import { html, nothing, type TemplateResult } from 'lit';
import { conversation, type DataInfo } from '../kit/conversation.js';
import { missingOf } from '../kit/missing.js';
import type { SpanRef } from '../kit/element.js';
import { clock, compact, cost, dayName, duration, full, plural, shortId } from '../kit/format.js';
import { icon } from '../kit/icons.js';
import type { RecordRow } from './api.js';
import { missingMark } from './missing-mark.js';
import { answerLine, topicPill } from './view.js';

export interface RecordData { text: string; info: DataInfo | null; problem: string }

const POINTERS = 40; // shown at most, raw, in a tooltip

const place = (y: number): string => `transform:translateY(${y}px)`;

export function waitingRow(row: number, y: number, failed: boolean, retry: () => void): TemplateResult {
  return html`<div class="tr row wait" role="row" id="r${row}" aria-rowindex=${row + 2} .style=${place(y)}><div role="gridcell"></div>
    <div role="gridcell">${failed ? html`<button type="button" class="link" tabindex="-1" @click=${retry}>Could not be read. Retry</button>` : html`<div class="sk"></div>`}</div></div>`;
}

export interface RowOptions {
  r: RecordRow; row: number; y: number; on: boolean; open: boolean; active: boolean;
  topicEditor: TemplateResult | null; // in place of the topic while it is edited
  point: () => void; select: (on: boolean, range: boolean) => void; toggle: () => void; editTopic: () => void; remove: () => void;
}

export function recordRow(o: RowOptions): TemplateResult {
  const r = o.r;
  const tokens = r.input_tokens === undefined && r.output_tokens === undefined ? '–'
    : `${r.input_tokens === undefined ? '–' : compact(r.input_tokens)} / ${r.output_tokens === undefined ? '–' : compact(r.output_tokens)}`;
  return html`<div class="tr row ${o.active ? 'active' : ''} ${o.open ? 'opened' : ''}" role="row" id="r${o.row}" aria-rowindex=${o.row + 2} aria-selected=${String(o.on)} .style=${place(o.y)} @pointerdown=${o.point}>
    <div class="sel" role="gridcell"><input type="checkbox" tabindex="-1" aria-label="Select record" .checked=${o.on}
        @click=${(e: MouseEvent) => o.select((e.target as HTMLInputElement).checked, e.shiftKey)}>
      <button type="button" class="twist" tabindex="-1" aria-expanded=${String(o.open)} aria-label="Show conversation" @click=${o.toggle}>${icon('chevron-right', 'xs')}</button></div>
    <div role="gridcell" class="pvc"><button type="button" class="pv" tabindex="-1" @click=${o.toggle}>
      <span class="ln"><span class="role usr">USR</span><span class="tx" dir="auto">${r.preview.input || 'No input was recorded'}</span>${flags(r)}</span>
      <span class="ln a"><span class="role ast">AST</span>${answerLine(r)}</span></button></div>
    <div role="gridcell" class="c-topic">${o.topicEditor ?? html`<button type="button" class="plain" tabindex="-1" aria-label=${r.topic ? `Topic ${r.topic}, edit` : 'Add a topic'}
        title="${r.topic ? `${r.topic}: ` : ''}edit topic (T)" @click=${o.editTopic}>${r.topic ? topicPill(r.topic) : html`<span class="topic-add">${icon('plus', 'xs')}Topic</span>`}</button>`}</div>
    <div role="gridcell" class="c-score">${score(r)}</div>
    <div role="gridcell" class="two c-model" title=${[r.model, r.provider].filter(Boolean).join(', ') || nothing}><span>${r.model ?? '–'}</span><small>${r.provider ?? ''}</small></div>
    <div role="gridcell" class="two end num c-tok"><span>${tokens}</span><small>${plural(r.message_count, 'msg')}${r.tool_count ? ` · ${r.tool_count} fn` : ''}</small></div>
    <div role="gridcell" class="two end num" title=${full(r.created_at)}><span>${clock(r.created_at)}</span><small>${dayName(r.created_at)}</small></div>
    <div role="gridcell" class="rowacts"><button type="button" class="ib sm faint del" tabindex="-1" aria-label="Delete record" title="Delete record (Del)" @click=${o.remove}>${icon('trash', 's')}</button></div>
  </div>`;
}

function flags(r: RecordRow): unknown {
  return [
    r.edited ? html`<span class="flag" title="Edited">${icon('edit', 'xs')}</span>` : nothing,
    r.finish_reason === 'length' ? html`<span class="flag warn" title="The answer was cut off">${icon('warning', 'xs')}</span>` : nothing,
    r.error ? html`<span class="flag err" title="The call failed">${icon('error', 'xs')}</span>` : nothing,
    missingMark(r),
  ];
}

function score(r: RecordRow): TemplateResult {
  const s = r.evaluation?.score;
  if (s === undefined) return html`<span class="muted" title="Not evaluated">–</span>`;
  return html`<span class="score ${s >= 0.7 ? 'hi' : s >= 0.4 ? 'mid' : 'lo'}" title=${r.evaluation?.feedback || `Score ${s}`}>${s.toFixed(2)}<span class="bar-track" aria-hidden="true"><i .style=${`width:${Math.round(s * 100)}%`}></i></span></span>`;
}

export interface OpenedOptions {
  r: RecordRow; y: number; data: RecordData | undefined;
  retry: () => void; copy: (text: string) => void; openSpan: (ref: SpanRef) => void;
}

export function openedRecord({ r, y, data, retry, copy, openSpan }: OpenedOptions): TemplateResult {
  const info = data?.info, choice = info?.input?.tool_choice;
  const missing = missingOf(info);
  const span = r.span_id && r.trace_id ? { trace_id: r.trace_id, span_id: r.span_id } : null;
  const facts: [string, unknown][] = [
    ['Finish', r.finish_reason], ['Tool choice', typeof choice === 'string' ? choice : choice ? JSON.stringify(choice) : undefined],
    ['Tools', r.tool_count ? `${r.tool_count} declared, ${r.tool_call_count} called` : undefined],
    ['Latency', r.latency_ms === undefined ? undefined : duration(r.latency_ms)], ['Cost', r.cost === undefined ? undefined : cost(r.cost)],
    ['Span', span ? html`<button type="button" class="link mono" title="Open span ${span.span_id}" @click=${() => openSpan(span)}>${shortId(span.span_id, 8)}${icon('external', 'xs')}</button>` : undefined],
    ['Added', full(r.created_at)], ['Feedback', r.evaluation?.feedback],
    ['Not recorded', missing ? html`<span title=${[...missing.pointers].slice(0, POINTERS).join('\n')}>${missing.words}</span>` : undefined],
  ];
  return html`<div class="open" role="row" .style=${place(y)}><div role="gridcell" class="convc"><div class="conv" tabindex="0" role="group" aria-label="Conversation">
      ${!data ? html`<p class="ln"><span class="spin"></span>Loading the conversation</p>`
        : data.problem ? html`<p class="bad-text" role="alert">${icon('error', 's')}${data.problem} <button type="button" class="link" @click=${retry}>Retry</button></p>`
        : info ? conversation(info) : html`<pre>${data.text}</pre>`}</div></div>
    <div role="gridcell" class="facts"><dl>${facts.filter(([, v]) => v !== undefined && v !== '').map(([k, v]) => html`<dt>${k}</dt><dd class=${k === 'Feedback' || k === 'Not recorded' || k === 'Added' ? 'wrap' : ''}>${v}</dd>`)}</dl>
      <div class="acts"><button type="button" class="btn sm" ?disabled=${!data?.text} @click=${() => copy(data!.text)}>${icon('copy', 's')}Copy JSON</button></div></div></div>`;
}
