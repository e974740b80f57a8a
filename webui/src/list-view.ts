// <spanset-list-view>: all datasets. One line each, which unfolds to its newest records.
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { deepActive } from '../kit/dialog.js';
import { define, TvpElement } from '../kit/element.js';
import { ago, bytes, count, full, plural, shortId } from '../kit/format.js';
import { icon } from '../kit/icons.js';
import { openMenu } from '../kit/menu.js';
import { empty, failed, inlineSpinner, noMatch, spinner } from '../kit/states.js';
import { topicHue } from '../kit/tokens.js';
import { api, isAbort, OfflineError, sentence, undoAction, type Dataset, type RecordRow, type Totals } from './api.js';
import { deleteDataset, deleteRecord } from './destroy.js';
import { answerLine, datasetUrl, hostLink, previewCss, ROUTE, scoreText, topicPill, View } from './view.js';

const NEWEST = 7, PAGE = 100, TYPING_MS = 200;

interface Open { records: RecordRow[] | null; problem: string }
interface Editing { id: string; field: 'name' | 'description'; problem: string; busy: boolean }

export class SpansetListView extends View {
  static override styles = [TvpElement.styles, previewCss, css`
    .scroll { flex: 1; min-height: 0; overflow: auto; padding: 0 16px 12px; display: flex; flex-direction: column; scrollbar-gutter: stable; padding-inline-end: 6px; }
    .head .field { width: 240px; }
    .group { border: 1px solid var(--_border); border-radius: var(--_radius); background: var(--_surface); flex: none; }
    .group.fill { flex: 1; display: flex; }
    .ds { display: grid; grid-template-columns: 24px minmax(0, 1fr) 164px 118px 84px 28px; column-gap: 12px; align-items: center; min-height: 44px; padding: 0 8px 0 12px; position: relative; }
    .ds-item { content-visibility: auto; contain-intrinsic-size: auto 45px; }
    .ds-item + .ds-item, .new + .ds-item { border-top: 1px solid var(--_border); }
    .nm { display: flex; align-items: baseline; gap: 10px; min-width: 0; }
    .nm.edit { padding: 6px 0; }
    .nm > a { font-size: var(--_text-lg); font-weight: 600; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; flex: 0 1 auto; min-width: 0; border-radius: 3px; line-height: 24px; }
    .nm > a:hover { text-decoration: underline; text-underline-offset: 3px; }
    .nm > span { color: var(--_muted); font-size: var(--_text-sm); flex: 1 1 0; min-width: 0; }
    .tp { display: flex; align-items: center; gap: 8px; color: var(--_muted); font-size: var(--_text-sm); white-space: nowrap; }
    .rc { text-align: end; white-space: nowrap; color: var(--_muted); } .rc b { color: var(--_fg); font-weight: 600; font-variant-numeric: tabular-nums; }
    .up { text-align: end; color: var(--_muted); font-size: var(--_text-sm); white-space: nowrap; }
    .ds:hover { background: var(--_row-hover); }
    .ds.open { background: var(--_surface-2); }
    .ds-item:first-child .ds { border-radius: 7px 7px 0 0; } .ds-item:last-child .ds:last-child { border-radius: 0 0 7px 7px; }
    .rec { display: grid; grid-template-columns: 84px 110px minmax(0, 1fr) 176px 40px 24px; column-gap: 12px; align-items: center; height: 36px; padding: 0 10px 0 48px; border-top: 1px solid color-mix(in srgb, var(--_border) 72%, transparent); background: var(--_bg); }
    .rec:hover { background: color-mix(in srgb, var(--_fg) 4%, var(--_bg)); }
    .rec .qa { display: grid; grid-template-columns: minmax(0, 3fr) 12px minmax(0, 2fr); gap: 10px; align-items: center; min-width: 0; border-radius: 3px; } .rec .qa > .i { color: var(--_faint); } .rec .ans { color: var(--_muted); }
    .rec .qa:hover .q { text-decoration: underline; text-underline-offset: 3px; }
    .rec .prov { font-weight: 500; } .rec .sp { color: var(--_muted); white-space: nowrap; } .rec .tpc { display: flex; align-items: center; gap: 6px; color: var(--_muted); font-size: var(--_text-sm); min-width: 0; }
    .rec .sc { text-align: end; }
    .more { display: flex; align-items: center; justify-content: space-between; gap: 12px; min-height: 40px; padding: 0 16px 0 48px; border-top: 1px solid color-mix(in srgb, var(--_border) 72%, transparent); background: var(--_bg); color: var(--_muted); font-size: var(--_text-sm); }
    .more .link { font-size: var(--_text-md); min-height: 24px; }
    .ds-item:last-child .more { border-radius: 0 0 7px 7px; }
    .new { padding: 10px 12px 10px 48px; display: grid; gap: 6px; }
    .new .ln2 { display: flex; gap: 8px; } .new .field { flex: 0 1 420px; }
    .foot .link { color: inherit; font-weight: 400; min-height: 24px; }
    @container main (max-width: 900px) {
      .ds { grid-template-columns: 24px minmax(0, 1fr) 84px 112px 76px 28px; } .tp span:not(.mix), .nm > span { display: none; }
      .rec { grid-template-columns: 76px minmax(0, 1fr) 128px 36px 24px; } .rec .tpc > span.cap, .rec .qa > :not(:first-child), .rec .sp { display: none; } .rec .qa { grid-template-columns: minmax(0, 1fr); }
      .head .field { width: 180px; } .head .field kbd { display: none; }
      .wide { display: none; } .foot { gap: 14px; }
    }
    @container main (max-width: 560px) {
      .ds { grid-template-columns: 24px minmax(0, 1fr) auto 28px; } .tp, .up { display: none; }
      .head { flex-wrap: wrap; } .foot > :nth-child(n+3):not(.trash):not(.grow) { display: none; }
    }
  `];

  @property({ attribute: false }) override params = new URLSearchParams();
  @state() private q = '';
  @state() private datasets: Dataset[] | null = null;
  @state() private total = 0;
  @state() private next: string | null = null;
  @state() private totals: Totals | null = null;
  @state() private problem = '';
  @state() private searching = false;
  @state() private opened = new Map<string, Open>();
  @state() private editing: Editing | null = null;
  @state() private creating: { problem: string; busy: boolean } | null = null;
  private calls: AbortController | null = null;
  private typing = 0;
  private started = false;

  // A row that moves in the document loses the focus, in every browser.
  private focused: HTMLElement | null = null;
  protected override updated(): void {
    const before = this.focused;
    if (before?.isConnected && !before.closest('dialog') && (this.renderRoot as ShadowRoot).activeElement === null && deepActive() === document.body) before.focus({ preventScroll: true });
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    this.focused = (this.renderRoot as ShadowRoot | undefined)?.activeElement as HTMLElement | null;
    if (!changed.has('params')) return;
    const q = this.params.get('q') ?? '';
    const open = (this.params.get('open') ?? '').split(',').filter(Boolean);
    for (const id of this.opened.keys()) if (!open.includes(id)) this.opened.delete(id);
    for (const id of open) if (!this.opened.has(id)) { this.opened.set(id, { records: null, problem: '' }); void this.readNewest(id); }
    if (q !== this.q || !this.started) {
      this.started = true;
      this.q = q;
      void this.read();
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.calls?.abort();
    clearTimeout(this.typing);
  }

  protected override reload(): void {
    void this.read();
    for (const id of this.opened.keys()) void this.readNewest(id);
  }

  // As many as are shown now are read again, so that a live update does not fold a long list.
  private async read(): Promise<void> {
    this.calls?.abort();
    const calls = (this.calls = new AbortController());
    this.searching = true;
    try {
      const q = this.q, shown = q === this.shownFor ? this.datasets?.length ?? 0 : 0;
      const [page, totals] = await Promise.all([
        this.readPages(q, Math.max(PAGE, shown), calls.signal),
        api.totals(calls.signal).catch((e: unknown) => { if (isAbort(e)) throw e; return this.totals; }),
      ]);
      if (q !== this.shownFor) this.renderRoot.querySelector('.scroll')?.scrollTo(0, 0);
      this.shownFor = q;
      this.datasets = this.inPlace(page.items);
      this.total = page.total ?? page.items.length;
      this.next = page.next;
      this.totals = totals;
      this.problem = '';
    } catch (e) {
      if (isAbort(e)) return;
      if (e instanceof OfflineError && this.datasets) return; // the banner says it
      this.problem = sentence(e);
    } finally {
      if (this.calls === calls) this.searching = false;
    }
  }

  private shownFor = ''; // the search whose answer is shown
  private async readPages(q: string, wanted: number, signal: AbortSignal): ReturnType<typeof api.datasets> {
    const page = await api.datasets({ q, limit: Math.min(1000, wanted) }, signal);
    while (page.next && page.items.length < wanted) {
      const more = await api.datasets({ q, limit: 1000, cursor: page.next }, signal);
      const known = new Set(page.items.map((d) => d.id));
      page.items = [...page.items, ...more.items.filter((d) => !known.has(d.id))];
      page.next = more.next;
    }
    return page;
  }

  // What changed last stands first. Not while a name is being edited: the field would move under the fingers and lose the
  // focus. New datasets come on top even then.
  private inPlace(items: Dataset[]): Dataset[] {
    if (!this.editing) return items;
    const rank = new Map(this.datasets?.map((d, n) => [d.id, n]));
    return [...items].sort((a, b) => (rank.get(a.id) ?? -1) - (rank.get(b.id) ?? -1));
  }

  private async readMore(): Promise<void> {
    if (!this.next || this.searching) return;
    this.searching = true;
    try {
      const page = await api.datasets({ q: this.q, limit: PAGE, cursor: this.next }, this.calls?.signal);
      const known = new Set(this.datasets?.map((d) => d.id));
      this.datasets = [...(this.datasets ?? []), ...page.items.filter((d) => !known.has(d.id))];
      this.next = page.next;
    } catch (e) {
      this.failed(e);
    } finally {
      this.searching = false;
    }
  }

  private async readNewest(id: string): Promise<void> {
    let now: Open;
    try {
      const page = await api.records(id, { limit: NEWEST });
      now = { records: page.items, problem: '' };
    } catch (e) {
      now = { records: this.opened.get(id)?.records ?? null, problem: sentence(e) };
    }
    if (this.opened.has(id)) this.opened = new Map(this.opened).set(id, now);
  }

  private address(q: string, open: Iterable<string>): string {
    const p = new URLSearchParams();
    if (q) p.set('q', q);
    const ids = [...open].join(',');
    if (ids) p.set('open', ids);
    const text = p.toString().replace(/%2C/g, ',');
    return text ? `${ROUTE}?${text}` : ROUTE;
  }

  private search(q: string): void {
    this.q = q;
    clearTimeout(this.typing);
    this.typing = window.setTimeout(() => {
      void this.read();
      this.go(this.address(q, this.opened.keys()), true);
    }, TYPING_MS);
  }

  private toggle(id: string): void {
    const open = new Map(this.opened);
    if (!open.delete(id)) open.set(id, { records: null, problem: '' });
    this.opened = open;
    if (open.has(id)) void this.readNewest(id);
    this.go(this.address(this.q, open.keys()), true);
  }

  // ---- create, rename, describe, duplicate, delete ----

  private async startCreate(): Promise<void> {
    this.creating ??= { problem: '', busy: false };
    await this.updateComplete;
    const field = this.renderRoot.querySelector<HTMLInputElement>('.new input');
    field?.scrollIntoView({ block: 'nearest' });
    field?.focus();
  }

  private async create(e: Event): Promise<void> {
    e.preventDefault();
    const field = this.renderRoot.querySelector<HTMLInputElement>('.new input')!;
    const name = field.value.trim();
    if (this.creating?.busy) return;
    if (!name) { this.creating = { problem: 'Give the dataset a name.', busy: false }; return; }
    this.creating = { problem: '', busy: true };
    try {
      const made = await api.createDataset(name);
      this.creating = null;
      if (this.q) this.search('');
      this.datasets = [{ ...made, topics: made.topics ?? [] }, ...(this.datasets ?? []).filter((d) => d.id !== made.id)];
      this.toast({ text: `'${made.name}' created`, level: 'success', action: undoAction(made.undo) });
      await this.read();
      this.renderRoot.querySelector<HTMLElement>(`[data-id="${CSS.escape(made.id)}"] .nm a`)?.focus();
    } catch (err) {
      this.creating = { problem: sentence(err), busy: false };
      await this.updateComplete;
      field.focus();
    }
  }

  private async startEdit(id: string, field: Editing['field']): Promise<void> {
    this.editing = { id, field, problem: '', busy: false };
    await this.updateComplete;
    const input = this.renderRoot.querySelector<HTMLInputElement>('.nm.edit input');
    input?.focus();
    input?.select();
  }

  private async saveEdit(d: Dataset, value: string): Promise<void> {
    const at = this.editing;
    if (!at || at.busy) return;
    const text = value.trim();
    if (text === (d[at.field] ?? '')) { this.stopEdit(d.id); return; }
    this.editing = { ...at, busy: true, problem: '' };
    try {
      const now = await api.updateDataset(d.id, at.field === 'name' ? { name: text } : { description: text || null });
      this.datasets = (this.datasets ?? []).map((o) => (o.id === d.id ? { ...o, name: now.name, description: now.description } as Dataset : o));
      this.stopEdit(d.id);
    } catch (e) {
      this.editing = { ...at, busy: false, problem: sentence(e) };
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLInputElement>('.nm.edit input')?.focus();
    }
  }

  private stopEdit(id: string): void {
    this.editing = null;
    void this.read();
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"] .nm a`)?.focus());
  }

  private async duplicate(d: Dataset): Promise<void> {
    try {
      const made = await api.duplicateDataset(d.id);
      this.toast({ text: `'${made.name}' created with ${plural(made.record_count, 'record')}`, level: 'success', action: undoAction(made.undo) });
      void this.read();
    } catch (e) {
      this.failed(e);
    }
  }

  private async removeDataset(d: Dataset): Promise<void> {
    if (!await deleteDataset(this, d)) return;
    this.datasets = (this.datasets ?? []).filter((o) => o.id !== d.id);
    void this.read();
  }

  private async removeRecord(d: Dataset, r: RecordRow): Promise<void> {
    if (await deleteRecord(this, r)) { void this.readNewest(d.id); void this.read(); }
  }

  private menu(e: Event, d: Dataset): void {
    void openMenu(e.currentTarget as HTMLElement, [
      { label: 'Rename', icon: 'edit', hint: 'F2', run: () => void this.startEdit(d.id, 'name') },
      { label: d.description ? 'Edit Description' : 'Describe', icon: 'info', run: () => void this.startEdit(d.id, 'description') },
      { label: 'Duplicate', icon: 'copy', run: () => void this.duplicate(d) },
      '-',
      { label: 'Delete…', icon: 'trash', danger: true, run: () => void this.removeDataset(d) },
    ], { label: d.name, align: 'end' });
  }

  // Up and Down walk over the names; Space and Right unfold, Left folds, F2 renames, Delete deletes.
  private key(e: KeyboardEvent): void {
    const target = e.target as HTMLElement;
    if (target.matches('input, .menu *') || e.ctrlKey || e.metaKey || e.altKey) return;
    const item = target.closest<HTMLElement>('.ds-item');
    const d = this.datasets?.find((o) => o.id === item?.dataset['id']);
    if (!d) return;
    const names = [...this.renderRoot.querySelectorAll<HTMLElement>('.ds-item > .ds .nm > a')];
    const at = names.findIndex((n) => item!.contains(n));
    const isOpen = this.opened.has(d.id), onName = target.matches('.nm > a');
    switch (e.key) {
      case 'ArrowDown': names[Math.min(at + 1, names.length - 1)]?.focus(); break;
      case 'ArrowUp': names[Math.max(at - 1, 0)]?.focus(); break;
      case 'Home': names[0]?.focus(); break;
      case 'End': names.at(-1)?.focus(); break;
      case 'ArrowRight': if (!isOpen) this.toggle(d.id); break;
      case 'ArrowLeft': if (isOpen) this.toggle(d.id); names[at]?.focus(); break;
      case ' ': if (!onName) return; this.toggle(d.id); break;
      case 'F2': void this.startEdit(d.id, 'name'); break;
      case 'Delete': if (!onName) return; void this.removeDataset(d); break;
      default: return;
    }
    e.preventDefault();
  }

  // ---- rendering ----

  protected override render(): unknown {
    return html`
      <header class="head">
        <div class="ttl"><h1>Datasets</h1><p class="meta">Manage and monitor your LLM data collections</p></div>
        <div class="acts">
          <label class="field"><span class="sr">Search datasets</span>${this.searching && this.datasets && this.q ? inlineSpinner('Searching') : icon('search', 's')}
            <input type="search" placeholder="Search datasets" .value=${this.q} @input=${(e: Event) => this.search((e.target as HTMLInputElement).value)}
              @keydown=${(e: KeyboardEvent) => {
                if (e.key === 'Escape' && this.q) { e.preventDefault(); e.stopPropagation(); this.search(''); }
                else if (e.key === 'ArrowDown') { e.preventDefault(); this.renderRoot.querySelector<HTMLElement>('.nm > a')?.focus(); }
              }}>
            ${this.q ? html`<button type="button" class="ib" aria-label="Clear search" @click=${() => { this.search(''); this.focusSearch(); }}>${icon('close', 'xs')}</button>` : html`<kbd aria-hidden="true">/</kbd>`}</label>
          <button type="button" class="btn primary" @click=${this.startCreate}>${icon('plus')}New Dataset</button>
        </div>
      </header>
      <div class="scroll" @keydown=${this.key} @scroll=${this.scrolled}>${this.body()}</div>
      ${this.foot()}`;
  }

  private scrolled(e: Event): void {
    const s = e.currentTarget as HTMLElement;
    if (this.next && s.scrollHeight - s.scrollTop - s.clientHeight < 600) void this.readMore();
  }

  private body(): TemplateResult {
    const list = this.datasets;
    if (this.problem && !list) return html`<div class="group fill">${failed('The datasets could not be read', this.problem, () => { this.problem = ''; void this.read(); })}</div>`;
    if (!list) return spinner('Loading datasets');
    if (list.length === 0 && !this.creating) {
      return html`<div class="group fill">${this.q
        ? noMatch(`No dataset is named like “${this.q}”.`, { label: 'Clear Search', run: () => { this.search(''); this.focusSearch(); } })
        : empty('No datasets yet', 'Open Traces, press Select, pick the spans worth keeping and choose Add to Dataset.',
          { label: 'Go to Traces', run: () => this.go('/traces') }, { label: 'New Dataset', icon: 'plus', primary: false, run: () => void this.startCreate() })}</div>`;
    }
    return html`<ul class="group" aria-label="Datasets">
      ${this.creating ? this.newRow() : nothing}
      ${repeat(list, (d) => d.id, (d) => this.row(d))}
    </ul>${this.next ? html`<p class="hint">${this.searching ? 'Loading more' : `${count(list.length)} of ${count(this.total)} shown`}</p>` : nothing}`;
  }

  private newRow(): TemplateResult {
    const c = this.creating!;
    return html`<li class="new"><form class="ln2" @submit=${this.create} @keydown=${(e: KeyboardEvent) => { if (e.key === 'Escape') { e.preventDefault(); e.stopPropagation(); this.creating = null; } }}>
      <label class="field ${c.problem ? 'bad' : ''}"><span class="sr">Name of the new dataset</span>${icon('database', 's')}
        <input type="text" placeholder="Name, for example Safety Test Suite" maxlength="200" autocomplete="off" ?readonly=${c.busy} aria-invalid=${String(!!c.problem)} aria-describedby="new-problem"></label>
      <button type="submit" class="btn primary" ?disabled=${c.busy}>${c.busy ? html`<span class="spin"></span>` : nothing}Create</button>
      <button type="button" class="btn ghost" @click=${() => { this.creating = null; }}>Cancel</button>
    </form><div id="new-problem" role="alert">${c.problem ? html`<span class="bad-text">${icon('error', 's')}${c.problem}</span>` : nothing}</div></li>`;
  }

  private row(d: Dataset): TemplateResult {
    const open = this.opened.get(d.id);
    const rest = d.record_count - d.topics.reduce((n, t) => n + (t.topic === null ? 0 : t.count), 0);
    return html`<li class="ds-item" data-id=${d.id}>
      <div class="ds ${open ? 'open' : ''}">
        <button type="button" class="twist" aria-expanded=${String(!!open)} aria-label=${`${open ? 'Hide' : 'Show'} records of ${d.name}`} @click=${() => this.toggle(d.id)}>${icon('chevron-right', 'xs')}</button>
        ${this.editing?.id === d.id ? this.nameEditor(d, this.editing) : html`
          <div class="nm">${hostLink(this, datasetUrl(d.id), d.name, '', d.name)}<span class="ell" title=${d.description || nothing}>${d.description ?? ''}</span></div>`}
        <div class="tp"><span class="mix" aria-hidden="true">${d.topics.filter((t) => t.topic !== null).map((t) => html`<i class="b${topicHue(t.topic!)}" title="${t.topic}: ${count(t.count)}" .style=${`flex:${t.count}`}></i>`)}${rest > 0 && d.topics.length > 0 ? html`<i .style=${`flex:${rest}`}></i>` : nothing}</span>
          <span>${d.topic_count === 0 ? 'no topics' : plural(d.topic_count, 'topic')}</span></div>
        <div class="rc"><b>${count(d.record_count)}</b> ${d.record_count === 1 ? 'record' : 'records'}</div>
        <div class="up" title="Changed ${full(d.updated_at)}">${ago(d.updated_at)}</div>
        <button type="button" class="ib" aria-label=${`Menu for ${d.name}`} aria-haspopup="menu" aria-expanded="false" @click=${(e: Event) => this.menu(e, d)}>${icon('dots', 's')}</button>
      </div>
      ${open ? this.newest(d, open) : nothing}
    </li>`;
  }

  private nameEditor(d: Dataset, at: Editing): TemplateResult {
    return html`<div class="nm edit"><div class="inline-name">
      <label class="field ${at.problem ? 'bad' : ''}"><span class="sr">${at.field === 'name' ? 'Dataset name' : `Description of ${d.name}`}</span>
        <input type="text" .value=${d[at.field] ?? ''} maxlength=${at.field === 'name' ? 200 : 4000} ?readonly=${at.busy} placeholder=${at.field === 'name' ? 'Name' : 'What this dataset is for'}
          @keydown=${(e: KeyboardEvent) => {
            if (e.key === 'Enter' && !e.isComposing) { e.preventDefault(); void this.saveEdit(d, (e.target as HTMLInputElement).value); }
            else if (e.key === 'Escape') { e.preventDefault(); e.stopPropagation(); this.stopEdit(d.id); }
          }}
          @blur=${(e: Event) => { if (!this.editing?.problem) void this.saveEdit(d, (e.target as HTMLInputElement).value); }}>
        ${at.busy ? inlineSpinner('Saving') : nothing}</label>
      ${at.problem ? html`<span class="bad-text" role="alert">${icon('error', 's')}${at.problem}</span>` : nothing}
    </div></div>`;
  }

  private newest(d: Dataset, open: Open): TemplateResult {
    if (!open.records) {
      return html`<div class="more" role="status">${open.problem
        ? html`<span class="bad-text">${icon('error', 's')}${open.problem}</span><button type="button" class="btn sm" @click=${() => void this.readNewest(d.id)}>${icon('refresh', 's')}Retry</button>`
        : html`<span class="ln"><span class="spin"></span>Loading records of ${d.name}</span>`}</div>`;
    }
    if (open.records.length === 0) {
      return html`<div class="more"><span>No records in this dataset yet. Add spans from Traces.</span><button type="button" class="link" @click=${() => this.go('/traces')}>Go to Traces ${icon('arrow-right', 's')}</button></div>`;
    }
    return html`<div role="table" aria-label="Newest records of ${d.name}"><div role="rowgroup">${repeat(open.records, (r) => r.id, (r) => html`
      <div class="rec" role="row">
        <span class="prov ell" role="cell" title=${[r.provider, r.model].filter(Boolean).join(', ') || nothing}>${r.provider ?? '–'}</span>
        <span class="sp" role="cell">${r.span_id ? html`span <span class="mono" title=${r.span_id}>${shortId(r.span_id)}</span>` : 'by hand'}</span>
        <span role="cell" class="ell">${hostLink(this, datasetUrl(d.id, `?record=${r.id}`), html`<span class="tx q" dir="auto">${r.preview.input ?? 'No input was recorded'}</span>${icon('arrow-right', 'xs')}<span class="ln ans">${answerLine(r)}</span>`, 'qa')}</span>
        <span class="tpc" role="cell">${r.topic ? html`<span class="cap">Topic:</span>${topicPill(r.topic)}` : html`<span class="cap">no topic</span>`}</span>
        <span role="cell" class="num sc">${scoreText(r.evaluation?.score)}</span>
        <span role="cell"><button type="button" class="ib sm faint del" aria-label="Delete record" title="Delete record" @click=${() => void this.removeRecord(d, r)}>${icon('trash', 's')}</button></span>
      </div>`)}</div></div>
      <div class="more"><span>${d.record_count > NEWEST ? `Newest ${NEWEST}` : nothing}${d.evaluated_count > 0 ? `${d.record_count > NEWEST ? ' · ' : ''}${count(d.evaluated_count)} evaluated` : nothing}</span>
        ${hostLink(this, datasetUrl(d.id), html`See all ${plural(d.record_count, 'record')} ${icon('arrow-right', 's')}`, 'link')}</div>`;
  }

  private foot(): TemplateResult {
    const t = this.totals;
    return html`<footer class="foot">${t === null ? nothing : html`
      <span><b>${count(t.datasets)}</b> ${t.datasets === 1 ? 'dataset' : 'datasets'}</span><span><b>${count(t.records)}</b> ${t.records === 1 ? 'record' : 'records'}</span>
      <span class="wide"><b>${count(t.labelled)}</b> labelled</span><span class="wide"><b>${count(t.evaluated)}</b> evaluated</span>
      <span class="grow"></span><span class="wide">Stored on this machine <b>${bytes(t.bytes)}</b></span>
      <span class="trash">${hostLink(this, `${ROUTE}/trash`, html`${icon('trash', 's')}Trash <b>${count(t.trash)}</b>`, 'link')}</span>`}</footer>`;
  }
}
define('spanset-list-view', SpansetListView);
declare global { interface HTMLElementTagNameMap { 'spanset-list-view': SpansetListView } }
