// <tv-plugin-view>: one mounted piece of a plugin's UI.
//
// The module is imported and the element created; when it is not defined within 2 s, or brings no module, the same
// thing is shown as a document in an iframe. Properties (`props`) are set before insertion and assigned again when they
// change; `host` is among them. Events of an iframe come as messages {type:"tvp:...", detail} and leave this element
// as the CustomEvents that a mounted element would have sent.
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { controls } from '../../../webui/kit/controls';
import { spinner } from '../../../webui/kit/states';
import { address } from './plugins';
import type { Mountable, Plugin } from './types';

const DEFINED_WITHIN_MS = 2000;
const EVENTS = new Set(['tvp:navigate', 'tvp:open-span', 'tvp:toast', 'tvp:changed', 'tvp:empty', 'tvp:badge', 'tvp:close',
  'tvp:resize']);

/** What the plugin's elements learn about their host. */
export interface HostInfo {
  version: string; base: string; location: string; theme: 'dark' | 'light'; locale: string; user?: string;
}

@customElement('tv-plugin-view')
export class PluginView extends LitElement {
  static override styles = [controls, css`
    :host { display: block; min-width: 0; }
    :host([fill]) { height: 100%; min-height: 0; }
    .slot { display: contents; }
    .slot > * { min-height: 0; }
    :host([fill]) .slot > * { height: 100%; }
    iframe { border: 0; width: 100%; height: 100%; display: block; background: transparent; color-scheme: inherit; }
    :host(:not([fill])) iframe { height: max(var(--reserve, 0px), 76px); }
    .wait { height: 100%; display: flex; visibility: hidden; animation: late 0s .4s forwards; }
    @keyframes late { to { visibility: visible; } }
  `];
  @property({ attribute: false }) plugin!: Plugin;
  @property({ attribute: false }) view!: Mountable;
  @property({ attribute: false }) props: Record<string, unknown> = {};
  /** Query of the document, for the iframe. */
  @property() query = '';
  /** Where a page is, as path and query in the host; for the iframe. */
  @property() hash = '';
  @property() label = '';
  @state() private mode: 'wait' | 'element' | 'frame' = 'wait';
  #element: HTMLElement | null = null;
  #mounted = '';
  #given = new Map<string, string>();

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('message', this.#message);
  }
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('message', this.#message);
  }

  protected override render() {
    switch (this.mode) {
      case 'element': return html`<div class="slot">${this.#element}</div>`;
      case 'frame': {
        const url = this.#frameUrl();
        return html`<iframe src=${url} title=${this.label || this.plugin.name} @load=${this.#tellFrame}></iframe>`;
      }
      default: return this.hasAttribute('fill') ? html`<div class="wait">${spinner(`Loading ${this.label || this.plugin.name}`)}</div>` : nothing;
    }
  }

  #frameUrl(): string {
    const u = new URL(address(this.plugin, this.view.path));
    for (const [k, v] of new URLSearchParams(this.query)) u.searchParams.set(k, v);
    // A page's document learns from the fragment where in the page it is.
    if (this.hash) u.hash = this.hash;
    return u.href;
  }

  protected override updated(): void {
    this.toggleAttribute('framed', this.mode === 'frame');
    const id = `${this.plugin.base} ${this.view.element} ${this.view.module} ${this.view.path}`;
    if (id !== this.#mounted) {
      this.#mounted = id;
      this.#element = null;
      this.#given.clear();
      void this.#mount(id);
      return;
    }
    if (this.#element) this.#assign(this.#element);
    else if (this.mode === 'frame') this.#tellFrame();
  }

  async #mount(id: string): Promise<void> {
    this.mode = 'wait';
    const { element, module } = this.view;
    if (element && module) {
      try {
        const late = new Promise<never>((_, no) => { setTimeout(() => no(new Error('not defined in time')), DEFINED_WITHIN_MS); });
        await Promise.race([
          import(address(this.plugin, module)).then(() => customElements.whenDefined(element)), late,
        ]);
        if (id !== this.#mounted) return;
        const el = document.createElement(element);
        this.#assign(el);
        this.#element = el;
        this.mode = 'element';
        return;
      } catch (e) {
        console.warn(`<${element}> of ${this.plugin.id} is shown as a document instead:`, e);
      }
    }
    if (id === this.#mounted) this.mode = 'frame';
  }

  #assign(el: HTMLElement): void {
    const theme = (this.props['host'] as HostInfo | undefined)?.theme;
    if (theme) el.dataset['theme'] = theme;
    // Only what differs: an element loads anew when its `span` is assigned.
    for (const [k, v] of Object.entries(this.props)) {
      const text = JSON.stringify(v) ?? '';
      if (this.#given.get(k) === text) continue;
      this.#given.set(k, text);
      (el as unknown as Record<string, unknown>)[k] = v;
    }
  }

  #tellFrame = (): void => {
    const host = this.props['host'] as HostInfo | undefined;
    this.renderRoot.querySelector('iframe')?.contentWindow
      ?.postMessage({ type: 'tvp:theme', detail: { theme: host?.theme } }, location.origin);
  };

  #message = (e: MessageEvent): void => {
    const frame = this.renderRoot.querySelector?.('iframe');
    if (!frame || e.source !== frame.contentWindow || e.origin !== location.origin) return;
    const m = e.data as { type?: unknown; detail?: unknown } | null;
    if (!m || typeof m.type !== 'string' || !EVENTS.has(m.type)) return;
    if (m.type === 'tvp:resize') {
      const h = Number((m.detail as { height?: unknown } | null)?.height);
      if (h > 0 && !this.hasAttribute('fill')) frame.style.height = `${Math.min(Math.ceil(h), 600)}px`;
      return;
    }
    this.dispatchEvent(new CustomEvent(m.type, { detail: m.detail, bubbles: true, composed: true }));
  };
}
