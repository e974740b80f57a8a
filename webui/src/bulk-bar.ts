// The bar that takes the footer's place while records are selected.
import { html, nothing, type TemplateResult } from 'lit';
import type { Host } from '../kit/element.js';
import { count, plural } from '../kit/format.js';
import { icon } from '../kit/icons.js';
import { inlineSpinner } from '../kit/states.js';
import type { Topic } from './api.js';
import './topic-input.js';

export interface BulkOptions {
  n: number;
  total: number | null;    // what "Select all" would select; null: nothing more
  outside: number;         // of the selected, how many the search does not show
  busy: boolean;
  topics: Topic[] | null;  // suggestions while a topic is being assigned, else null
  host: Host;
  selectAll: () => void; startAssign: () => void; assign: (topic: string) => void; stopAssign: () => void; remove: () => void; clear: () => void;
}

export function bulkBar(o: BulkOptions): TemplateResult {
  const escape = (e: KeyboardEvent): void => {
    if (e.key !== 'Escape') return;
    e.preventDefault();
    e.stopPropagation();
    if (o.topics) o.stopAssign();
    else o.clear();
  };
  const typed = (e: Event): string => (e.currentTarget as HTMLElement).closest('.bulk')!.querySelector<HTMLElement & { value: string }>('.assign')!.value.trim();
  return html`<div class="foot bulk" role="toolbar" aria-label="Selected records" @keydown=${escape}>
    <span class="cnt" role="status">${count(o.n)} selected</span>${o.outside ? html`<span class="out wide">${count(o.outside)} of them outside this search</span>` : nothing}
    ${o.total !== null ? html`<button type="button" class="link" @click=${o.selectAll}>Select all ${count(o.total)}</button>` : nothing}
    <span class="vr"></span>
    ${o.topics ? html`<spanset-topic-input class="assign" small .host=${o.host} .topics=${o.topics} placeholder="Topic, empty removes it" label="Topic for ${plural(o.n, 'record')}"
        @topic-commit=${(e: CustomEvent<string>) => o.assign(e.detail)} @topic-cancel=${(e: Event) => { e.preventDefault(); o.stopAssign(); }}></spanset-topic-input>
      <button type="button" class="btn primary" ?disabled=${o.busy} @click=${(e: Event) => o.assign(typed(e))}>Assign</button>
      <button type="button" class="btn ghost" @click=${o.stopAssign}>Cancel</button>`
      : html`<button type="button" class="btn ghost" ?disabled=${o.busy} @click=${o.startAssign}>${icon('tag', 's')}Assign Topic</button>`}
    <span class="grow"></span>${o.busy ? inlineSpinner('Working') : nothing}
    <button type="button" class="btn ghost danger-text" ?disabled=${o.busy} @click=${o.remove}>${icon('trash', 's')}Delete ${count(o.n)}…</button>
    <button type="button" class="ib" aria-label="Clear selection" title="Clear selection (Esc)" @click=${o.clear}>${icon('close', 's')}</button></div>`;
}
