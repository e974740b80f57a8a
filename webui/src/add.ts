// <spanset-add>: the dialog that adds spans to a dataset. Its host puts it into a modal box of its own.
//
// In:  selection_id (kept by the plugin when the action was pressed) and count; or `selection` ([{trace_id, span_id}]);
//      or `span`. `host` as for every element.
// Out: tvp:changed {spans}      these are in a dataset now; empty when they are too many to list: any span may be
//      tvp:toast   {text: "31 added, 5 already there, 2 skipped", level, details: the reasons, one line a skipped span,
//                   action: {label: "Undo", url, method: "POST"}}   see kit/element.ts, ToastDetail
//      tvp:close   {added}      the person is done; {added: undefined} when they cancelled
// When spans were skipped the dialog stays and lists them until it is closed.
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { fnChip, roleChip, type DataInfo, type Message } from '../kit/conversation.js';
import { define, TvpElement, type SpanRef } from '../kit/element.js';
import { compact, count, plural, shortId } from '../kit/format.js';
import { icon } from '../kit/icons.js';
import { lacksContent, missingOf } from '../kit/missing.js';
import { inlineSpinner } from '../kit/states.js';
import { addCss } from './add-css.js';
import { api, isAbort, sentence, undoAction, type Added, type Dataset, type Selection, type Topic } from './api.js';
import './topic-input.js';

type Tab = 'new' | 'existing';
interface Stored { data?: DataInfo; skipped?: { code: string; reason: string; take?: SpanRef } }

const LISTED = 200;
const LAST = 'spanset.last-dataset'; // for this browser tab; storage may be forbidden, then nothing is remembered

function remember(id: string): void {
  try { sessionStorage.setItem(LAST, id); } catch { /* see above */ }
}
function remembered(): string | null {
  try { return sessionStorage.getItem(LAST); } catch { return null; }
}

export class SpansetAdd extends TvpElement {
  static override styles = [TvpElement.styles, addCss];

  @property() selection_id = '';
  @property({ attribute: false }) count: number | null = null;
  @property({ attribute: false }) selection: SpanRef[] | null = null;
  @property({ attribute: false }) span: SpanRef | null = null;

  @state() private tab: Tab = 'new';
  @state() private name = '';
  @state() private topic = '';
  @state() private q = '';
  @state() private chosen: string | null = null;
  @state() private datasets: Dataset[] | null = null;
  @state() private datasetsProblem = '';
  @state() private topics: Topic[] = [];
  @state() private kept: Selection | null = null;
  @state() private at = 0;
  @state() private stored: Stored | 'loading' | { problem: string } = 'loading';
  @state() private busy = false;
  @state() private problem: { text: string; field: 'name' | 'dataset' | '' } | null = null;
  @state() private result: Added | null = null;
  @state() private datasetCount = 0;
  private partial = false; // more datasets than are read at once: the server searches
  private touched = false;
  private typing = 0;
  private previewCalls: AbortController | null = null;
  private topicsOf = '';

  // ---- what is to be added ----

  private get refs(): SpanRef[] {
    return this.selection ?? (this.span ? [this.span] : this.kept?.spans ?? []);
  }

  // The kept selection lists its first hundred spans only.
  private get changedSpans(): SpanRef[] {
    return this.total !== null && this.total <= this.refs.length ? this.refs : [];
  }

  private get total(): number | null {
    return this.selection?.length ?? (this.span ? 1 : this.kept?.count ?? this.count);
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has('selection_id') || changed.has('selection') || changed.has('span')) {
      this.at = 0;
      void this.readSelection();
    }
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.readDatasets();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.previewCalls?.abort();
    clearTimeout(this.typing);
  }

  protected override firstUpdated(): void {
    void this.updateComplete.then(() => this.focusFirst());
  }

  private focusFirst(): void {
    this.renderRoot.querySelector<HTMLElement>(this.tab === 'new' ? '#name' : '#find')?.focus();
  }

  private async readSelection(): Promise<void> {
    if (this.selection_id && !this.selection && !this.span) {
      try {
        this.kept = await api.selection(this.selection_id);
      } catch (e) {
        this.problem = { text: sentence(e), field: '' };
      }
    }
    void this.readPreview();
  }

  private async readDatasets(): Promise<void> {
    try {
      const q = this.partial ? this.q.trim() : '', page = await api.datasets({ q, limit: 1000 });
      this.datasetsProblem = '';
      if (q) {
        if (q === this.q.trim()) { this.datasets = page.items; this.chooseFitting(); }
        return;
      }
      this.datasets = page.items;
      this.datasetCount = page.total ?? page.items.length;
      this.partial = page.next !== null;
      if (this.touched) return;
      // Whoever has just added to a dataset mostly goes on with it.
      const last = remembered();
      if (!this.busy && last && page.items.some((d) => d.id === last)) {
        this.tab = 'existing';
        this.chosen = last;
        void this.readTopics();
        void this.updateComplete.then(() => { if (!this.touched) this.focusFirst(); });
      }
    } catch (e) {
      this.datasetsProblem = sentence(e);
    }
  }

  private async readPreview(): Promise<void> {
    this.previewCalls?.abort();
    const ref = this.refs[this.at];
    if (!ref) { this.stored = this.problem ? { problem: '' } : 'loading'; return; }
    const calls = (this.previewCalls = new AbortController());
    this.stored = 'loading';
    try {
      this.stored = (await api.preview({ trace_id: ref.trace_id, span_id: ref.span_id }, calls.signal)) as Stored;
    } catch (e) {
      if (!isAbort(e)) this.stored = { problem: sentence(e) };
    }
  }

  private async readTopics(): Promise<void> {
    const id = this.tab === 'existing' ? this.chosen ?? '' : '';
    if (id === this.topicsOf) return;
    this.topicsOf = id;
    this.topics = [];
    if (!id) return;
    try {
      const page = await api.topics(id);
      if (this.topicsOf === id) this.topics = page.items;
    } catch { /* suggestions only */ }
  }

  // ---- acting ----

  private show(tab: Tab): void {
    this.touched = true;
    this.tab = tab;
    this.problem = null;
    void this.readTopics();
    void this.updateComplete.then(() => this.focusFirst());
  }

  private choose(id: string): void {
    this.chosen = id;
    this.problem = null;
    void this.readTopics();
  }

  private get fitting(): Dataset[] {
    const q = this.q.trim().toLowerCase();
    return (this.datasets ?? []).filter((d) => d.name.toLowerCase().includes(q));
  }

  private async add(e?: Event): Promise<void> {
    e?.preventDefault();
    if (this.busy) return;
    const name = this.name.trim();
    if (this.tab === 'new' && !name) return this.refuse('Give the new dataset a name.', 'name');
    if (this.tab === 'existing' && !this.chosen) return this.refuse('Choose a dataset.', 'dataset');
    this.busy = true;
    this.problem = null;
    const topic = this.topic.trim();
    const body = {
      ...(this.selection ? { spans: this.selection } : this.span ? { spans: [this.span] } : { selection_id: this.selection_id }),
      ...(topic ? { topic } : {}),
    };
    let made: { id: string; name: string } | null = null;
    try {
      if (this.tab === 'new') {
        made = await api.createDataset(name);
        // From here on the dataset is there: another try goes into it instead of stumbling over its name.
        this.datasets = [made as Dataset, ...(this.datasets ?? [])];
        this.chosen = made.id;
        this.tab = 'existing';
        this.q = '';
      }
      const done = await api.addSpans(this.chosen!, body);
      remember(this.chosen!);
      this.busy = false;
      this.finish(done);
    } catch (err) {
      this.busy = false;
      this.refuse(made ? `'${made.name}' was created, but nothing was added: ${sentence(err)}` : sentence(err), this.tab === 'new' ? 'name' : 'dataset');
    }
  }

  private refuse(text: string, field: 'name' | 'dataset'): void {
    this.problem = { text, field };
    void this.updateComplete.then(() => this.focusFirst());
  }

  private finish(done: Added): void {
    const skipped = done.skipped.length;
    const parts = [`${count(done.added)} added`, ...(done.already_there ? [`${count(done.already_there)} already there`] : []), ...(skipped ? [`${count(skipped)} skipped`] : [])];
    const action = undoAction(done.undo);
    this.emit('tvp:toast', {
      text: parts.join(', '), level: done.added > 0 ? 'success' : 'info',
      ...(skipped ? { details: done.skipped.slice(0, 50).map((s) => `${shortId(s.span_id, 8)}: ${s.reason}`) } : {}),
      ...(action ? { action } : {}),
    });
    this.emit('tvp:changed', { spans: this.changedSpans });
    this.result = done;
    if (skipped === 0) this.emit('tvp:close', { added: done.added });
    else void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.dlg-foot .primary')?.focus());
  }

  // The toast cannot be reached while this dialog is open.
  private async undo(done: Added): Promise<void> {
    this.busy = true;
    try {
      await api.undo(done.undo!);
      this.emit('tvp:toast', { text: `Adding ${plural(done.added, 'record')} undone`, level: 'success' });
      this.emit('tvp:changed', { spans: this.changedSpans });
      this.emit('tvp:close', { added: 0 });
    } catch (e) {
      this.emit('tvp:toast', { text: sentence(e), level: 'error' });
    } finally {
      this.busy = false;
    }
  }

  private cancel(): void {
    this.emit('tvp:close', this.result ? { added: this.result.added } : {});
  }

  // ---- rendering ----

  private get title_(): string {
    const n = this.total;
    return n === null ? 'Add spans to a dataset' : `Add ${plural(n, 'span')} to a dataset`;
  }

  protected override render(): unknown {
    const from = this.kept?.view ? `From ${this.kept.view === 'traces' ? 'Traces' : this.kept.view === 'threads' ? 'Threads' : this.kept.view}` : '';
    return html`<div class="box" role="dialog" aria-labelledby="title"><form class="box" @submit=${this.add} novalidate>
      <div class="dlg-head"><div class="grow"><h2 id="title">${this.title_}</h2>${from ? html`<p>${from}</p>` : nothing}</div>
        <button type="button" class="ib" aria-label="Close" @click=${this.cancel}>${icon('close')}</button></div>
      ${this.result ? this.results(this.result) : html`<div class="form">
        <div class="seg" role="tablist" aria-label="Where to" @keydown=${this.tabKey}>
          ${this.tabButton('new', 'New Dataset')}${this.tabButton('existing', 'Existing Dataset')}</div>
        <div role="tabpanel" id="panel" aria-labelledby="tab-${this.tab}">${this.tab === 'new' ? this.newPanel() : this.existingPanel()}</div>
        <div><div class="lab" aria-hidden="true">Topic<span>optional${(this.total ?? 2) > 1 ? `, for all ${this.total === null ? '' : count(this.total)}` : ''}</span></div>
          <spanset-topic-input .host=${this.host} .topics=${this.topics} .value=${this.topic} ?usage=${this.tab === 'existing' && this.chosen !== null} placeholder="For example safety, math, coding"
            @topic-input=${(e: CustomEvent<string>) => { this.topic = e.detail; }} @topic-commit=${() => undefined}></spanset-topic-input></div>
        ${this.preview()}
        ${this.problem && this.problem.field === '' ? html`<p class="bad-text" role="alert">${icon('error', 's')}${this.problem.text}</p>` : nothing}
      </div>`}
      <div class="dlg-foot">${this.result
        ? html`<span class="grow">${this.result.undo ? html`<button type="button" class="btn" ?disabled=${this.busy} @click=${() => void this.undo(this.result!)}>${icon('undo', 's')}Undo</button>` : nothing}</span><button type="button" class="btn primary" @click=${this.cancel}>Close</button>`
        : html`<span class="hint grow">You can undo this for 24 hours.</span><button type="button" class="btn" @click=${this.cancel}>Cancel</button>
          <button type="submit" class="btn primary" ?disabled=${this.busy || this.total === 0}>${this.busy ? html`<span class="spin"></span>` : nothing}${this.total === null ? 'Add Spans' : `Add ${plural(this.total, 'Span')}`}</button>`}</div>
    </form></div>`;
  }

  private tabButton(tab: Tab, text: string): TemplateResult {
    return html`<button type="button" role="tab" id="tab-${tab}" aria-controls="panel" aria-selected=${String(this.tab === tab)} tabindex=${this.tab === tab ? 0 : -1} @click=${() => this.show(tab)}>${text}</button>`;
  }

  private tabKey(e: KeyboardEvent): void {
    if (e.key !== 'ArrowLeft' && e.key !== 'ArrowRight') return;
    e.preventDefault();
    this.touched = true;
    this.tab = this.tab === 'new' ? 'existing' : 'new';
    void this.readTopics();
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(`#tab-${this.tab}`)?.focus());
  }

  private fieldProblem(field: 'name' | 'dataset'): unknown {
    return html`<div id="${field}-problem" role="alert">${this.problem?.field === field ? html`<p class="bad-text">${icon('error', 's')}${this.problem.text}</p>` : nothing}</div>`;
  }

  private newPanel(): TemplateResult {
    const bad = this.problem?.field === 'name';
    return html`<label class="lab" for="name">Name</label>
      <div class="field ${bad ? 'bad' : ''}">${icon('database', 's')}<input id="name" type="text" maxlength="200" autocomplete="off" placeholder="For example Safety Test Suite" .value=${this.name}
        aria-invalid=${String(bad)} aria-describedby="name-problem" ?readonly=${this.busy} @input=${(e: Event) => { this.touched = true; this.name = (e.target as HTMLInputElement).value; if (bad) this.problem = null; }}></div>${this.fieldProblem('name')}`;
  }

  private existingPanel(): TemplateResult {
    const all = this.datasets, list = this.fitting;
    return html`<label class="lab" for="find">Dataset<span>${all && this.q ? `${count(list.length)} of ${count(this.datasetCount)} match` : all ? plural(this.datasetCount, 'dataset') : ''}</span></label>
      <div class="field ${this.problem?.field === 'dataset' ? 'bad' : ''}">${icon('search', 's')}<input id="find" type="text" autocomplete="off" role="combobox" aria-expanded="true" aria-controls="datasets" aria-describedby="dataset-problem"
        aria-activedescendant=${this.chosen && list.some((d) => d.id === this.chosen) ? `d-${this.chosen}` : nothing} placeholder="Search datasets" .value=${this.q}
        @input=${(e: Event) => this.find((e.target as HTMLInputElement).value)} @keydown=${this.findKey}></div>
      ${this.fieldProblem('dataset')}
      ${this.datasetsProblem && !all ? html`<p class="bad-text" role="alert">${icon('error', 's')}${this.datasetsProblem} <button type="button" class="link" @click=${() => void this.readDatasets()}>Retry</button></p>`
        : !all ? html`<div class="opts none">${inlineSpinner('Loading datasets')}</div>`
        : list.length === 0 ? html`<div class="opts none">${this.datasetCount === 0 ? html`No datasets yet.` : html`No matches`} <button type="button" class="link" @click=${() => { this.name = this.q || this.name; this.show('new'); }}>${this.q ? `Make '${this.q.trim()}'` : 'Make one'}</button></div>`
        : html`<div class="opts" id="datasets" role="listbox" aria-label="Datasets">${list.slice(0, LISTED).map((d) => this.option(d))}</div>`}`;
  }

  private find(q: string): void {
    this.q = q;
    this.touched = true;
    clearTimeout(this.typing);
    if (this.partial) this.typing = window.setTimeout(() => void this.readDatasets(), 150);
    this.chooseFitting();
  }

  private chooseFitting(): void {
    const fitting = this.fitting;
    if (fitting.some((d) => d.id === this.chosen)) return;
    this.chosen = fitting[0]?.id ?? null;
    void this.readTopics();
  }

  private option(d: Dataset): TemplateResult {
    const on = d.id === this.chosen, holds = this.kept?.datasets.find((o) => o.id === d.id)?.holds ?? 0;
    return html`<div class="opt" role="option" id="d-${d.id}" aria-selected=${String(on)} @click=${() => this.choose(d.id)}>${icon(on ? 'check' : 'database', 's')}<span class="ell">${d.name}</span>
      <small>${d.record_count === undefined ? '' : plural(d.record_count, 'record')}${holds ? ` · holds ${count(holds)} of these` : ''}</small></div>`;
  }

  private findKey(e: KeyboardEvent): void {
    if (e.key !== 'ArrowDown' && e.key !== 'ArrowUp') return;
    e.preventDefault();
    const list = this.fitting.slice(0, LISTED), at = list.findIndex((d) => d.id === this.chosen);
    const next = list[e.key === 'ArrowDown' ? Math.min(at + 1, list.length - 1) : Math.max(at - 1, 0)];
    if (!next) return;
    this.choose(next.id);
    void this.updateComplete.then(() => this.renderRoot.querySelector(`#d-${CSS.escape(next.id)}`)?.scrollIntoView({ block: 'nearest' }));
  }

  // ---- what will be stored ----

  private preview(): unknown {
    const refs = this.refs, total = this.total;
    if (total === 0) return html`<p class="hint">Nothing is selected.</p>`;
    if (refs.length === 0 && this.stored !== 'loading') return nothing;
    const step = (n: number): void => { this.at = n; void this.readPreview(); };
    return html`<div><div class="lab">What will be stored<span>the conversation, not the whole span</span></div>
      <div class="store"><div class="h"><span class="num">${count(this.at + 1)} of ${count(total ?? refs.length)}</span>${this.stored !== 'loading' && 'data' in this.stored && this.stored.data?.input?.metadata?.model ? html`<span class="dot"></span><span class="ell">${this.stored.data.input.metadata.model}</span>` : nothing}<span class="grow"></span>
          <button type="button" class="ib sm" aria-label="Previous span" ?disabled=${this.at === 0} @click=${() => step(this.at - 1)}>${icon('chevron-left', 's')}</button>
          <button type="button" class="ib sm" aria-label="Next span" ?disabled=${this.at >= refs.length - 1} @click=${() => step(this.at + 1)}>${icon('chevron-right', 's')}</button></div>
        <div class="r" aria-live="polite">${this.storedBody()}</div></div></div>`;
  }

  private storedBody(): TemplateResult {
    const s = this.stored;
    if (s === 'loading') return html`<p class="hint wait">${inlineSpinner('Loading the preview')} Reading the span</p>`;
    if ('problem' in s) return html`<p class="bad-text">${icon('error', 's')}${s.problem}</p>`;
    if (s.skipped) return html`<p class="skip">${icon('info', 's')}<span><b>This span will be skipped.</b> ${s.skipped.reason}</span></p>`;
    const d = s.data ?? {}, input = d.input?.messages ?? [], output = d.output?.messages ?? [], calls = d.output?.tool_calls?.length ?? 0;
    const system = input.find((m) => m.role === 'system' || m.role === 'developer'), last = [...input].reverse().find((m) => m !== system);
    const choice = d.input?.tool_choice, usage = d.output?.metadata?.usage;
    const missing = missingOf(d);
    const stored = (m: Message, at: string, dim = false): TemplateResult => line(m, dim, lacksContent(missing, at, m));
    const facts = (list: (string | false | undefined)[]): TemplateResult => html`<div class="facts">${list.filter(Boolean).join(' · ')}</div>`;
    return html`<dl class="io"><dt>Input</dt><dd>${system ? stored(system, `/input/messages/${input.indexOf(system)}`, true) : nothing}${last ? stored(last, `/input/messages/${input.indexOf(last)}`) : html`<span class="muted">No input was recorded</span>`}
        ${facts([plural(input.length, 'message'), d.input?.tools?.length ? plural(d.input.tools.length, 'tool') : false, typeof choice === 'string' ? `tool choice ${choice}` : choice ? 'tool choice set' : false])}</dd></dl>
      <dl class="io out"><dt>Output</dt><dd>${output[0] ? stored(output[0], '/output/messages/0') : html`<span class="muted">No answer was recorded</span>`}
        ${facts([calls ? plural(calls, 'tool call') : false, output.length > 1 ? `${output.length} choices` : false, d.output?.finish_reason ? `finish ${d.output.finish_reason}` : false,
          usage?.input_tokens !== undefined ? `${compact(usage.input_tokens)} in, ${compact(usage.output_tokens ?? 0)} out` : false])}</dd></dl>
      ${missing ? html`<p class="lacks ${missing.content ? 'content' : ''}" role="note" aria-label="Not in the span" title=${missing.meaning}>${icon(missing.content ? 'gap' : 'info', 's')}<span>Not in the span: ${missing.words}</span></p>` : nothing}`;
  }

  private results(r: Added): TemplateResult {
    return html`<div class="form"><div class="sum"><div><b class="num ok">${count(r.added)}</b><span>added</span></div><div><b class="num">${count(r.already_there)}</b><span>already there</span></div><div><b class="num">${count(r.skipped.length)}</b><span>skipped</span></div></div>
      <div><div class="lab">Skipped<span>${plural(r.skipped.length, 'span')}</span></div><ul class="opts skipped" tabindex="0" aria-label="Skipped spans">${r.skipped.slice(0, 500).map((s) => html`<li>
        <button type="button" class="link mono" title="Open span ${s.span_id}" @click=${() => { this.emit('tvp:open-span', { trace_id: s.trace_id, span_id: s.span_id }); this.cancel(); }}>${shortId(s.span_id, 8)}</button><span>${s.reason}</span></li>`)}</ul></div></div>`;
  }
}

/** A message in one line. lost: the span did not hold its content. */
function line(m: Message, dim: boolean, lost: boolean): TemplateResult {
  const parts = Array.isArray(m.content) ? (m.content as { type?: string; text?: string }[]) : null;
  const text = typeof m.content === 'string' ? m.content : parts ? parts.map((p) => p.text ?? `[${(p.type ?? 'part').replace(/^input_|_url$/g, '')}]`).join(' ') : '';
  const call = m.tool_calls?.[0];
  return html`<span class="ln">${roleChip(m.role)}${text ? html`<span class="tx ${dim ? 'muted' : ''}" dir="auto">${text.slice(0, 400)}</span>` : nothing}${call ? html`${fnChip(call.function?.name)}<span class="tx js">${(call.function?.arguments ?? '').slice(0, 300)}</span>` : nothing}
    ${text || call ? nothing : m.refusal ? html`<span class="tx muted">${m.refusal}</span>` : lost ? html`<span class="tx muted gap">content was not recorded</span>` : html`<span class="tx muted">No content</span>`}</span>`;
}

define('spanset-add', SpansetAdd);
declare global { interface HTMLElementTagNameMap { 'spanset-add': SpansetAdd } }
