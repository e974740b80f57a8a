// DataInfo (DESIGN: what a record keeps) as a conversation: role chips, text, tool calls with their arguments, results,
// images, reasoning, refusals. Everything in it was written by strangers: it reaches the page as text only, and nothing
// is fetched; a remote image is a link.
import { css, html, nothing, type TemplateResult } from 'lit';
import { plural } from './format.js';
import { icon } from './icons.js';
import { colourJson, isJson, jsonBox, jsonCss, prettyJson } from './json.js';
import { hasContent, lacksContent, missingOf, saysSomething, type Missing } from './missing.js';

export interface ToolCall { id?: string; type?: string; function?: { name?: string; arguments?: string } }
export interface Message {
  role?: string;
  content?: unknown;
  name?: string;
  refusal?: string | null;
  reasoning_content?: string | null;
  tool_calls?: ToolCall[];
  tool_call_id?: string;
}
export interface DataInfo {
  input?: {
    messages?: Message[];
    tools?: unknown[];
    tool_choice?: unknown;
    metadata?: { model?: string; provider?: string; parameters?: Record<string, unknown>; missing?: string[] };
  };
  output?: {
    messages?: Message[];
    tool_calls?: ToolCall[];
    finish_reason?: string;
    metadata?: {
      usage?: Record<string, unknown> & { input_tokens?: number; output_tokens?: number };
      cost?: number; latency_ms?: number; native_finish_reason?: string; error?: unknown;
    };
  };
}

export const conversationCss = [jsonCss, css`
  .msg { display: grid; grid-template-columns: 38px minmax(0, 1fr); gap: 10px; padding: 6px 0; line-height: 20px; content-visibility: auto; contain-intrinsic-size: auto 32px; }
  .msg > .role { margin-top: 2px; height: 16px; line-height: 16px; }
  .msg + .msg { border-top: 1px solid color-mix(in srgb, var(--_border) 60%, transparent); }
  .msg .b { min-width: 0; overflow-wrap: anywhere; display: grid; gap: 4px; grid-template-columns: minmax(0, 1fr); }
  .msg .dim { color: var(--_muted); }
  .msg .text { white-space: pre-wrap; }
  .msg .call { display: flex; align-items: baseline; flex-wrap: wrap; gap: 4px 8px; min-width: 0; }
  .msg .call .fn { height: 18px; line-height: 18px; align-items: baseline; }
  .msg .args { font: 400 var(--_mono-md)/18px var(--_mono); min-width: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
  .msg .who { color: var(--_muted); font-size: var(--_text-sm); }
  .msg .note { display: inline-flex; align-items: center; gap: 6px; color: var(--_muted); font-size: var(--_text-sm); }
  .msg .note.err { color: var(--_err); }
  .msg details > summary { cursor: pointer; color: var(--_muted); font-size: var(--_text-sm); width: fit-content; border-radius: 3px; }
  .msg details > div { color: var(--_muted); padding: 4px 0 2px 12px; border-inline-start: 2px solid var(--_border); margin-top: 4px; white-space: pre-wrap; }
  .msg img { display: block; max-width: min(100%, 320px); max-height: 240px; border: 1px solid var(--_border); border-radius: var(--_radius-sm); background: var(--_surface-2); }
  .msg .link { display: inline; text-align: start; overflow-wrap: anywhere; }
  .msg .gap { color: var(--_muted); font-style: italic; font-size: var(--_text-sm); }
  .missing-note { display: flex; gap: 8px; align-items: flex-start; margin: 2px 0 6px; padding: 6px 10px; border: 1px solid var(--_border); border-radius: var(--_radius-sm); background: var(--_surface-2); color: var(--_muted); font-size: var(--_text-sm); line-height: 18px; text-wrap: pretty; overflow-wrap: anywhere; }
  .missing-note .i { margin-top: 2px; } .missing-note b { font-weight: 500; color: var(--_fg); }
  .missing-note.content { background: var(--_warn-soft); border-color: var(--_warn-line); } .missing-note.content > .i { color: var(--_warn); }
  .msg-sep { display: flex; align-items: center; gap: 10px; padding: 12px 0 6px; border-top: 1px solid var(--_border); margin-top: 6px; }
`];

const CLIP = 6000; // characters of one text shown at once
const CLIP_SYSTEM = 420; // system prompts repeat from record to record, and are long

const ROLES: Record<string, [chip: string, cls: string, name: string]> = {
  system: ['SYS', 'sys', 'System'], developer: ['SYS', 'sys', 'Developer'], user: ['USR', 'usr', 'User'],
  assistant: ['AST', 'ast', 'Assistant'], tool: ['TOOL', 'tool', 'Tool result'], function: ['TOOL', 'tool', 'Tool result'],
};

/** The chip of a role: SYS, USR, AST, TOOL, else its first letters. */
export function roleChip(role: string | undefined): TemplateResult {
  const [chip, cls, name] = ROLES[role ?? ''] ?? [(role ?? '?').slice(0, 4).toUpperCase(), '', role || 'Unknown role'];
  return html`<span class="role ${cls}" title=${name}>${chip}</span>`;
}

/** The chip of a function call. */
export function fnChip(name: string | undefined): TemplateResult {
  return html`<span class="fn" title=${name ?? ''}><i aria-hidden="true">f</i>${name || 'unnamed'}</span>`;
}

// Long texts come clipped; the button puts in the rest without a render.
function longText(text: string, cls = 'text', max = CLIP): TemplateResult {
  if (text.length <= max * 1.1) return html`<div class=${cls} dir="auto">${text}</div>`;
  const rest = (e: Event): void => {
    const button = e.currentTarget as HTMLButtonElement;
    const box = button.previousElementSibling as HTMLElement;
    box.textContent = text;
    button.hidden = true;
  };
  return html`<div class=${cls} dir="auto" .textContent=${`${text.slice(0, max)}…`}></div>
    <button type="button" class="link" @click=${rest}>Show all ${plural(text.length, 'character')}</button>`;
}

function body(text: string, max = CLIP): TemplateResult {
  return isJson(text) ? clippedJson(text) : longText(text, 'text', max);
}

function clippedJson(text: string): TemplateResult {
  return text.length > 40_000 ? longText(text, 'args') : jsonBox(text);
}

// data: images only of the raster kinds; anything else is a link or a note.
function image(url: unknown, alt: string): TemplateResult {
  if (typeof url !== 'string' || url === '') return html`<span class="note">${icon('image', 's')}An image without content</span>`;
  if (/^data:image\/(?:png|jpe?g|gif|webp|avif|bmp);base64,/i.test(url)) return html`<img src=${url} alt=${alt} loading="lazy">`;
  if (/^data:/i.test(url)) return html`<span class="note">${icon('image', 's')}${url.slice(0, 40)}… (${plural(url.length, 'character')})</span>`;
  return /^https?:\/\//i.test(url)
    ? html`<span class="note">${icon('image', 's')}<a class="link" href=${url} target="_blank" rel="noopener noreferrer nofollow">${clip(url, 120)}</a></span>`
    : html`<span class="note">${icon('image', 's')}${clip(url, 120)}</span>`;
}

const clip = (s: string, n: number): string => (s.length > n ? `${s.slice(0, n)}…` : s);
const text = (x: unknown): string => (typeof x === 'string' ? x : x === undefined || x === null ? '' : JSON.stringify(x));

function part(p: unknown): TemplateResult {
  if (typeof p === 'string') return body(p);
  const o = (p ?? {}) as Record<string, any>;
  switch (o['type']) {
    case 'text': case 'input_text': case 'output_text': return body(text(o['text']));
    case 'image_url': return image(typeof o['image_url'] === 'string' ? o['image_url'] : o['image_url']?.url, 'Image in the message');
    case 'input_image': return image(o['image_url'], 'Image in the message');
    case 'refusal': return html`<div class="note err">${icon('shield', 's')}Refused: ${text(o['refusal'])}</div>`;
    case 'input_audio': {
      const a = o['input_audio'] ?? {};
      return html`<span class="note">${icon('audio', 's')}Audio${a.format ? `, ${text(a.format)}` : ''}, ${plural(text(a.data).length, 'character')} of base64</span>`;
    }
    case 'file': {
      const f = o['file'] ?? {};
      return html`<span class="note">${icon('file', 's')}${text(f.filename) || text(f.file_id) || 'File'}</span>`;
    }
    default: return clippedJson(JSON.stringify(p));
  }
}

// Which fields of one message the span did not hold: `at` is its pointer, `calls` that of its tool calls where they
// stand a second time (output.tool_calls), with the number of the first one.
interface Gaps { missing: Missing; at: string; calls?: { at: string; from: number } }

const gapText = (text: string): TemplateResult => html`<span class="gap">${text}</span>`;

function idGap(g: Gaps | null, n: number): boolean {
  const p = g?.missing.pointers;
  return !!p && (p.has(`${g.at}/tool_calls/${n}/id`) || (g.calls !== undefined && p.has(`${g.calls.at}/${g.calls.from + n}/id`)));
}

function call(c: ToolCall, idMissing = false): TemplateResult {
  const args = text(c.function?.arguments);
  const json = isJson(args);
  const short = !json || prettyJson(args, 72).indexOf('\n') < 0;
  return html`<div class="call">${fnChip(c.function?.name)}${c.id ? html`<span class="who mono">${c.id}</span>` : idMissing ? gapText('id was not recorded') : nothing}
    ${args === '' || args === '{}' ? nothing : !short ? nothing : html`<span class="args">${json ? colourJson(prettyJson(args, 1000)) : clip(args, CLIP)}</span>`}</div>
    ${short || args === '{}' ? nothing : clippedJson(args)}`;
}

/** One message with its chip. */
export const message = (m: Message): TemplateResult => messageWith(m, null);

function messageWith(m: Message, gaps: Gaps | null): TemplateResult {
  const tool = m.role === 'tool' || m.role === 'function', system = m.role === 'system' || m.role === 'developer';
  const lost = (field: string): boolean => gaps !== null && gaps.missing.pointers.has(gaps.at + field);
  const parts = Array.isArray(m.content) ? m.content : null;
  const content = typeof m.content === 'string' ? (m.content === '' ? nothing : body(m.content, system ? CLIP_SYSTEM : CLIP))
    : parts ? parts.map((p, n) => (lost(`/content/${n}`) ? html`${blank(p) ? nothing : part(p)}${gapText(blank(p) ? 'this part was not recorded' : 'this part is not complete')}` : part(p)))
    : m.content === null || m.content === undefined ? nothing : clippedJson(JSON.stringify(m.content));
  const calls = Array.isArray(m.tool_calls) ? m.tool_calls : [];
  const gap = !gaps || !lacksContent(gaps.missing, gaps.at, m) ? nothing : gapText(hasContent(m) ? 'this content is not complete' : 'content was not recorded');
  const id = m.tool_call_id ? html` <span class="mono">${m.tool_call_id}</span>` : lost('/tool_call_id') ? html` ${gapText('tool call id was not recorded')}` : null;
  return html`<div class="msg">${roleChip(m.role)}<div class="b ${system ? 'dim' : ''}">
    ${m.name || (tool && id) ? html`<span class="who">${m.name ?? ''}${tool ? id : nothing}</span>` : nothing}
    ${m.reasoning_content ? html`<details><summary>Reasoning, ${plural(m.reasoning_content.length, 'character')}</summary><div dir="auto">${clip(m.reasoning_content, 100_000)}</div></details>` : nothing}
    ${content}${gap}${m.refusal ? html`<div class="note err">${icon('shield', 's')}Refused: ${m.refusal}</div>` : nothing}
    ${calls.map((c, n) => call(c, idGap(gaps, n)))}${gap === nothing && !saysSomething(m) ? html`<span class="who">No content</span>` : nothing}</div></div>`;
}

// A part that has its type and nothing else.
function blank(p: unknown): boolean {
  if (p === null || p === undefined || p === '') return true;
  return typeof p === 'object' && Object.entries(p).every(([k, v]) => k === 'type' || v === null || v === '' || (typeof v === 'object' && Object.values(v).every((x) => x === null || x === '')));
}

/** The note of what the span did not hold, for above a conversation. */
export function missingNote(missing: Missing | null): TemplateResult | typeof nothing {
  return !missing ? nothing : html`<p class="missing-note ${missing.content ? 'content' : ''}" role="note" aria-label="Not in the span">
    ${icon(missing.content ? 'gap' : 'info', 's')}<span><b>Not in the span: ${missing.words}.</b> ${missing.meaning}</span></p>`;
}

export interface ConversationOptions { answer?: boolean }

/** What is missing, the input messages, then the answer. options.answer: a heading above the answer. */
export function conversation(data: DataInfo, options: ConversationOptions = {}): TemplateResult {
  const input = Array.isArray(data.input?.messages) ? data.input.messages : [];
  const output = Array.isArray(data.output?.messages) ? data.output.messages : [];
  const error = data.output?.metadata?.error;
  const missing = missingOf(data);
  let calls = 0; // of the answers before
  const answer = (m: Message, n: number): TemplateResult => {
    const from = calls;
    calls += Array.isArray(m?.tool_calls) ? m.tool_calls.length : 0;
    return messageWith(m, missing && { missing, at: `/output/messages/${n}`, calls: { at: '/output/tool_calls', from } });
  };
  return html`${missingNote(missing)}${input.map((m, n) => messageWith(m, missing && { missing, at: `/input/messages/${n}` }))}${input.length === 0 ? html`<div class="msg">${roleChip('user')}<div class="b"><span class="who">No input was recorded</span></div></div>` : nothing}
    ${options.answer ? html`<div class="msg-sep eyebrow">Answer${output.length > 1 ? `, ${output.length} choices` : ''}</div>` : nothing}
    ${output.map(answer)}
    ${error ? html`<div class="msg">${roleChip('assistant')}<div class="b"><div class="note err">${icon('error', 's')}${text(typeof error === 'object' && error && 'message' in error ? (error as { message: unknown }).message : error)}</div></div></div>`
      : output.length === 0 ? html`<div class="msg">${roleChip('assistant')}<div class="b"><span class="who">No answer was recorded</span></div></div>` : nothing}`;
}
