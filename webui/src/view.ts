// What the views of the page share: links inside the host, toasts, live updates, and the small
// pieces that every list of records is made of.
import { css, html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { emit, TvpElement, type ToastDetail } from '../kit/element.js';
import { fnChip } from '../kit/conversation.js';
import { icon } from '../kit/icons.js';
import { topicHue } from '../kit/tokens.js';
import { connection, isAbort, sentence, type RecordRow } from './api.js';
import { subscribe, type ServerEvent } from './events.js';

export const ROUTE = '/datasets';
export const datasetUrl = (id: string, query = ''): string => `${ROUTE}/${encodeURIComponent(id)}${query}`;

/** A link to a host address. Plain clicks become tvp:navigate; with a modifier the browser does what it always does. */
export function hostLink(from: TvpElement, url: string, content: unknown, cls = '', title = ''): TemplateResult {
  const follow = (e: MouseEvent): void => {
    if (e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
    e.preventDefault();
    emit(from, 'tvp:navigate', { url });
  };
  return html`<a class=${cls} href=${(from.host.link ?? '') + url} title=${title || nothing} @click=${follow}>${content}</a>`;
}

/** Events come in bursts (an import, an agent): one reload answers all that came meanwhile. */
const LIVE_DELAY_MS = 250;

export abstract class View extends TvpElement {
  /** The query part of the view's address. */
  @property({ attribute: false }) params = new URLSearchParams();

  private unsubscribe: (() => void) | null = null;
  private liveTimer = 0;
  private back = (): void => this.reload();

  override connectedCallback(): void {
    super.connectedCallback();
    this.unsubscribe = subscribe((e) => this.heard(e));
    connection.addEventListener('back', this.back);
    document.addEventListener('visibilitychange', this.shown);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unsubscribe?.();
    connection.removeEventListener('back', this.back);
    document.removeEventListener('visibilitychange', this.shown);
    clearTimeout(this.liveTimer);
    this.liveTimer = 0;
  }

  /** Reads anew what is shown, without taking it away meanwhile. */
  protected abstract reload(): void;
  /** Whether an event changes what is shown. Progress of a long operation does not; its end is a "changed" of its own. */
  protected concerns(e: ServerEvent): boolean { return e.type !== 'operation'; }

  /** Focuses the search field, if there is one. */
  focusSearch(): boolean {
    const field = this.renderRoot.querySelector<HTMLInputElement>('input[type="search"]');
    field?.focus();
    field?.select();
    return field !== null;
  }

  // A tab that nobody sees waits until somebody does.
  private heard(e: ServerEvent): void {
    if (!this.concerns(e)) return;
    if (document.hidden) this.stale = true;
    else this.liveTimer ||= window.setTimeout(() => { this.liveTimer = 0; this.reload(); }, LIVE_DELAY_MS);
  }
  private stale = false;
  private readonly shown = (): void => {
    if (document.hidden || !this.stale) return;
    this.stale = false;
    this.reload();
  };

  protected go(url: string, replace = false): void {
    this.emit('tvp:navigate', { url, ...(replace ? { replace } : {}) });
  }

  protected toast(detail: ToastDetail): void {
    this.emit('tvp:toast', detail);
  }

  /** Tells of a failure in the server's words. Aborted calls are none. */
  protected failed(e: unknown): void {
    if (!isAbort(e)) this.toast({ text: sentence(e), level: 'error' });
  }
}

/** A topic in its own hue. */
export function topicPill(topic: string): TemplateResult {
  return html`<span class="topic t${topicHue(topic)}" title=${topic}><span>${topic}</span></span>`;
}

/** The answer of a record in one line: tool call with arguments, text, or why there is none. */
export function answerLine(r: RecordRow): TemplateResult {
  const p = r.preview;
  if (p.tool) return html`${fnChip(p.tool)}${p.output ? html`<span class="tx" dir="auto">${p.output}</span>` : html`<span class="tx js">${p.arguments ?? ''}</span>`}`;
  if (p.output) return /^\s*[{[]/.test(p.output) ? html`<span class="tx js">${p.output}</span>` : html`<span class="tx" dir="auto">${p.output}</span>`;
  return r.error ? html`<span class="flag err">${icon('error', 's')}</span><span class="tx">The call failed, no answer was recorded</span>` : html`<span class="tx">No answer was recorded</span>`;
}

export function scoreText(score: number | undefined): string {
  return score === undefined ? '–' : score.toFixed(2);
}

/** Styles of preview lines, used by the list and the detail view. */
export const previewCss = css`
  :host { display: flex; flex-direction: column; min-height: 0; height: 100%; position: relative; container: main / inline-size; }
  .ln { display: flex; align-items: center; gap: 8px; min-width: 0; height: 17px; }
  .tx { flex: 0 1 auto; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; line-height: 17px; padding-block: 2px; margin-block: -2px; text-align: start; }
  .tx.js { font: 400 var(--_mono-sm)/17px var(--_mono); }
  .flag { display: inline-flex; color: var(--_muted); flex: none; } .flag.warn { color: var(--_warn); } .flag.err { color: var(--_err); }
  .inline-name { flex: 1; min-width: 0; display: grid; gap: 4px; grid-template-columns: minmax(0, 1fr); }
  .inline-name .field { height: 30px; max-width: 420px; }
`;
