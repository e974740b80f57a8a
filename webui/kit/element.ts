// Base of all our elements: theme, font and controls, and the events of host-api/README.md ("UI side").
import { LitElement, type CSSResultGroup, type PropertyValues } from 'lit';
import { property } from 'lit/decorators.js';
import { controls } from './controls.js';
import { tokens } from './tokens.js';

/** What a host tells every element. `location` is path and query in the host: "/datasets/ID?sort=topic". */
export interface Host {
  /** put before a host address to make a link that works here: "" in a host, "#" in a fragment */
  link?: string;
  version?: string;
  base?: string;
  location?: string;
  theme?: 'light' | 'dark';
  locale?: string;
  user?: string;
}

export interface SpanRef { trace_id: string; span_id: string }

/** Detail of tvp:toast. The host draws it. `details`: lines shown on demand. `action`: one button; the host sends
 *  `method` to `url` (an absolute path on its own origin) with X-Tvp: 1 and the JSON body {}, so the button works after
 *  the element that asked for it is gone. */
export interface ToastDetail {
  text: string;
  level?: 'info' | 'success' | 'warning' | 'error';
  details?: string[];
  action?: { label: string; url: string; method?: 'POST' };
}

export interface TvpEvents {
  'tvp:navigate': { url: string; replace?: boolean };
  'tvp:open-span': SpanRef;
  'tvp:toast': ToastDetail;
  /** these spans' standing with the plugin changed; empty: any span's may have */
  'tvp:changed': { spans: SpanRef[] };
  'tvp:empty': Record<string, never>;
  'tvp:badge': { page?: string; count: number };
  'tvp:close': { added?: number };
}

export function emit<K extends keyof TvpEvents>(from: EventTarget, type: K, detail: TvpEvents[K]): void {
  from.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
}

export class TvpElement extends LitElement {
  static override styles: CSSResultGroup = [tokens, controls];

  @property({ attribute: false }) host: Host = {};

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('host')) {
      const theme = this.host?.theme;
      if (theme === 'light' || theme === 'dark') this.dataset['theme'] = theme;
      else delete this.dataset['theme'];
    }
  }

  protected emit<K extends keyof TvpEvents>(type: K, detail: TvpEvents[K]): void {
    emit(this, type, detail);
  }
}

/** Defines an element unless another copy of the module has done so: a registry is append-only. */
export function define(name: string, element: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, element);
}
