// <spanset-detail-view>: one dataset and its records, as a table that reads only the pages in sight.
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { DataInfo } from '../kit/conversation.js';
import { confirmDialog } from '../kit/dialog.js';
import { define, TvpElement } from '../kit/element.js';
import { count, plural } from '../kit/format.js';
import { icon } from '../kit/icons.js';
import { openMenu } from '../kit/menu.js';
import { failed, face, inlineSpinner, noMatch, spinner } from '../kit/states.js';
import { bulkBar } from './bulk-bar.js';
import { api, ApiError, isAbort, OfflineError, sentence, undoAction, type Dataset, type RecordRow, type Topic } from './api.js';
import './dataset-head.js';
import { deleteRecord } from './destroy.js';
import { detailCss } from './detail-css.js';
import { NATURAL, readState, SORTS, writeState, type Order, type Sort, type ViewState } from './record-order.js';
import { RecordPages } from './record-pages.js';
import { openedRecord, recordRow, waitingRow, type RecordData } from './record-row.js';
import { countOutside, Selected } from './selected.js';
import './topic-input.js';
import type { ServerEvent } from './events.js';
import { datasetUrl, hostLink, previewCss, ROUTE, View } from './view.js';
import { Virtual } from './virtual.js';

const ROW = 40, OPEN = 320, HEAD = 32, TYPING_MS = 200;

export class SpansetDetailView extends View {
  static override styles = [TvpElement.styles, previewCss, detailCss];

  @property({ attribute: false }) datasetId = '';
  @property({ attribute: false }) override params = new URLSearchParams();
  @state() private ds: Dataset | null = null;
  @state() private problem: { status: number; text: string } | null = null;
  @state() private q = '';
  @state() private sort: Sort = 'created_at';
  @state() private order: Order = 'desc';
  @state() private opened = new Map<string, number>(); // record id -> row
  @state() private data = new Map<string, RecordData>();
  @state() private selected = new Selected();
  @state() private outside: number | null = null;
  @state() private active = 0;
  @state() private topicAt: string | null = null;   // record whose topic is being edited
  @state() private assigning = false;
  @state() private topics: Topic[] = [];
  @state() private busy = false;
  private pages = new RecordPages(() => this.pagesChanged());
  private firstInSight: { id: string; row: number } | null = null;
  private anchor = 0; // where a shift-click range begins
  private wanted = '';
  private typing = 0;
  private outsideCalls: AbortController | null = null;
  private resize = new ResizeObserver(() => this.requestUpdate());

  // ---- address and reading ----

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (!changed.has('params') && !changed.has('datasetId')) return;
    const { q, sort: s, order: o } = readState(this.params), fresh = changed.has('datasetId');
    const wanted = this.params.get('record') ?? '';
    if (fresh) {
      this.ds = null;
      this.problem = null;
      this.selected = new Selected();
      this.topicAt = null;
      this.assigning = false;
      this.data = new Map();
    }
    if (fresh || s !== this.sort || o !== this.order || q !== this.q) {
      this.sort = s;
      this.order = o;
      this.q = q;
      this.start();
    }
    if (fresh) void this.readDataset();
    if (wanted && wanted !== this.wanted) void this.find(wanted);
    this.wanted = wanted;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.pages.stop();
    this.outsideCalls?.abort();
    this.resize.disconnect();
    clearTimeout(this.typing);
  }

  private start(): void {
    this.opened = new Map();
    this.active = 0;
    this.firstInSight = null;
    this.pages.start({ dataset: this.datasetId, q: this.q, sort: this.sort, order: this.order });
    const table = this.renderRoot?.querySelector?.('.table');
    if (table) table.scrollTop = 0;
  }

  protected override concerns(e: ServerEvent): boolean {
    const id = (e.data as { dataset_id?: unknown } | null)?.dataset_id;
    return super.concerns(e) && (typeof id !== 'string' || id === this.datasetId);
  }

  protected override reload(): void {
    void this.readDataset();
    this.pages.refresh();
    if (this.topics.length) void this.readTopics();
    for (const id of this.opened.keys()) void this.readData(id);
  }

  private async readDataset(): Promise<void> {
    const id = this.datasetId;
    try {
      const d = await api.dataset(id);
      if (id !== this.datasetId) return;
      this.ds = d;
      this.problem = null;
    } catch (e) {
      if (isAbort(e) || id !== this.datasetId || (e instanceof OfflineError && this.ds)) return;
      this.problem = { status: e instanceof ApiError ? e.status : 0, text: sentence(e) };
      if (this.problem.status === 404) this.ds = null;
    }
  }

  private async readTopics(): Promise<void> {
    try {
      this.topics = (await api.topics(this.datasetId)).items;
    } catch { /* suggestions only */ }
  }

  private async readData(id: string): Promise<void> {
    let now: RecordData;
    try {
      const text = await api.recordData(id);
      let info: DataInfo | null = null;
      try { info = JSON.parse(text) as DataInfo; } catch { /* shown as text */ }
      now = { text, info, problem: '' };
    } catch (e) {
      now = { text: '', info: null, problem: sentence(e) };
    }
    if (!this.opened.has(id)) return;
    const data = new Map(this.data);
    data.delete(id);
    data.set(id, now);
    while (data.size > 24) data.delete(data.keys().next().value!);
    this.data = data;
  }

  // A link to one record: opens it and brings it into sight, wherever it stands.
  private async find(id: string): Promise<void> {
    try {
      const row = await this.pages.rowOf(id);
      if (row === null) { this.toast({ text: 'That record is no longer in this dataset.', level: 'warning' }); return; }
      this.opened = new Map(this.opened).set(id, row);
      this.active = row;
      void this.readData(id);
      this.requestUpdate();
      await this.updateComplete;
      this.reveal(row, true);
    } catch (e) {
      this.failed(e);
    }
  }

  private address(change: Partial<ViewState>): string {
    return datasetUrl(this.datasetId, writeState({ q: this.q, sort: this.sort, order: this.order, ...change }));
  }

  private search(q: string): void {
    const field = this.renderRoot.querySelector<HTMLInputElement>('input[type="search"]');
    if (field && field.value !== q) field.value = q;
    clearTimeout(this.typing);
    this.typing = window.setTimeout(() => {
      if (this.selected.all) {
        const was = this.selected.size(this.pages.total);
        this.selected = new Selected();
        this.toast({ text: `Selection of all ${count(was)} cleared: the search changed.`, level: 'info' });
      }
      this.q = q;
      this.start();
      void this.countSelectedOutside();
      this.go(this.address({ q }), true);
    }, q ? TYPING_MS : 0);
  }

  private sortBy(sort: Sort, order: Order): void {
    this.sort = sort;
    this.order = order;
    this.start();
    this.go(this.address({ sort, order }), true);
  }

  private clickHeader(sort: Sort): void {
    this.sortBy(sort, this.sort === sort ? (this.order === 'asc' ? 'desc' : 'asc') : NATURAL[sort]);
  }

  // ---- selection ----

  // Records came or went: what is open, active and in sight stays with its record, not with its row number.
  private pagesChanged(): void {
    let moved = false;
    const opened = new Map<string, number>();
    for (const [id, row] of this.opened) {
      const now = this.pages.at(row)?.id === id ? row : this.pages.find(id);
      if (now !== row) moved = true;
      if (now !== null) opened.set(id, now);
      else if (!this.pages.at(row)) opened.set(id, row); // its page is not here, so nobody knows
    }
    if (moved) this.opened = opened;
    const first = this.firstInSight, table = this.table;
    if (first && table && table.scrollTop > 0 && this.pages.at(first.row)?.id !== first.id) {
      const now = this.pages.find(first.id);
      if (now !== null && Math.abs(now - first.row) < 1000) {
        const by = now - first.row;
        this.firstInSight = { id: first.id, row: now };
        this.active = Math.max(0, this.active + by);
        this.requestUpdate();
        void this.updateComplete.then(() => { table.scrollTop += by * ROW; });
      }
    }
    if (this.active >= this.pages.rows) this.active = Math.max(0, this.pages.rows - 1);
    this.requestUpdate();
  }

  private select(row: number, on: boolean, range: boolean): void {
    const next = this.selected.copy();
    const [a, b] = range ? [Math.min(this.anchor, row), Math.max(this.anchor, row)] : [row, row];
    for (let n = a; n <= b; n++) {
      const r = this.pages.at(n);
      if (r) next.set(r.id, on);
    }
    this.anchor = row;
    this.selected = next;
  }

  private selectAll(): void {
    this.selected = Selected.everything();
    this.outside = null;
  }

  private clearSelection(): void {
    this.selected = new Selected();
    this.assigning = false;
    this.outside = null;
  }

  private async countSelectedOutside(): Promise<void> {
    this.outsideCalls?.abort();
    this.outside = null;
    if (this.selected.all || this.selected.ids.size === 0 || !this.q) return;
    const calls = (this.outsideCalls = new AbortController());
    this.outside = await countOutside(this.datasetId, this.q, this.selected.ids, calls.signal);
  }

  // ---- changes ----

  private async editTopic(r: RecordRow): Promise<void> {
    this.topicAt = r.id;
    void this.readTopics();
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('.row spanset-topic-input')?.focus();
  }

  private async saveTopic(r: RecordRow, topic: string, refocus: boolean): Promise<void> {
    if (this.topicAt !== r.id) return;
    this.topicAt = null;
    if (refocus) this.focusTable();
    if (topic === (r.topic ?? '')) return;
    const undoLocal = this.pages.patch(r.id, { topic: topic || undefined });
    try {
      await api.setTopic(r.id, topic || null);
      void this.readDataset();
    } catch (e) {
      undoLocal();
      this.failed(e);
    }
  }

  private async removeRow(r: RecordRow): Promise<void> {
    if (!await deleteRecord(this, r)) return;
    const next = this.selected.copy();
    next.forget(r.id);
    this.selected = next;
    this.forgetOpened([r.id]);
    this.reload();
  }

  private forgetOpened(ids: Iterable<string> | 'all'): void {
    const opened = new Map(ids === 'all' ? [] : this.opened);
    if (ids !== 'all') for (const id of ids) opened.delete(id);
    this.opened = opened;
  }

  private get selectedCount(): number { return this.selected.size(this.pages.total); }

  private async bulkDelete(): Promise<void> {
    const d = this.ds, n = this.selectedCount;
    if (!d || n === 0) return;
    const which = this.selected.all && this.q ? `that match “${this.q}” ` : '';
    const yes = await confirmDialog(this.renderRoot as ShadowRoot, {
      title: `Delete ${plural(n, 'record')} ${which}from '${d.name}'?`,
      text: `${n === d.record_count ? 'These are all of its records. ' : ''}They stay in the trash for 30 days, and you can undo this.`,
      confirm: `Delete ${plural(n, 'Record')}`, danger: true,
    });
    if (!yes) return;
    await this.bulk({ op: 'delete', select: this.selected.wire(this.q, n) }, (changed) => `${plural(changed, 'record')} deleted`);
  }

  private async bulkTopic(topic: string): Promise<void> {
    const n = this.selectedCount;
    if (n === 0) return;
    await this.bulk({ op: 'topic', topic: topic || null, select: this.selected.wire(this.q, n) },
      (changed) => (topic ? `Topic “${topic}” assigned to ${plural(changed, 'record')}` : `Topic removed from ${plural(changed, 'record')}`));
  }

  private async bulk(body: Parameters<typeof api.bulk>[1], say: (changed: number) => string): Promise<void> {
    this.busy = true;
    try {
      const done = await api.bulk(this.datasetId, body);
      const gone = done.not_found > 0 ? `, ${count(done.not_found)} no longer there` : '';
      this.toast({ text: say(done.changed) + gone, level: 'success', action: undoAction(done.undo) });
      this.clearSelection();
      if (body.op === 'delete') this.forgetOpened('all');
      this.reload();
      this.focusTable();
    } catch (e) {
      this.failed(e);
      if (e instanceof ApiError && e.status === 409) this.reload();
    } finally {
      this.busy = false;
    }
  }

  // ---- keyboard, scrolling ----

  private get table(): HTMLElement | null { return this.renderRoot.querySelector<HTMLElement>('.table'); }
  private get virtual(): Virtual { return new Virtual(this.pages.rows, ROW, OPEN, this.opened.values()); }
  private get inSight(): number { return Math.max(ROW, (this.table?.clientHeight ?? 600) - HEAD); }

  private focusTable(): void {
    void this.updateComplete.then(() => this.table?.focus({ preventScroll: true }));
  }

  private reveal(row: number, top = false): void {
    const table = this.table, v = this.virtual;
    if (!table) return;
    const height = this.inSight, y = v.offset(table.scrollTop, height), at = v.top(row);
    if (top || at < y) table.scrollTop = v.scrollFor(top ? Math.max(0, at - ROW) : at, height);
    else if (at + ROW > y + height) table.scrollTop = v.scrollFor(at + ROW - height, height);
  }

  private move(to: number, extend: boolean): void {
    const row = Math.max(0, Math.min(this.pages.rows - 1, to));
    if (extend) this.select(row, true, true);
    this.active = row;
    this.reveal(row);
  }

  private toggleOpen(r: RecordRow, row: number): void {
    const opened = new Map(this.opened);
    if (opened.delete(r.id)) { this.opened = opened; return; }
    this.opened = opened.set(r.id, row);
    if (!this.data.get(r.id)?.info) void this.readData(r.id);
  }

  private key(e: KeyboardEvent): void {
    const table = e.currentTarget as HTMLElement;
    const at = e.composedPath()[0];
    if (at !== table) {
      // From a button or check box of a row, keys that mean nothing to it go to the table; Esc in an open record leaves it.
      if (!(at instanceof HTMLElement) || e.key === ' ' || e.key === 'Enter' || e.key === 'Tab') return;
      if (!at.closest('.row') && !(e.key === 'Escape' && at.closest('.open'))) return;
      table.focus({ preventScroll: true });
      if (at.closest('.open')) { e.preventDefault(); e.stopPropagation(); return; }
    }
    const r = this.pages.at(this.active), page = Math.max(1, Math.floor(this.inSight / ROW) - 1);
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'a') { e.preventDefault(); this.selectAll(); return; }
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    switch (e.key) {
      case 'ArrowDown': this.move(this.active + 1, e.shiftKey); break;
      case 'ArrowUp': this.move(this.active - 1, e.shiftKey); break;
      case 'PageDown': this.move(this.active + page, false); break;
      case 'PageUp': this.move(this.active - page, false); break;
      case 'Home': this.move(0, false); break;
      case 'End': this.move(this.pages.rows - 1, false); break;
      case ' ': if (r) this.select(this.active, !this.selected.has(r.id), e.shiftKey); break;
      case 'Enter': if (r) this.toggleOpen(r, this.active); break;
      case 'ArrowRight': if (r && !this.opened.has(r.id)) this.toggleOpen(r, this.active); break;
      case 'ArrowLeft': if (r && this.opened.has(r.id)) this.toggleOpen(r, this.active); break;
      case 't': case 'T': if (r) void this.editTopic(r); break;
      case 'Delete': if (this.selectedCount > 0) void this.bulkDelete(); else if (r) void this.removeRow(r); break;
      case 'Escape':
        if (this.assigning) this.assigning = false;
        else if (this.selectedCount > 0) this.clearSelection();
        else if (r && this.opened.has(r.id)) this.toggleOpen(r, this.active);
        else return;
        break;
      default: return;
    }
    e.preventDefault();
    e.stopPropagation();
  }

  protected override updated(): void {
    const table = this.table;
    if (table) this.resize.observe(table);
  }

  // ---- rendering ----

  protected override render(): unknown {
    const d = this.ds;
    if (!d) {
      const gone = this.problem?.status === 404;
      return html`<header class="head"><div class="ttl"><nav class="crumb" aria-label="Breadcrumb">${hostLink(this, ROUTE, 'Datasets')}${icon('chevron-right', 'xs')}<h1 class="ell">${gone ? 'Dataset not found' : this.problem ? 'Dataset' : 'Loading'}</h1></nav></div></header>
        ${gone ? face('search-none', 'There is no such dataset', 'It may have been deleted; then it is in the trash for 30 days.',
            [{ label: 'All Datasets', run: () => this.go(ROUTE) }, { label: 'Open Trash', primary: false, run: () => this.go(`${ROUTE}/trash`) }])
          : this.problem ? failed('This dataset could not be read', this.problem.text, () => { this.problem = null; this.reload(); })
          : spinner('Loading dataset')}`;
    }
    return html`<spanset-dataset-head .host=${this.host} .ds=${d} @ds-changed=${(e: CustomEvent<Dataset>) => { this.ds = e.detail; }}></spanset-dataset-head>${this.tools(d)}${this.body(d)}${this.foot(d)}`;
  }

  private tools(d: Dataset): TemplateResult {
    const now = SORTS.find((s) => s.sort === this.sort && s.order === this.order)!;
    return html`<div class="tools">
      <label class="field find"><span class="sr">Search records</span>${this.pages.busy && this.q ? inlineSpinner('Searching') : icon('search', 's')}
        <input type="search" placeholder="Search messages and span ids" .value=${this.q} ?disabled=${d.record_count === 0 && !this.q}
          @input=${(e: Event) => this.search((e.target as HTMLInputElement).value)}
          @keydown=${(e: KeyboardEvent) => {
            const field = e.target as HTMLInputElement;
            if (e.key === 'Escape' && field.value) { e.preventDefault(); e.stopPropagation(); this.search(''); }
            else if (e.key === 'ArrowDown' || (e.key === 'Enter' && this.pages.rows > 0)) { e.preventDefault(); this.table?.focus(); }
          }}>
        ${this.q ? html`<button type="button" class="ib" aria-label="Clear search" @click=${() => { this.search(''); this.focusSearch(); }}>${icon('close', 'xs')}</button>` : html`<kbd aria-hidden="true">/</kbd>`}</label>
      <span class="grow"></span>
      <button type="button" class="btn" aria-haspopup="menu" aria-expanded="false" @click=${(e: Event) => void openMenu(e.currentTarget as HTMLElement, SORTS.map((s) => ({
        label: s.label, checked: s === now, run: () => this.sortBy(s.sort, s.order) })), { label: 'Sort by', align: 'end' })}>
        ${icon('sort', 's')}<span class="muted wide">Sort</span>${now.label}${icon('chevron-down', 'xs')}</button>
    </div>`;
  }

  private body(d: Dataset): TemplateResult {
    if (this.pages.problem && this.pages.total === null) {
      return html`<div class="pane">${failed('These records could not be read', this.pages.problem, () => this.pages.refresh())}</div>`;
    }
    if (this.pages.total === 0) {
      return html`<div class="pane">${this.q
        ? noMatch(`No record says “${this.q}”.`, { label: 'Clear Search', run: () => { this.search(''); this.focusSearch(); } })
        : face('inbox', `${d.name} is empty`, 'Open Traces, press Select, pick the spans worth keeping and choose Add to Dataset.', [{ label: 'Go to Traces', run: () => this.go('/traces') }])}</div>`;
    }
    if (this.pages.total === null && this.pages.rows === 0) return html`<div class="pane">${spinner(`Loading records of ${d.name}`)}</div>`;
    const v = this.virtual, table = this.table;
    const { from, to, shift } = v.range(table?.scrollTop ?? 0, table ? this.inSight : 800);
    this.pages.want(from, to);
    const rows = Array.from({ length: to - from }, (_, n) => from + n);
    const top = v.at(v.offset(table?.scrollTop ?? 0, this.inSight)), topRecord = this.pages.at(top);
    if (topRecord) this.firstInSight = { id: topRecord.id, row: top };
    const keys = new Set<string>(); // while pages are read anew, a record may stand in two of them
    const key = (row: number): string | number => {
      const id = this.pages.at(row)?.id;
      if (!id || keys.has(id)) return row;
      keys.add(id);
      return id;
    };
    const n = this.selectedCount, all = n > 0 && n >= (this.pages.total ?? Infinity) && (this.selected.all || this.outside === 0 || !this.q);
    const header = (sort: Sort, label: unknown, cls = ''): TemplateResult => html`<div role="columnheader" class=${cls} aria-sort=${this.sort !== sort ? 'none' : this.order === 'asc' ? 'ascending' : 'descending'}>
      <button type="button" @click=${() => this.clickHeader(sort)}>${label}${this.sort === sort ? icon(this.order === 'asc' ? 'arrow-up' : 'arrow-down', 'xs') : nothing}</button></div>`;
    return html`<div class="table" role="grid" tabindex="0" aria-label="Records of ${d.name}" aria-rowcount=${(this.pages.total ?? this.pages.rows) + 1} aria-multiselectable="true"
        aria-activedescendant=${this.active >= from && this.active < to ? `r${this.active}` : nothing} aria-busy=${String(this.pages.busy)}
        @scroll=${() => this.requestUpdate()} @keydown=${this.key}>
      <div role="rowgroup" class="thead-group"><div class="tr thead" role="row" aria-rowindex="1">
        <div role="columnheader" class="sel"><input type="checkbox" aria-label="Select all records" .checked=${all} .indeterminate=${n > 0 && !all}
          @change=${(e: Event) => { if ((e.target as HTMLInputElement).checked) this.selectAll(); else this.clearSelection(); }}></div>
        <div role="columnheader">Last message and answer</div>
        ${header('topic', 'Topic')}${header('score', html`<span class="long">Evaluation</span><span class="short" title="Evaluation">Score</span>`, 'c-score')}
        <div role="columnheader" class="c-model">Model</div><div role="columnheader" class="end c-tok" title="In / out">Tokens</div>
        ${header('created_at', 'Added', 'end')}<div role="columnheader"><span class="sr">Actions</span></div>
      </div></div>
      <div role="rowgroup" class="rows" .style=${`height:${v.boxHeight}px`}>
        ${repeat(rows, key, (row) => this.row(row, v.top(row) + shift))}
      </div></div>`;
  }

  private row(row: number, y: number): TemplateResult {
    const r = this.pages.at(row);
    if (!r) return waitingRow(row, y, this.pages.failedAt(row), () => this.pages.refresh());
    const open = this.opened.has(r.id);
    const editor = this.topicAt !== r.id ? null : html`<spanset-topic-input small .host=${this.host} .value=${r.topic ?? ''} .topics=${this.topics} placeholder="Topic"
        @topic-commit=${(e: CustomEvent<string>) => void this.saveTopic(r, e.detail, true)} @topic-cancel=${(e: Event) => { e.preventDefault(); this.topicAt = null; this.focusTable(); }}
        @topic-blur=${(e: Event) => void this.saveTopic(r, (e.target as HTMLElement & { value: string }).value.trim(), false)}></spanset-topic-input>`;
    return html`${recordRow({
      r, row, y, open, on: this.selected.has(r.id), active: row === this.active, topicEditor: editor,
      point: () => { this.active = row; }, select: (on, range) => this.select(row, on, range), toggle: () => this.toggleOpen(r, row),
      editTopic: () => void this.editTopic(r), remove: () => void this.removeRow(r),
    })}${open ? openedRecord({
      r, y: y + ROW, data: this.data.get(r.id), retry: () => void this.readData(r.id), copy: (text) => void this.copy(text),
      openSpan: (ref) => this.emit('tvp:open-span', ref),
    }) : nothing}`;
  }

  private async copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.toast({ text: 'Copied', level: 'success' });
    } catch {
      this.toast({ text: 'The browser did not allow copying.', level: 'error' });
    }
  }

  private foot(d: Dataset): TemplateResult {
    const n = this.selectedCount, total = this.pages.total;
    if (n === 0) {
      return html`<footer class="foot"><span aria-live="polite">${total === null ? html`<b>${count(d.record_count)}</b> records` : this.q ? html`<b>${count(total)}</b> of ${count(d.record_count)} match “${this.q}”` : html`<b>${count(total)}</b> ${total === 1 ? 'record' : 'records'}`}</span>
        <span class="grow"></span><span class="wide mono" title="Dataset id">${d.id}</span>
        <button type="button" class="ib sm wide" aria-label="Copy dataset id" title="Copy dataset id" @click=${() => void this.copy(d.id)}>${icon('copy', 's')}</button></footer>`;
    }
    const shown = this.selected.all ? null : total;
    return bulkBar({
      n, total: shown !== null && n < shown ? shown : null, outside: this.outside ?? 0, busy: this.busy,
      topics: this.assigning ? this.topics : null, host: this.host,
      selectAll: () => this.selectAll(), startAssign: () => void this.startAssign(), assign: (t) => void this.bulkTopic(t), stopAssign: () => { this.assigning = false; },
      remove: () => void this.bulkDelete(), clear: () => { this.clearSelection(); this.focusTable(); },
    });
  }

  private async startAssign(): Promise<void> {
    this.assigning = true;
    void this.readTopics();
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('.assign')?.focus();
  }
}
define('spanset-detail-view', SpansetDetailView);
declare global { interface HTMLElementTagNameMap { 'spanset-detail-view': SpansetDetailView } }
