// <tv-span-detail>: everything about one span, and below it, always in sight, the plugins' widgets.
// Emits tv-step {step}, tv-close, and tv-open {ref} for links to other spans.
import { LitElement, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { controls } from '../../../webui/kit/controls';
import { conversation, conversationCss, fnChip, type DataInfo as KitInfo } from '../../../webui/kit/conversation';
import { cost, count, duration, full, plural, tokens } from '../../../webui/kit/format';
import { icon } from '../../../webui/kit/icons';
import { colourJson, isJson, jsonBox, prettyJson } from '../../../webui/kit/json';
import { failed, spinner } from '../../../webui/kit/states';
import * as api from './api';
import { copyButton } from './copy';
import { kindLabel } from './filter';
import { type Attr, attrs, happenings, inputOutput, offsetMs } from './otlp';
import type { HostInfo } from './plugin-view';
import './plugin-view';
import type { Plugins } from './plugins';
import { kindLook } from './rows';
import { detailStyles } from './span-detail.styles';
import { titleOf } from './span-tree';
import type { Detail, Span, SpanRef } from './types';
import { refKey, sameRef } from './types';

const TABS = ['messages', 'tools', 'attributes', 'events', 'raw'] as const;
type Tab = (typeof TABS)[number];
const LABELS: Record<Tab, string> = { messages: 'Messages', tools: 'Tools', attributes: 'Attributes', events: 'Events', raw: 'Raw JSON' };
const LONG = 1200; // characters of an attribute shown at once

@customElement('tv-span-detail')
export class SpanDetail extends LitElement {
  static override styles = [controls, conversationCss, detailStyles].flat();

  @property({ attribute: false }) ref!: SpanRef;
  /** What the list knows already, shown while the rest is on its way. */
  @property({ attribute: false }) known: Span | null = null;
  @property({ attribute: false }) plugins!: Plugins;
  @property({ attribute: false }) hostInfo!: HostInfo;
  @property({ type: Boolean }) first = false;
  @property({ type: Boolean }) last = false;
  @state() private detail: Detail | null = null;
  @state() private error: Error | null = null;
  @state() private tab: Tab = 'messages';
  @state() private find = '';
  @state() private opened = new Set<string>();
  @state() private gone = new Set<string>();
  #abort: AbortController | null = null;
  #shown = '';

  protected override willUpdate(): void {
    const key = refKey(this.ref);
    if (key === this.#shown) return;
    this.#shown = key;
    this.opened = new Set();
    this.gone = new Set();
    void this.load();
  }
  override disconnectedCallback(): void { super.disconnectedCallback(); this.#abort?.abort(); }

  /** Loads it (again); the old span stays in sight for the moment that this takes. */
  async load(): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.error = null;
    try {
      const d = await api.detail(this.ref, abort.signal);
      if (abort.signal.aborted) return;
      const other = this.detail && !sameRef(this.detail.span, d.span);
      this.detail = d;
      if (other) {
        await this.updateComplete;
        const body = this.renderRoot.querySelector('.body');
        if (body) body.scrollTop = 0;
      }
    } catch (e) {
      if (abort.signal.aborted) return;
      this.detail = null;
      this.error = e instanceof Error ? e : new Error(String(e));
    }
  }

  #emit(type: string, detail: unknown = {}): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  protected override render() {
    const d = this.detail && sameRef(this.detail.span, this.ref) ? this.detail : null;
    const s = d?.span ?? (sameRef(this.known, this.ref) ? this.known : null) ?? this.detail?.span ?? null;
    return html`${s ? this.#head(s) : this.#bare()}
      ${this.error ? failed(this.error instanceof api.ApiError && this.error.status === 404 ? 'This span is not here' : 'The span did not load', this.error.message, () => void this.load(),
          { label: 'Close', run: () => this.#emit('tv-close') })
        : !this.detail ? spinner('Loading the span') : this.#tabs(this.detail)}
      ${this.#widgets()}`;
  }

  #bare() {
    return html`<header><div class="grow"><h2>Span</h2><p class="meta mono ell">${this.ref.span_id}</p></div>${this.#nav()}</header>`;
  }

  #nav() {
    return html`<div class="nav"><button type="button" class="ib" aria-label="Previous span" title="Previous span (↑)" ?disabled=${this.first} @click=${() => this.#emit('tv-step', { step: -1 })}>${icon('chevron-up')}</button>
      <button type="button" class="ib" aria-label="Next span" title="Next span (↓)" ?disabled=${this.last} @click=${() => this.#emit('tv-step', { step: 1 })}>${icon('chevron-down')}</button>
      <button type="button" class="ib" aria-label="Close span" title="Close (Esc)" @click=${() => this.#emit('tv-close')}>${icon('close')}</button></div>`;
  }

  #head(s: Span) {
    const [glyph, look] = kindLook(s.kind);
    const title = titleOf(s);
    const bits = [s.provider, s.service, title !== s.name ? s.name : ''].filter(Boolean) as string[];
    const step = (e: KeyboardEvent): void => {
      if (e.key !== 'ArrowUp' && e.key !== 'ArrowDown') return;
      e.preventDefault();
      this.#emit('tv-step', { step: e.key === 'ArrowUp' ? -1 : 1 });
    };
    return html`<header @keydown=${step}><span class="kind ${look}" title=${kindLabel(s.kind)}>${icon(glyph, 'xs')}</span>
        <div class="grow"><h2 title=${title}>${title}</h2>
          <p class="meta"><span class="ell" title=${[...bits, s.user ? `user ${s.user}` : ''].filter(Boolean).join(' · ')}>${bits.join(' · ')}</span><span class="sid">${bits.length ? ' · ' : ''}span <span class="mono">${s.span_id}</span></span>${copyButton(() => s.span_id, 'Copy the span id')}</p></div>${this.#nav()}</header>
      <div class="stats"><div title=${full(s.start)}><b>${duration(s.duration_ms)}</b>Duration</div><div><b>${tokens(s.input_tokens, s.output_tokens) || '–'}</b>Tokens in / out</div>
        <div><b>${s.cost !== undefined ? cost(s.cost) : '–'}</b>Cost</div><div><b title=${s.finish_reason ?? ''}>${s.finish_reason ?? (s.failed ? 'error' : '–')}</b>Finish</div></div>
      ${s.failed ? html`<div class="failure" role="note" tabindex=${(s.error?.length ?? 0) > 200 ? 0 : nothing}>${icon('error', 's')}<span>${s.error || 'This span failed.'}</span></div>` : nothing}`;
  }

  #tabs(d: Detail) {
    const info = d.datainfo?.data;
    const numbers: Partial<Record<Tab, number>> = {
      messages: (info?.input?.messages?.length ?? 0) + (info?.output?.messages?.length ?? 0),
      tools: info?.input?.tools?.length ?? 0,
      events: (d.otlp.span?.events?.length ?? 0) + (d.otlp.logs?.length ?? 0),
    };
    const shown = TABS.filter((t) => t !== 'tools' || (numbers.tools ?? 0) > 0);
    const tab = shown.includes(this.tab) ? this.tab : 'messages';
    const key = (e: KeyboardEvent): void => {
      const step = e.key === 'ArrowRight' ? 1 : e.key === 'ArrowLeft' ? -1 : 0;
      if (!step) return;
      e.preventDefault();
      e.stopPropagation();
      this.tab = shown[(shown.indexOf(tab) + step + shown.length) % shown.length]!;
      void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[role=tab][aria-selected=true]')?.focus());
    };
    return html`<div class="tabs" role="tablist" aria-label="Parts of the span" @keydown=${key}>${shown.map((t) => html`<button type="button" role="tab" id="tab-${t}" aria-controls="panel"
        aria-selected=${String(t === tab)} tabindex=${t === tab ? 0 : -1} @click=${() => { this.tab = t; }}>${LABELS[t]}${numbers[t] ? html`<span class="badge">${numbers[t]}</span>` : nothing}</button>`)}</div>
      <div class="body" id="panel" role="tabpanel" tabindex="0" aria-labelledby="tab-${tab}">${this.#panel(tab, d)}</div>`;
  }

  #panel(tab: Tab, d: Detail) {
    switch (tab) {
      case 'messages': return this.#messages(d);
      case 'tools': return this.#tools(d);
      case 'attributes': return this.#attributes(d);
      case 'events': return this.#events(d);
      case 'raw': return this.#raw(d);
    }
  }

  #messages(d: Detail) {
    const info = d.datainfo;
    if (info?.data) return conversation(info.data as KitInfo, { answer: true });
    const io = inputOutput(d.otlp);
    const input = io.input ?? d.span.preview_input, output = io.output ?? d.span.preview_output;
    const skip = info?.skipped;
    const box = (title: string, text: string | undefined) => (text === undefined || text === '' ? nothing
      : html`<div class="sec"><span class="eyebrow grow">${title}</span>${copyButton(() => text, `Copy the ${title.toLowerCase()}`)}</div>
        ${isJson(text) && text.length < 40_000 ? jsonBox(text, title) : html`<div class="plainbox" dir="auto">${this.#long(title, text)}</div>`}`);
    return html`${skip && skip.code !== 'not_a_call' ? html`<div class="notice">${icon('info', 's')}<span>${skip.reason}
        ${skip.take ? html` <button type="button" class="link" @click=${() => this.#emit('tv-open', { ref: { trace_id: d.span.trace_id, span_id: skip.take } })}>Open that span</button>` : nothing}</span></div>` : nothing}
      ${box('Input', input)}${box('Output', output)}
      ${!input && !output ? html`<div class="void">${icon('list', 'big')}<h2>No messages</h2><p>This ${kindLabel(d.span.kind).toLowerCase() === 'other' ? 'span' : kindLabel(d.span.kind).toLowerCase()} span recorded neither input nor output. What it has is under Attributes.</p></div>` : nothing}`;
  }

  #long(id: string, text: string) {
    if (text.length <= LONG * 5 || this.opened.has(id)) return text;
    return html`${text.slice(0, LONG * 5)}… <button type="button" class="link" @click=${() => { this.opened = new Set(this.opened).add(id); }}>Show all ${plural(text.length, 'character')}</button>`;
  }

  #tools(d: Detail) {
    const info = d.datainfo?.data;
    const choice = info?.input?.tool_choice;
    return html`${choice !== undefined && choice !== null ? html`<div class="sec"><span class="eyebrow">Tool choice</span><span class="mono">${typeof choice === 'string' ? choice : JSON.stringify(choice)}</span></div>` : nothing}
      ${(info?.input?.tools ?? []).map((t) => {
        const o = t as { function?: { name?: string; description?: string; parameters?: unknown }; name?: string; description?: string; type?: string };
        const f = o.function ?? o;
        return html`<div class="tooldef"><div>${fnChip(f.name ?? o.type)}</div>${f.description ? html`<p dir="auto">${f.description}</p>` : nothing}
          <details><summary>Definition</summary>${jsonBox(JSON.stringify(t), `Definition of ${f.name ?? 'the tool'}`)}</details></div>`;
      })}`;
  }

  #attributes(d: Detail) {
    const all = attrs(d.otlp), q = this.find.trim().toLowerCase();
    const fit = q ? all.filter((a) => a.key.toLowerCase().includes(q) || a.text.toLowerCase().includes(q)) : all;
    const groups = [...new Set(fit.map((a) => a.group))];
    return html`<div class="bar"><label class="field"><span class="sr">Search attributes</span>${icon('search', 's')}<input type="search" placeholder="Search ${plural(all.length, 'attribute')}" .value=${this.find}
        @input=${(e: Event) => { this.find = (e.target as HTMLInputElement).value; }} @keydown=${(e: KeyboardEvent) => { if (e.key === 'Escape' && this.find) { e.stopPropagation(); this.find = ''; } }}></label>
        ${copyButton(() => JSON.stringify(Object.fromEntries(all.filter((a) => a.group === 'Span').map((a) => [a.key, a.text])), null, 2), 'Copy all span attributes as JSON', false)}</div>
      ${fit.length === 0 ? html`<div class="void">${icon('search-none', 'big')}<h2>${all.length ? 'No matches' : 'No attributes'}</h2><p>${all.length ? `No attribute contains “${this.find.trim()}”.` : 'This span recorded none.'}</p></div>` : nothing}
      ${groups.map((g) => html`<div class="sec"><span class="eyebrow">${g}</span></div><dl class="attrs">${repeat(fit.filter((a) => a.group === g), (a) => a.key, (a) => this.#attr(a, q))}</dl>`)}`;
  }

  #attr(a: Attr, q: string) {
    const id = `${a.group}/${a.key}`, long = a.text.length > LONG || a.text.split('\n', 9).length > 8, open = this.opened.has(id);
    const text = long && !open ? a.text.slice(0, LONG) : isJson(a.text) && open ? prettyJson(a.text) : a.text;
    return html`<div class="attr"><dt>${marked(a.key, q)}</dt><dd><div dir="auto" class="v ${long && !open ? 'clip' : ''}" title=${a.type}>${marked(text, q)}</div>${copyButton(() => a.text, `Copy ${a.key}`)}
      ${long ? html`<button type="button" class="link more" @click=${() => { const n = new Set(this.opened); if (open) n.delete(id); else n.add(id); this.opened = n; }}>${open ? 'Show less' : `Show all ${plural(a.text.length, 'character')}`}</button>` : nothing}</dd></div>`;
  }

  #events(d: Detail) {
    const list = happenings(d.otlp);
    if (!list.length) return html`<div class="void">${icon('clock', 'big')}<h2>No events</h2><p>Neither events nor log records came with this span.</p></div>`;
    return list.map((e) => {
      const at = offsetMs(e.at, d.otlp);
      return html`<div class="event"><div class="h"><b>${e.name}</b>${e.log ? html`<span class="badge">${e.severity || 'log'}</span>` : nothing}<time title=${e.at ? full(Number(e.at / 1000000n)) : ''}>${at === null ? '' : `+${duration(Math.max(0, at))}`}</time></div>
        ${e.body ? (isJson(e.body) ? jsonBox(e.body, 'Body') : html`<div class="plainbox">${this.#long(`${e.name}${e.at}`, e.body)}</div>`) : nothing}
        ${e.attrs.length ? html`<dl>${e.attrs.map((a) => html`<dt>${a.key}</dt><dd dir="auto">${this.#long(`${e.name}${e.at}/${a.key}`, a.text)}</dd>`)}</dl>` : nothing}</div>`;
    });
  }

  #raw(d: Detail) {
    return html`<div class="bar"><span class="grow muted">${count(d.raw.length)} characters of OTLP JSON</span>${copyButton(() => prettyJson(d.raw), 'Copy the raw JSON', false)}</div>
      <pre class="raw">${this.#pretty(d.raw)}</pre>`;
  }
  #prettyOf = ''; #prettyIs: unknown = '';
  #pretty(raw: string): unknown {
    if (raw !== this.#prettyOf) { this.#prettyOf = raw; this.#prettyIs = colourJson(prettyJson(raw)); }
    return this.#prettyIs;
  }

  #widgets() {
    const list = this.plugins.widgets;
    if (!list.length) return nothing;
    const query = new URLSearchParams({ trace: this.ref.trace_id, span: this.ref.span_id }).toString();
    const span = { trace_id: this.ref.trace_id, span_id: this.ref.span_id };
    return html`<div class="widgets">${repeat(list, (w) => `${w.plugin.id}/${w.id}`, (w) => {
      const id = `${w.plugin.id}/${w.id}`;
      return html`<section aria-label=${w.title} class=${this.gone.has(id) ? 'gone' : ''} .style=${`--reserve:${Math.max(0, w.height || 0)}px`}
        @tvp:empty=${() => { this.gone = new Set(this.gone).add(id); }}>
        <tv-plugin-view .plugin=${w.plugin} .view=${w} .query=${query} .label=${w.title} .props=${{ host: { ...this.hostInfo, base: w.plugin.base }, span, trace: { trace_id: span.trace_id } }}></tv-plugin-view></section>`;
    })}</div>`;
  }
}

/** The text with what was searched for marked. */
function marked(text: string, q: string): unknown {
  if (!q) return text;
  const out: unknown[] = [], low = text.toLowerCase();
  let at = 0;
  for (let i = low.indexOf(q); i >= 0 && out.length < 400; i = low.indexOf(q, at)) {
    out.push(text.slice(at, i), html`<mark>${text.slice(i, i + q.length)}</mark>`);
    at = i + q.length;
  }
  out.push(text.slice(at));
  return out;
}
