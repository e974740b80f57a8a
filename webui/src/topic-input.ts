// <spanset-topic-input>: a text field that suggests topics which are in use. Up and Down choose, Enter commits
// ("topic-commit" with the text), Esc closes the list, then cancels ("topic-cancel"). "topic-input" on every change.
import { css, html, nothing, type PropertyValues } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { define, TvpElement } from '../kit/element.js';
import { count } from '../kit/format.js';
import { place } from '../kit/menu.js';
import { topicHue } from '../kit/tokens.js';
import type { Topic } from './api.js';

export class SpansetTopicInput extends TvpElement {
  static override styles = [TvpElement.styles, css`
    :host { min-width: 0; }
    .field.small { height: 26px; padding: 0 8px; border-radius: var(--_radius-xs); }
    .dot { width: 12px; height: 12px; border-radius: 50%; border: 1px solid var(--_control); flex: none; padding: 0; }
    .menu { display: none; padding: 4px; }
    .menu.open { display: block; }
    .opt { display: flex; align-items: center; gap: 10px; min-height: 28px; padding: 0 8px; border-radius: 5px; cursor: pointer; }
    .opt[aria-selected="true"], .opt:hover { background: var(--_surface-3); }
    .opt .topic { min-width: 0; } .opt small { margin-inline-start: auto; color: var(--_muted); font-size: var(--_text-xs); white-space: nowrap; }
    .note { color: var(--_muted); font-size: var(--_text-sm); white-space: nowrap; flex: none; }
  `];

  @property() value = '';
  @property({ attribute: false }) topics: Topic[] = [];
  @property() label = 'Topic';
  @property() placeholder = '';
  @property({ type: Boolean }) small = false;
  /** says how often the typed topic is in use */
  @property({ type: Boolean }) usage = false;
  @state() private open = false;
  @state() private active = -1;
  @query('input') private input!: HTMLInputElement;
  @query('.menu') private box!: HTMLElement | null;

  override focus(): void {
    this.input?.focus();
    this.input?.select();
  }

  private fitting(): Topic[] {
    const typed = this.value.trim().toLowerCase();
    return this.topics.filter((t) => t.topic !== null && t.topic.toLowerCase() !== typed && t.topic.toLowerCase().includes(typed))
      .sort((a, b) => Number(b.topic!.toLowerCase().startsWith(typed)) - Number(a.topic!.toLowerCase().startsWith(typed)) || b.count - a.count).slice(0, 8);
  }

  private set(value: string): void {
    this.value = value;
    this.dispatchEvent(new CustomEvent('topic-input', { detail: value }));
  }

  private commit(value: string): void {
    this.set(value);
    this.open = false;
    this.dispatchEvent(new CustomEvent('topic-commit', { detail: value.trim() }));
  }

  private key(e: KeyboardEvent): void {
    const list = this.open ? this.fitting() : [];
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      e.preventDefault();
      const all = this.fitting();
      if (!this.open) { this.open = all.length > 0; this.active = 0; }
      else this.active = (this.active + (e.key === 'ArrowDown' ? 1 : -1) + all.length + 1) % (all.length + 1);
      if (this.active >= all.length) this.active = -1;
    } else if (e.key === 'Enter') {
      if (e.isComposing) return;
      e.preventDefault();
      this.commit(list[this.active]?.topic ?? this.value);
    } else if (e.key === 'Escape') {
      if (this.open && list.length > 0) { this.open = false; e.preventDefault(); e.stopPropagation(); return; }
      if (this.dispatchEvent(new CustomEvent('topic-cancel', { cancelable: true }))) return;
      e.preventDefault();
      e.stopPropagation();
      return;
    } else return;
    e.stopPropagation();
  }

  private blurred(): void {
    this.open = false;
    this.dispatchEvent(new CustomEvent('topic-blur'));
  }

  protected override updated(_: PropertyValues): void {
    const box = this.box;
    if (!box) return;
    const show = this.open && this.fitting().length > 0;
    const popover = 'showPopover' in box;
    if (show) {
      if (popover && !box.matches(':popover-open')) box.showPopover();
      box.style.minWidth = `${Math.max(160, this.input.getBoundingClientRect().width + 22)}px`;
      place(box, this.renderRoot.querySelector('.field')!);
    } else if (popover && box.matches(':popover-open')) box.hidePopover();
  }

  protected override render(): unknown {
    const list = this.fitting(), show = this.open && list.length > 0, value = this.value.trim();
    const used = this.topics.find((t) => t.topic?.toLowerCase() === value.toLowerCase());
    return html`
      <div class="field ${this.small ? 'small' : ''}">
        ${this.small ? nothing : html`<span class="dot ${value ? `b${topicHue(value)}` : ''}"></span>`}
        <input type="text" role="combobox" autocomplete="off" spellcheck="false" maxlength="200" aria-label=${this.label} placeholder=${this.placeholder}
          aria-expanded=${String(show)} aria-controls="list" aria-autocomplete="list" aria-activedescendant=${show && this.active >= 0 ? `o${this.active}` : nothing}
          .value=${this.value} @input=${(e: InputEvent) => { this.active = -1; this.open = true; this.set((e.target as HTMLInputElement).value); }}
          @click=${() => { this.open = true; }} @keydown=${this.key} @blur=${this.blurred}>
        ${this.usage && value ? html`<span class="note">${used ? `used by ${count(used.count)} record${used.count === 1 ? '' : 's'}` : 'new'}</span>` : nothing}
      </div>
      <div class="menu ${show ? 'open' : ''}" id="list" role="listbox" aria-label="Suggestions" popover="manual">
        ${list.map((t, n) => html`<div class="opt" role="option" id="o${n}" aria-selected=${String(n === this.active)}
          @pointerdown=${(e: Event) => e.preventDefault()} @click=${() => this.commit(t.topic!)}>
          <span class="topic t${topicHue(t.topic!)}"><span>${t.topic}</span></span><small>${count(t.count)}</small></div>`)}
      </div>`;
  }
}
define('spanset-topic-input', SpansetTopicInput);
declare global { interface HTMLElementTagNameMap { 'spanset-topic-input': SpansetTopicInput } }
