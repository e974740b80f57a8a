// <tv-filter-bar>: search, "+ Filter", chips of what is set, time range, "Select". Emits tv-filter {filter, replace}.
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { controls } from '../../../webui/kit/controls';
import { icon } from '../../../webui/kit/icons';
import { openMenu, place } from '../../../webui/kit/menu';
import { count } from '../../../webui/kit/format';
import * as api from './api';
import { type Filter, RANGES, chips, kindLabel } from './filter';
import type { Facet, Facets } from './types';

const TYPED_MS = 250;
type Field = 'service' | 'model' | 'provider' | 'kind' | 'user' | 'min_ms';
const FIELDS: { id: Field | 'error'; label: string; icon: string; facet?: keyof Facets; hint?: string }[] = [
  { id: 'service', label: 'Service', icon: 'tag', facet: 'services' },
  { id: 'model', label: 'Model', icon: 'sparkle', facet: 'models' },
  { id: 'provider', label: 'Provider', icon: 'database', facet: 'providers' },
  { id: 'kind', label: 'Kind', icon: 'list', facet: 'kinds' },
  { id: 'error', label: 'Errors only', icon: 'error' },
  { id: 'min_ms', label: 'Minimum duration', icon: 'clock' },
  { id: 'user', label: 'User', icon: 'user' },
];

@customElement('tv-filter-bar')
export class FilterBar extends LitElement {
  static override styles = [controls, css`
    :host { display: flex; align-items: center; gap: 8px; padding: 8px calc(14px + var(--cover, 0px)) 8px 16px; border-bottom: 1px solid var(--_border); min-width: 0; flex: none; background: var(--_bg); }
    .search { flex: 1 1 230px; max-width: 300px; min-width: 120px; }
    .chips { display: flex; gap: 6px; flex-wrap: wrap; align-items: center; min-width: 0; flex: 1 1 auto; }
    .chip { max-width: 260px; min-width: 0; } .chip > span { overflow: hidden; text-overflow: ellipsis; }
    .chip.plain { cursor: pointer; flex: none; }
    .pop { position: fixed; inset: auto; margin: 0; width: 276px; max-height: 420px; overflow: hidden; flex-direction: column; padding: 6px; border: 1px solid var(--_control); border-radius: var(--_radius); background: var(--_surface-2); color: var(--_fg); box-shadow: var(--_shadow); }
    .pop:popover-open { display: flex; }
    .pop .field { background: var(--_surface); flex: none; margin-bottom: 6px; }
    .pop header { display: flex; align-items: center; gap: 4px; padding: 0 2px 6px; font-weight: 600; }
    .opts { overflow: auto; min-height: 0; }
    .opt { display: grid; grid-template-columns: 16px minmax(0, 1fr) auto; gap: 10px; align-items: center; width: 100%; height: 30px; padding: 0 8px; border: 0; border-radius: 5px; background: none; text-align: start; }
    .opt:hover, .opt:focus-visible { background: var(--_surface-3); } .opt:focus-visible { outline-offset: -2px; }
    .opt > .i { color: var(--_muted); } .opt small { color: var(--_muted); font-size: var(--_text-sm); font-variant-numeric: tabular-nums; }
    .opt[aria-checked='true'] > .i { color: var(--_accent); }
    .none { padding: 8px; color: var(--_muted); font-size: var(--_text-sm); line-height: 18px; }
    .quick { display: flex; gap: 6px; flex-wrap: wrap; padding: 0 2px 4px; }
  `];
  @property({ attribute: false }) filter: Filter = {};
  @property({ type: Boolean }) selecting = false;
  /** Nothing to select (empty list). */
  @property({ type: Boolean }) idle = false;
  @property() placeholder = 'Search spans';
  @state() private field: Field | null = null;
  @state() private facets: Facets | null = null;
  @state() private facetError = '';
  @state() private typed = '';
  @query('.search input') private input!: HTMLInputElement;
  @query('.pop') private pop!: HTMLElement;
  #timer = 0;
  #text: string | undefined;

  focusSearch(): void { this.input.focus(); this.input.select(); }

  protected override willUpdate(): void {
    // A filter that came from elsewhere (back button) wins over what stands in the box, but not over typing.
    if (this.#text !== undefined && (this.filter.text ?? '') === this.#text) this.#text = undefined;
  }

  #emit(filter: Filter, replace = false): void {
    this.dispatchEvent(new CustomEvent('tv-filter', { detail: { filter, replace }, bubbles: true, composed: true }));
  }
  #set(part: Partial<Filter>): void {
    const f: Record<string, unknown> = { ...this.filter, ...part };
    for (const k of Object.keys(f)) if (f[k] === undefined || f[k] === '') delete f[k];
    this.#emit(f as Filter);
  }

  #search(value: string, now = false): void {
    this.#text = value;
    clearTimeout(this.#timer);
    const go = (): void => {
      const f = { ...this.filter };
      if (value.trim()) f.text = value.trim();
      else delete f.text;
      this.#text = undefined;
      this.#emit(f, true);
    };
    if (now) go();
    else this.#timer = window.setTimeout(go, TYPED_MS);
  }

  protected override render() {
    const set = chips(this.filter);
    const range = RANGES.find((r) => r.id === this.filter.range);
    return html`
      <label class="field search"><span class="sr">${this.placeholder}</span>${icon('search', 's')}
        <input type="search" placeholder=${this.placeholder} spellcheck="false" autocomplete="off" .value=${this.#text ?? this.filter.text ?? ''}
          @input=${(e: Event) => this.#search((e.target as HTMLInputElement).value)}
          @keydown=${(e: KeyboardEvent) => {
            if (e.key === 'Enter') this.#search(this.input.value, true);
            if (e.key === 'Escape' && this.input.value) { e.stopPropagation(); this.input.value = ''; this.#search('', true); }
          }}>
        ${this.filter.text ? html`<button type="button" class="ib" aria-label="Clear the search" @click=${() => { this.input.value = ''; this.#search('', true); this.input.focus(); }}>${icon('close', 'xs')}</button>` : html`<kbd aria-hidden="true">/</kbd>`}
      </label>
      <div class="chips">
        <button type="button" class="chip plain add" aria-haspopup="dialog" aria-expanded="false" @click=${this.#open} @keydown=${(e: KeyboardEvent) => { if (this.pop.matches(':popover-open')) this.#keys(e); }}>${icon('plus', 'xs')}Filter</button>
        ${set.map((c) => html`<span class="chip" title="${c.label}: ${c.value}"><span>${c.value.trim() ? html`${c.label} <b>${c.value}</b>` : html`<b>${c.label}</b>`}</span>
          <button type="button" class="ib" aria-label="Remove the filter ${c.label} ${c.value}" @click=${() => this.#set({ [c.key]: undefined })}>${icon('close', 'xs')}</button></span>`)}
        ${set.length > 1 ? html`<button type="button" class="link" @click=${() => this.#emit({ ...(this.filter.text ? { text: this.filter.text } : {}), ...(this.filter.range ? { range: this.filter.range } : {}) })}>Clear</button>` : nothing}
      </div>
      <button type="button" class="btn" aria-haspopup="menu" aria-expanded="false" aria-label="Time range: ${range?.label ?? 'All time'}" @click=${this.#ranges}>${range?.label ?? 'All time'}${icon('chevron-down', 'xs')}</button>
      <button type="button" class="btn ${this.selecting ? 'soft' : ''}" aria-pressed=${String(this.selecting)} ?disabled=${this.idle && !this.selecting}
        @click=${() => this.dispatchEvent(new CustomEvent('tv-select', { bubbles: true, composed: true }))}>${icon('select', 's')}Select</button>
      <div class="pop" popover="auto" role="dialog" aria-label="Add a filter" @toggle=${this.#toggled} @keydown=${this.#keys}>${this.#popover()}</div>`;
  }

  #ranges = (e: Event): void => {
    const at = e.currentTarget as HTMLElement;
    void openMenu(at, [...RANGES.map((r) => ({ label: r.label, checked: this.filter.range === r.id, run: () => this.#set({ range: r.id, from: undefined, to: undefined }) })),
      { label: 'All time', checked: !this.filter.range, run: () => this.#set({ range: undefined, from: undefined, to: undefined }) }], { label: 'Time range', align: 'end' });
  };

  // ---- the popover ----------------------------------------------------------------------------------------------

  #open = (e: Event): void => {
    const at = e.currentTarget as HTMLElement;
    if (this.pop.matches(':popover-open')) { this.pop.hidePopover(); return; }
    this.field = null;
    this.facets = null;
    this.facetError = '';
    this.pop.showPopover();
    place(this.pop, at);
    void this.#facets();
  };
  async #facets(): Promise<void> {
    try {
      this.facets = await api.facets(this.filter);
    } catch (e) {
      this.facetError = e instanceof Error ? e.message : String(e);
    }
  }
  #toggled = async (e: Event): Promise<void> => {
    const open = (e as ToggleEvent).newState === 'open';
    this.renderRoot.querySelector('.add')?.setAttribute('aria-expanded', String(open));
    if (open) { await this.updateComplete; this.pop.querySelector<HTMLElement>('.opt')?.focus(); }
  };
  #keys = (e: KeyboardEvent): void => {
    if (e.key === 'Escape') {
      e.stopPropagation();
      if (this.field) { e.preventDefault(); void this.#pick(null); return; }
      this.pop.hidePopover();
      this.renderRoot.querySelector<HTMLElement>('.add')?.focus();
    } else if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      const all = [...this.pop.querySelectorAll<HTMLElement>('input, .opt')];
      const i = all.indexOf(e.composedPath()[0] as HTMLElement);
      all[(i + (e.key === 'ArrowDown' ? 1 : all.length - 1)) % all.length]?.focus();
      e.preventDefault();
      e.stopPropagation();
    }
  };
  async #pick(field: Field | null): Promise<void> {
    this.field = field;
    this.typed = '';
    await this.updateComplete;
    (this.pop.querySelector<HTMLElement>('input') ?? this.pop.querySelector<HTMLElement>('.opt'))?.focus();
  }
  #done(part: Partial<Filter>): void {
    this.pop.hidePopover();
    this.renderRoot.querySelector<HTMLElement>('.add')?.focus();
    this.#set(part);
  }

  #popover() {
    const field = FIELDS.find((f) => f.id === this.field);
    if (!field) {
      return html`<div class="opts">${FIELDS.map((f) => html`<button type="button" class="opt" @click=${() => {
        if (f.id === 'error') this.#done({ error: this.filter.error ? undefined : true });
        else void this.#pick(f.id);
      }}>${icon(f.id === 'error' && this.filter.error ? 'check' : f.icon, 's')}<span>${f.label}</span>${f.id === 'error' ? nothing : html`<small>${icon('chevron-right', 'xs')}</small>`}</button>`)}</div>`;
    }
    const head = html`<header><button type="button" class="ib sm" aria-label="Back" @click=${() => void this.#pick(null)}>${icon('chevron-left', 's')}</button>${field.label}</header>`;
    if (field.id === 'min_ms' || field.id === 'user') {
      const ms = field.id === 'min_ms';
      const apply = (): void => {
        const v = this.typed.trim();
        if (!ms) { if (v) this.#done({ user: v }); return; }
        const m = /^([\d.]+)\s*(ms|s|min)?$/i.exec(v);
        const n = m ? Number(m[1]) * ({ ms: 1, s: 1000, min: 60_000 }[(m[2] ?? 's').toLowerCase()] ?? 1000) : NaN;
        if (n > 0) this.#done({ min_ms: n });
      };
      return html`${head}
        ${ms ? html`<div class="quick">${[500, 1000, 5000, 30_000].map((n) => html`<button type="button" class="btn sm" @click=${() => this.#done({ min_ms: n })}>${n < 1000 ? `${n} ms` : `${n / 1000} s`}</button>`)}</div>` : nothing}
        <label class="field"><span class="sr">${field.label}</span><input placeholder=${ms ? 'e.g. 250 ms or 1.5 s' : 'User, exactly as recorded'} .value=${this.typed}
          @input=${(e: Event) => { this.typed = (e.target as HTMLInputElement).value; }} @keydown=${(e: KeyboardEvent) => { if (e.key === 'Enter') apply(); }}></label>
        <button type="button" class="btn primary" ?disabled=${!this.typed.trim()} @click=${apply}>Apply</button>`;
    }
    const all = this.facets?.[field.facet!] ?? [];
    const label = (f: Facet): string => (field.id === 'kind' ? kindLabel(f.value) : f.value);
    const q = this.typed.trim().toLowerCase();
    const fit = all.filter((f) => label(f).toLowerCase().includes(q));
    const choose = (v: string): void => this.#done({ [field.id]: v });
    return html`${head}
      ${all.length > 7 ? html`<label class="field"><span class="sr">Find a value</span>${icon('search', 's')}<input placeholder="Find" .value=${this.typed} @input=${(e: Event) => { this.typed = (e.target as HTMLInputElement).value; }}
        @keydown=${(e: KeyboardEvent) => { if (e.key === 'Enter' && fit[0]) choose(fit[0].value); }}></label>` : nothing}
      <div class="opts" role="radiogroup" aria-label=${field.label}>
        ${this.facetError ? html`<p class="none">${this.facetError} <button type="button" class="link" @click=${() => { this.facetError = ''; void this.#facets(); }}>Retry</button></p>`
          : !this.facets ? html`<p class="none"><span class="spin"></span></p>`
          : fit.length === 0 ? html`<p class="none">${all.length ? 'No value like that.' : 'No span here has one.'}</p>`
          : fit.map((f) => html`<button type="button" class="opt" role="radio" aria-checked=${String(this.filter[field.id as Field] === f.value)} @click=${() => choose(f.value)}>
              ${this.filter[field.id as Field] === f.value ? icon('check', 's') : html`<span></span>`}<span class="ell" title=${f.value}>${label(f)}</span><small>${count(f.count)}</small></button>`)}
      </div>`;
  }
}
