// <spanset-dataset-head>: the name of a dataset with its counts, and what can be done with the whole of it. Fires
// "ds-changed" with the dataset after a rename.
import { css, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import { define, TvpElement } from '../kit/element.js';
import { agoInText, count, plural } from '../kit/format.js';
import { icon } from '../kit/icons.js';
import { openMenu } from '../kit/menu.js';
import { inlineSpinner } from '../kit/states.js';
import { api, sentence, undoAction, type Dataset } from './api.js';
import { deleteDataset } from './destroy.js';
import { datasetUrl, hostLink, ROUTE } from './view.js';

export class SpansetDatasetHead extends TvpElement {
  static override styles = [TvpElement.styles, css`
    :host { flex: none; }
    .dot::before { content: "·"; margin: 0 6px; color: var(--_faint); }
    .field.name { height: 30px; width: min(420px, 60%); font-size: var(--_text-lg); font-weight: 600; }
    @container main (max-width: 900px) { .wide { display: none; } }
  `];

  @property({ attribute: false }) ds!: Dataset;
  @state() private renaming: { problem: string; busy: boolean } | null = null;

  private field(): HTMLInputElement | null { return this.renderRoot.querySelector('.crumb input'); }

  private async startRename(): Promise<void> {
    this.renaming = { problem: '', busy: false };
    await this.updateComplete;
    this.field()?.focus();
    this.field()?.select();
  }

  private async rename(value: string): Promise<void> {
    const d = this.ds, name = value.trim();
    if (!this.renaming || this.renaming.busy) return;
    if (name === d.name) { this.stopRename(); return; }
    this.renaming = { problem: '', busy: true };
    try {
      const now = await api.updateDataset(d.id, { name });
      this.dispatchEvent(new CustomEvent('ds-changed', { detail: { ...d, name: now.name } }));
      this.stopRename();
    } catch (e) {
      this.renaming = { problem: sentence(e), busy: false };
      await this.updateComplete;
      this.field()?.focus();
    }
  }

  private stopRename(): void {
    this.renaming = null;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.crumb button')?.focus());
  }

  private async duplicate(): Promise<void> {
    try {
      const made = await api.duplicateDataset(this.ds.id);
      const action = undoAction(made.undo);
      this.emit('tvp:toast', { text: `'${made.name}' created with ${plural(made.record_count, 'record')}`, level: 'success', ...(action ? { action } : {}) });
      this.emit('tvp:navigate', { url: datasetUrl(made.id) });
    } catch (e) {
      this.emit('tvp:toast', { text: sentence(e), level: 'error' });
    }
  }

  private async destroy(): Promise<void> {
    if (await deleteDataset(this, this.ds)) this.emit('tvp:navigate', { url: ROUTE });
  }

  private more(e: Event): void {
    void openMenu(e.currentTarget as HTMLElement, [
      { label: 'Rename', icon: 'edit', run: () => void this.startRename() },
      { label: 'Duplicate', icon: 'copy', run: () => void this.duplicate() },
      '-',
      { label: 'Delete…', icon: 'trash', danger: true, run: () => void this.destroy() },
    ], { label: this.ds.name, align: 'end' });
  }

  protected override render(): unknown {
    const d = this.ds, at = this.renaming;
    const name = at ? html`<label class="field name ${at.problem ? 'bad' : ''}"><span class="sr">Dataset name</span>
        <input type="text" .value=${d.name} maxlength="200" ?readonly=${at.busy}
          @keydown=${(e: KeyboardEvent) => {
            if (e.key === 'Enter' && !e.isComposing) { e.preventDefault(); void this.rename((e.target as HTMLInputElement).value); }
            else if (e.key === 'Escape') { e.preventDefault(); e.stopPropagation(); this.stopRename(); }
          }}
          @blur=${(e: Event) => { if (!this.renaming?.problem) void this.rename((e.target as HTMLInputElement).value); }}>
        ${at.busy ? inlineSpinner('Saving') : nothing}</label>`
      : html`<h1 class="ell" title=${d.name}>${d.name}</h1><button type="button" class="ib sm" aria-label="Rename dataset" title="Rename" @click=${this.startRename}>${icon('edit', 's')}</button>`;
    const number = (n: number, one: string, many = one): unknown => html`<b>${count(n)}</b> ${n === 1 ? one : many}<span class="dot"></span>`;
    return html`<header class="head"><div class="ttl"><nav class="crumb" aria-label="Breadcrumb">${hostLink(this, ROUTE, 'Datasets')}${icon('chevron-right', 'xs')}${name}</nav>
      ${at?.problem ? html`<p class="bad-text" role="alert">${icon('error', 's')}${at.problem}</p>` : html`
      <p class="meta">${number(d.record_count, 'record', 'records')}${number(d.topic_count, 'topic', 'topics')}${number(d.labelled_count, 'labelled')}${html`<b>${count(d.evaluated_count)}</b> evaluated`}<span class="wide"><span class="dot"></span>updated ${agoInText(d.updated_at)}</span>${d.description ? html`<span class="dot"></span><span title=${d.description}>${d.description}</span>` : nothing}</p>`}</div>
      <div class="acts"><button type="button" class="ib" aria-label="More actions for this dataset" aria-haspopup="menu" aria-expanded="false" @click=${this.more}>${icon('dots')}</button></div></header>`;
  }
}
define('spanset-dataset-head', SpansetDatasetHead);
declare global { interface HTMLElementTagNameMap { 'spanset-dataset-head': SpansetDatasetHead } }
