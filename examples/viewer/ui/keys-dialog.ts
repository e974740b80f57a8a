// <tv-keys>: what the keyboard does.
import { LitElement, css, html } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import { controls } from '../../../webui/kit/controls';
import { openModal } from '../../../webui/kit/dialog';
import { icon } from '../../../webui/kit/icons';

const KEYS: [string, [string[], string][]][] = [
  ['Anywhere', [[['/'], 'Search'], [['g', 't'], 'Go to Traces'], [['g', 'h'], 'Go to Threads'], [['s'], 'Select spans, and back'], [['Esc'], 'Close the topmost layer'], [['?'], 'This page']]],
  ['In the list', [[['↑', '↓'], 'Move'], [['→', '←'], 'Open, close a trace'], [['Enter'], 'Open the span'], [['Space'], 'Select the row'], [['Shift', 'Space'], 'Select up to here'], [['Home', 'End'], 'First, last row']]],
  ['In a span', [[['↑', '↓'], 'Previous, next span (in the list or the head)'], [['←', '→'], 'Tabs']]],
];

@customElement('tv-keys')
export class KeysDialog extends LitElement {
  static override styles = [controls, css`
    dialog { width: 560px; }
    .cols { columns: 2; column-gap: 28px; padding: 0 20px 20px; overflow: auto; }
    section { break-inside: avoid; margin-bottom: 12px; } h3 { margin-bottom: 4px; }
    li { display: flex; justify-content: space-between; gap: 12px; align-items: center; min-height: 28px; } li span:last-child { display: flex; gap: 3px; flex: none; }
    @media (max-width: 560px) { .cols { columns: 1; } }
  `];
  @query('dialog') private dialog!: HTMLDialogElement;
  protected override firstUpdated(): void { openModal(this.dialog); }
  protected override render() {
    return html`<dialog aria-labelledby="t" @close=${() => this.dispatchEvent(new CustomEvent('tv-closed'))}>
      <div class="dlg-head"><div class="grow"><h2 id="t">Keyboard</h2></div><button type="button" class="ib" aria-label="Close" @click=${() => this.dialog.close()}>${icon('close')}</button></div>
      <div class="cols">${KEYS.map(([title, keys]) => html`<section><h3 class="eyebrow">${title}</h3><ul>${keys.map(([k, what]) => html`<li><span>${what}</span><span>${k.map((x) => html`<kbd>${x}</kbd>`)}</span></li>`)}</ul></section>`)}</div></dialog>`;
  }
}
