// <spanset-trash-view>: what was deleted in the last 30 days, to restore or to remove for good.
import { css, html, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { confirmDialog } from '../kit/dialog.js';
import { define, TvpElement } from '../kit/element.js';
import { agoInText, bytes, count, dayName, full, plural } from '../kit/format.js';
import { icon } from '../kit/icons.js';
import { face, failed, spinner } from '../kit/states.js';
import { api, OfflineError, sentence, undoAction, type TrashItem } from './api.js';
import { hostLink, previewCss, ROUTE, View } from './view.js';

const PAGE = 100;

export class SpansetTrashView extends View {
  static override styles = [TvpElement.styles, previewCss, css`
    .scroll { flex: 1; min-height: 0; overflow: auto; padding: 0 16px 12px; display: flex; flex-direction: column; scrollbar-gutter: stable; padding-inline-end: 6px; }
    .group { border: 1px solid var(--_border); border-radius: var(--_radius); background: var(--_surface); flex: none; }
    .group.fill { flex: 1; display: flex; }
    .trow { display: grid; grid-template-columns: 16px minmax(0, 1fr) auto auto; gap: 12px; align-items: center; min-height: 48px; padding: 4px 8px 4px 14px; line-height: 17px; }
    .trow + .trow { border-top: 1px solid color-mix(in srgb, var(--_border) 72%, transparent); }
    .trow small { display: block; color: var(--_muted); font-size: var(--_text-sm); } .trow > .i { color: var(--_muted); }
    .trow b { font-weight: 600; }
    .hint { padding: 10px 0; }
  `];

  @state() private items: TrashItem[] | null = null;
  @state() private total = 0;
  @state() private records = 0;
  @state() private size = 0;
  @state() private next: string | null = null;
  @state() private problem = '';
  @state() private busy = new Set<string>();

  override connectedCallback(): void {
    super.connectedCallback();
    void this.read();
  }

  protected override reload(): void { void this.read(); }

  private async read(more = false): Promise<void> {
    try {
      const page = await api.trash(more && this.next ? { limit: PAGE, cursor: this.next } : { limit: Math.min(1000, Math.max(PAGE, this.items?.length ?? 0)) });
      this.items = more ? [...(this.items ?? []), ...page.trash] : page.trash;
      this.total = page.total;
      this.records = page.records;
      this.size = page.bytes;
      this.next = page.next;
      this.problem = '';
    } catch (e) {
      if (e instanceof OfflineError && this.items) return;
      this.problem = sentence(e);
    }
  }

  private async act(t: TrashItem, run: () => Promise<void>): Promise<void> {
    this.busy = new Set(this.busy).add(t.id);
    try {
      await run();
      await this.read();
    } catch (e) {
      this.failed(e);
    } finally {
      const busy = new Set(this.busy);
      busy.delete(t.id);
      this.busy = busy;
    }
  }

  private restore(t: TrashItem): void {
    void this.act(t, async () => {
      const done = await api.restore([t.id]);
      const stayed = done.already_there > 0 ? `, ${count(done.already_there)} stayed in the trash: the dataset holds their spans already` : '';
      this.toast({ text: `${this.what(t)} restored${stayed}`, level: done.already_there ? 'warning' : 'success', action: undoAction(done.undo) });
    });
  }

  private async removeForGood(t: TrashItem): Promise<void> {
    const yes = await confirmDialog(this.renderRoot as ShadowRoot, {
      title: `Remove ${this.what(t)} for good?`, text: 'This cannot be undone.', confirm: 'Remove for Good', danger: true });
    if (yes) void this.act(t, async () => { await api.emptyTrash({ ids: [t.id] }); this.toast({ text: `${this.what(t)} removed for good`, level: 'success' }); });
  }

  private async emptyAll(): Promise<void> {
    const yes = await confirmDialog(this.renderRoot as ShadowRoot, {
      title: `Empty the trash, ${plural(this.total, 'entry', 'entries')} with ${plural(this.records, 'record')}?`, text: 'This cannot be undone.', confirm: 'Empty Trash', danger: true });
    if (!yes) return;
    try {
      await api.emptyTrash({ all: true });
      this.toast({ text: 'The trash is empty', level: 'success' });
      await this.read();
    } catch (e) {
      this.failed(e);
    }
  }

  private what(t: TrashItem): string {
    return t.kind === 'dataset' ? `'${t.name}'` : `${plural(t.records, 'record')} of '${t.name}'`;
  }

  protected override render(): unknown {
    return html`<header class="head"><div class="ttl"><nav class="crumb" aria-label="Breadcrumb">${hostLink(this, ROUTE, 'Datasets')}${icon('chevron-right', 'xs')}<h1>Trash</h1></nav>
        <p class="meta">Deleted datasets and records stay here for 30 days</p></div>
        <div class="acts">${this.items?.length ? html`<button type="button" class="btn danger-text" @click=${this.emptyAll}>${icon('trash', 's')}Empty Trash…</button>` : ''}</div></header>
      <div class="scroll">${this.body()}</div>
      <footer class="foot">${this.items?.length ? html`<span><b>${count(this.records)}</b> ${this.records === 1 ? 'record' : 'records'}, <b>${bytes(this.size)}</b></span>` : ''}</footer>`;
  }

  private body(): TemplateResult {
    if (this.problem && !this.items) return html`<div class="group fill">${failed('The trash could not be read', this.problem, () => { this.problem = ''; void this.read(); })}</div>`;
    if (!this.items) return spinner('Loading the trash');
    if (this.items.length === 0) return html`<div class="group fill">${face('trash', 'The trash is empty', 'What you delete stays here for 30 days.', [{ label: 'All Datasets', primary: false, run: () => this.go(ROUTE) }])}</div>`;
    return html`<ul class="group" aria-label="Trash">${repeat(this.items, (t) => t.id, (t) => html`<li class="trow">${icon(t.kind === 'dataset' ? 'database' : 'select')}
        <div><div class="ell">${t.kind === 'dataset' ? html`<b>${t.name}</b>` : html`${plural(t.records, 'record')} of <b>${t.name}</b>`}</div>
          <small>${t.kind === 'dataset' ? `dataset with ${plural(t.records, 'record')} · ` : ''}<span title=${full(t.deleted_at)}>deleted ${agoInText(t.deleted_at)}</span> · <span title=${full(t.gone_at)}>gone on ${dayName(t.gone_at)}</span></small></div>
        <button type="button" class="btn sm" ?disabled=${this.busy.has(t.id)} @click=${() => this.restore(t)}>${this.busy.has(t.id) ? html`<span class="spin"></span>` : icon('undo', 's')}Restore</button>
        <button type="button" class="ib del" ?disabled=${this.busy.has(t.id)} aria-label="Remove ${this.what(t)} for good" title="Remove for good" @click=${() => void this.removeForGood(t)}>${icon('trash', 's')}</button></li>`)}</ul>
      ${this.next ? html`<p class="hint"><button type="button" class="link" @click=${() => void this.read(true)}>Show more</button> ${count(this.items.length)} of ${count(this.total)} shown</p>` : ''}`;
  }
}
define('spanset-trash-view', SpansetTrashView);
declare global { interface HTMLElementTagNameMap { 'spanset-trash-view': SpansetTrashView } }
