// <spanset-page>: the Datasets page. `host.location` says which view (/datasets, /datasets/ID, /datasets/trash); views
// navigate with tvp:navigate, which the page follows at once and the host writes into the address bar.
import { css, html, nothing, type PropertyValues } from 'lit';
import { state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import { define, TvpElement } from '../kit/element.js';
import { offline } from '../kit/states.js';
import { connection } from './api.js';
import './detail-view.js';
import './list-view.js';
import './trash-view.js';
import { ROUTE, type View } from './view.js';

export class SpansetPage extends TvpElement {
  static override styles = [TvpElement.styles, css`
    :host { display: flex; flex-direction: column; height: 100%; min-height: 0; background: var(--_bg); overflow: hidden; }
    .view { flex: 1; min-height: 0; }
  `];

  @state() private address = ROUTE;
  private fromHost = '';

  private readonly navigated = (e: Event): void => {
    const url = (e as CustomEvent<{ url: string }>).detail.url;
    if (url === ROUTE || url.startsWith(`${ROUTE}/`) || url.startsWith(`${ROUTE}?`)) this.address = url;
  };
  private readonly connection = (): void => this.requestUpdate();

  // "/" searches wherever the focus is, unless something is being written or a dialog is open.
  private readonly slash = (e: KeyboardEvent): void => {
    if (e.key !== '/' || e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return;
    const at = e.composedPath()[0];
    if (at instanceof HTMLElement && (at.matches('input:not([type="checkbox"]), textarea, select') || at.isContentEditable || at.closest('dialog'))) return;
    if (document.querySelector('dialog[open]')) return;
    const view = this.renderRoot.querySelector('.view') as View | null;
    if (view?.focusSearch()) e.preventDefault();
  };

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('tvp:navigate', this.navigated);
    connection.addEventListener('change', this.connection);
    document.addEventListener('keydown', this.slash);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('tvp:navigate', this.navigated);
    connection.removeEventListener('change', this.connection);
    document.removeEventListener('keydown', this.slash);
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const now = this.host?.location ?? '';
    if (changed.has('host') && now && now !== this.fromHost) {
      this.fromHost = now;
      this.address = now;
    }
  }

  protected override render(): unknown {
    const url = new URL(this.address, 'http://host');
    const part = url.pathname.slice(ROUTE.length).split('/').filter(Boolean)[0] ?? '';
    const view = part === '' ? html`<spanset-list-view class="view" .host=${this.host} .params=${this.params(url)}></spanset-list-view>`
      : part === 'trash' ? html`<spanset-trash-view class="view" .host=${this.host}></spanset-trash-view>`
      : keyed(part, html`<spanset-detail-view class="view" .host=${this.host} .datasetId=${decode(part)} .params=${this.params(url)}></spanset-detail-view>`);
    return html`${connection.offline ? offline(connection.wait, () => connection.retry()) : nothing}${view}`;
  }

  // The same object as long as the address is the same: a view reads anew when its parameters change.
  private params(url: URL): URLSearchParams {
    if (this.given?.text !== url.search) this.given = { text: url.search, params: url.searchParams };
    return this.given.params;
  }
  private given: { text: string; params: URLSearchParams } | null = null;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

define('spanset-page', SpansetPage);
declare global { interface HTMLElementTagNameMap { 'spanset-page': SpansetPage } }
