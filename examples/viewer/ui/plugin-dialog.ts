// <tv-plugin-dialog>: the modal dialog that an action's {"open":...} asks for. The element in it draws its own head and
// buttons and says tvp:close; Esc and the backdrop close it too.
import { LitElement, css, html } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { controls } from '../../../webui/kit/controls';
import { openModal } from '../../../webui/kit/dialog';
import './plugin-view';
import type { OpenReply, Plugin } from './types';

@customElement('tv-plugin-dialog')
export class PluginDialog extends LitElement {
  static override styles = [controls, css`
    dialog { width: fit-content; min-width: min(480px, calc(100vw - 32px)); max-width: min(1120px, calc(100vw - 32px)); }
    dialog tv-plugin-view { min-height: 0; overflow: auto; display: flex; flex-direction: column; }
    dialog tv-plugin-view[framed] { width: 640px; max-width: 100%; height: min(720px, calc(100vh - 48px)); --reserve: min(720px, calc(100vh - 48px)); }
  `];
  @property({ attribute: false }) plugin!: Plugin;
  @property({ attribute: false }) open!: OpenReply;
  @property() label = '';
  @property({ attribute: false }) props: Record<string, unknown> = {};
  @query('dialog') private dialog!: HTMLDialogElement;

  protected override firstUpdated(): void { openModal(this.dialog); }
  close(): void { this.dialog.close(); }

  protected override render() {
    return html`<dialog aria-label=${this.label}
        @tvp:close=${() => this.dialog.close()}
        @close=${(e: Event) => { if (e.target === this.dialog) this.dispatchEvent(new CustomEvent('tv-closed')); }}>
      <tv-plugin-view .plugin=${this.plugin} .view=${this.open} .label=${this.label} .props=${this.props}></tv-plugin-view></dialog>`;
  }
}
