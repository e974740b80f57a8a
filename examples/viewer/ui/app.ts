// <tv-app>: the frame of the viewer. Bar, navigation, pages, the detail panel, the action bar, plugins' panels and
// dialogs, toasts, and the keys that work everywhere. It owns what is opened; pages say what they list.
import { LitElement, html, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { controls } from '../../../webui/kit/controls';
import { deepActive } from '../../../webui/kit/dialog';
import type { ToastDetail } from '../../../webui/kit/element';
import { icon } from '../../../webui/kit/icons';
import { face, offline } from '../../../webui/kit/states';
import { Toasts, toastCss } from '../../../webui/kit/toast';
import './action-bar';
import { refusal } from './action-bar';
import * as api from './api';
import { appStyles } from './app.styles';
import { Context, recall, remember } from './context';
import type { Filter } from './filter';
import './info-popover';
import './keys-dialog';
import type { SpansArrived } from './live';
import './plugin-dialog';
import './plugin-view';
import type { HostInfo } from './plugin-view';
import type { Owned } from './plugins';
import { type Route, linkOf, threadsUrl, tracesUrl } from './router';
import './span-detail';
import type { SpanDetail } from './span-detail';
import './threads-page';
import type { ThreadsPage } from './threads-page';
import './traces-page';
import type { TracesPage } from './traces-page';
import type { Info, OpenReply, Plugin, PluginAction, PluginPage, PluginPanel, SpanRef } from './types';
import { sameRef } from './types';

const OBSERVE_MS = 150, OFFLINE_AFTER_MS = 1500, INSP = 456, INSP_MIN = 340, INSP_MAX = 900;
/** A larger selection, or one by filter, is known to the plugin by what its reply put into props. */
const PASSED_ON = 1000;
const THEMES = { system: 'as the system', dark: 'dark', light: 'light' } as const;

@customElement('tv-app')
export class App extends LitElement {
  static override styles = [controls, toastCss, appStyles];
  readonly ctx = new Context();
  @state() private route: Route = this.ctx.router.route;
  @state() private info: Info | null = null;
  @state() private offline = false;
  @state() private keys = false;
  @state() private busy: PluginAction | null = null;
  @state() private dialog: { plugin: Plugin; open: OpenReply; label: string; props: Record<string, unknown> } | null = null;
  @state() private badges = new Map<string, number>();
  @state() private width = Number(recall('tv-detail')) || INSP;
  @state() private hiddenPanels = new Set<string>((recall('tv-panels-hidden') ?? '').split('\n').filter(Boolean));
  @query('tv-traces') private tracesPage?: TracesPage;
  @query('tv-threads') private threadsPage?: ThreadsPage;
  @query('tv-span-detail') private detailPanel?: SpanDetail;
  #toasts!: Toasts;
  #traces: Route & { page: 'traces' } = { page: 'traces', filter: {} };
  #threads: (Route & { page: 'threads' }) | null = null;
  #observe = 0;
  #offTimer = 0;
  #g = 0; // when "g" was pressed, for "g t"
  #back: HTMLElement | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    const c = this.ctx;
    c.router.addEventListener('change', () => this.#moved());
    c.theme.addEventListener('change', () => this.requestUpdate());
    c.selection.addEventListener('change', () => this.#selected());
    c.plugins.addEventListener('change', () => this.requestUpdate());
    c.live.addEventListener('state', () => this.#liveState());
    c.live.addEventListener('toast', (e) => {
      const d = (e as CustomEvent<{ level?: string; text?: string }>).detail;
      if (d.text) this.#toast({ text: d.text, level: levelOf(d.level) });
    });
    c.live.addEventListener('spans', (e) => {
      const o = this.#opened();
      if (o && (e as CustomEvent<SpansArrived>).detail.trace_ids.includes(o.trace_id)) void this.detailPanel?.load();
      if (!this.info?.spans) void this.#loadInfo();
    });
    c.live.addEventListener('recovered', () => { if (c.plugins.state === 'error') void c.plugins.load(); });
    window.addEventListener('keydown', this.#key);
    this.#moved();
    c.live.start();
    void c.plugins.load();
    void this.#loadInfo();
  }
  protected override firstUpdated(): void {
    const root = this.renderRoot as ShadowRoot;
    this.#toasts = new Toasts(root);
    // The button of a toast (Undo) changes what a plugin knows of spans while none of its elements may be left to say so.
    root.querySelector('.toasts')?.addEventListener('tvp:changed', () => this.ctx.marks.changed());
  }
  async #loadInfo(): Promise<void> { this.info = await api.info().catch(() => this.info); }

  #moved(): void {
    const { router } = this.ctx;
    if (router.url.pathname === '/') { router.go(`/traces${router.url.search}`, true); return; }
    this.route = router.route;
    if (this.route.page === 'traces') this.#traces = this.route;
    if (this.route.page === 'threads') this.#threads = this.route;
    this.#title();
    this.requestUpdate();
  }
  #title(): void {
    const r = this.route;
    const name = r.page === 'traces' ? 'Traces' : r.page === 'threads' ? 'Threads' : this.ctx.plugins.pageFor(r.path)?.title ?? '';
    document.title = name ? `${name} · Trace Viewer` : 'Trace Viewer';
  }

  // ---- the opened span ------------------------------------------------------------------------------------------

  #opened(): SpanRef | null {
    const r = this.route;
    if (r.page === 'traces' && r.trace_id && r.span_id) return { trace_id: r.trace_id, span_id: r.span_id };
    return r.page === 'threads' ? r.span ?? null : null;
  }
  #page(): TracesPage | ThreadsPage | undefined {
    return this.route.page === 'traces' ? this.tracesPage : this.route.page === 'threads' ? this.threadsPage : undefined;
  }
  #openSpan(ref: SpanRef | null, replace = false): void {
    const page = this.#page();
    if (ref && !this.#opened()) this.#back = deepActive();
    this.ctx.router.go(page ? page.urlOf(ref) : tracesUrl({}, ref ?? undefined), replace);
    if (!ref) {
      const to = this.#back;
      this.#back = null;
      void this.updateComplete.then(() => { if (to?.isConnected) to.focus(); else page?.focusList(); });
    }
  }
  #step(step: 1 | -1): void {
    const now = this.#opened(), next = now && this.#page()?.beside(now, step);
    if (next) this.#openSpan({ trace_id: next.trace_id, span_id: next.span_id }, true);
  }

  // ---- selection and actions ------------------------------------------------------------------------------------

  #selected(): void {
    this.requestUpdate();
    if (!this.ctx.plugins.observed) return;
    clearTimeout(this.#observe);
    this.#observe = window.setTimeout(async () => {
      try { await api.tellSelection(await this.ctx.selection.resolved(), this.route.page); } catch { /* observers are told next time */ }
    }, OBSERVE_MS);
  }

  async #act(action: Owned<PluginAction>): Promise<void> {
    const { selection } = this.ctx;
    if (this.busy || refusal(action, selection.count)) return;
    this.busy = action;
    try {
      const what = await selection.resolved();
      const reply = await api.act(action.plugin.id, action.id, what, this.route.page);
      if (reply.error) this.#toast({ text: reply.error, level: 'error' });
      if (reply.toast) this.#toast({ text: reply.toast, level: 'success' });
      if (reply.open) {
        this.dialog = { plugin: action.plugin, open: reply.open, label: action.label,
          props: { selection: 'spans' in what && what.spans.length <= PASSED_ON ? what.spans : null, ...reply.open.props } };
      }
    } catch (e) {
      this.#toast({ text: `${action.label}: ${(e as Error).message}`, level: 'error' });
    }
    this.busy = null;
  }

  #selectAll(): void {
    const all = this.#page()?.allOf;
    if (!all) return;
    this.ctx.selection.selectAll(all.filter, all.total);
  }

  // ---- what plugins' elements say -------------------------------------------------------------------------------

  #navigate(e: CustomEvent<{ url?: unknown; replace?: unknown }>): void {
    const url = e.detail?.url;
    if (typeof url !== 'string' || !/^\/(?!\/)/.test(url) || !this.ctx.router.go(url, e.detail.replace === true)) {
      console.warn('tvp:navigate refused: not a path on this origin', url);
    }
  }
  #pluginOpens(e: CustomEvent<Partial<SpanRef>>): void {
    const { trace_id, span_id } = e.detail ?? {};
    if (typeof trace_id !== 'string' || typeof span_id !== 'string') return;
    this.ctx.router.go(tracesUrl({}, { trace_id, span_id }));
  }
  #pluginToast(e: CustomEvent<Partial<ToastDetail>>): void {
    const d = e.detail;
    if (typeof d?.text !== 'string') return;
    const t: ToastDetail = { text: d.text, level: levelOf(d.level) };
    if (Array.isArray(d.details)) t.details = d.details.map(String);
    // Only a path on this origin gets our header and cookie.
    if (d.action && typeof d.action.url === 'string' && new URL(d.action.url, location.href).origin === location.origin) {
      t.action = { label: String(d.action.label), url: d.action.url, method: 'POST' };
    }
    this.#toast(t);
  }
  #toast(d: ToastDetail): void {
    this.#toasts?.show(d);
  }
  #pluginClosed(e: CustomEvent<{ added?: number } | undefined>): void {
    if (this.dialog && e.detail?.added !== undefined) this.ctx.selection.leave();
  }
  #closeDialog(): void { this.dialog = null; }

  // ---- state of the connection ----------------------------------------------------------------------------------

  #liveState(): void {
    clearTimeout(this.#offTimer);
    if (this.ctx.live.state === 'off') this.#offTimer = window.setTimeout(() => { this.offline = true; }, OFFLINE_AFTER_MS);
    else this.offline = false;
    this.requestUpdate();
  }

  // ---- keys -----------------------------------------------------------------------------------------------------

  #key = (e: KeyboardEvent): void => {
    if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey) {
      this.#shortcut(e);
      return;
    }
    const at = e.composedPath()[0];
    const typing = at instanceof HTMLElement && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName) && (at as HTMLInputElement).type !== 'checkbox');
    // Dialogs and plugins' own pages have keys of their own.
    const theirs = e.key === 'Escape' ? 'tv-plugin-view[fill], [popover]' : 'tv-plugin-view, [popover]';
    if (this.keys || this.dialog || e.composedPath().some((n) => n instanceof HTMLDialogElement || (n instanceof HTMLElement && n.matches(theirs)))) return;
    const sel = this.ctx.selection, page = this.#page();
    if (e.key === 'Escape') {
      const inDetail = this.detailPanel && e.composedPath().includes(this.detailPanel);
      if (this.#opened() && (inDetail || !sel.active)) this.#openSpan(null);
      else if (sel.active) sel.leave();
      else if (typing) (at as HTMLElement).blur();
      else return;
      e.preventDefault();
      return;
    }
    if (typing) return;
    const g = e.timeStamp - this.#g < 1000;
    this.#g = 0;
    if (g && e.key === 't') this.ctx.router.go(this.#tracesHref());
    else if (g && e.key === 'h') this.ctx.router.go(this.#threadsHref());
    else if (e.key === 'g') this.#g = e.timeStamp;
    else if (e.key === '/' && page) page.focusSearch();
    else if (e.key === '?') this.keys = true;
    else if (e.key === 's' && page) { if (sel.active) sel.leave(); else sel.enter(); }
    else { this.#shortcut(e); return; }
    e.preventDefault();
  };

  /** The shortcuts of actions, in the form of aria-keyshortcuts: "d", "Control+D". */
  #shortcut(e: KeyboardEvent): void {
    if (e.defaultPrevented || !this.ctx.selection.active || !this.#page() || this.dialog) return;
    for (const a of this.ctx.plugins.actions) {
      const keys = a.shortcut?.split(' ').some((s) => {
        const parts = s.split('+'), key = parts.pop()!.toLowerCase();
        const has = (m: string): boolean => parts.some((p) => p.toLowerCase() === m);
        return e.key.toLowerCase() === key && e.ctrlKey === has('control') && e.metaKey === has('meta') && e.altKey === has('alt') && (parts.length === 0 || e.shiftKey === has('shift'));
      });
      if (keys) { e.preventDefault(); void this.#act(a); return; }
    }
  }

  // ---- rendering ------------------------------------------------------------------------------------------------

  #tracesHref(): string { const t = this.#traces; return tracesUrl(t.filter, t.trace_id ? { trace_id: t.trace_id, ...(t.span_id ? { span_id: t.span_id } : {}) } : undefined); }
  #threadsHref(): string { const t = this.#threads; return t ? threadsUrl(t.filter, t.id, t.span, t.chat) : '/threads'; }
  #host(plugin?: Plugin): HostInfo {
    return { version: this.info?.version ?? '', base: plugin?.base ?? '', location: this.ctx.router.location, theme: this.ctx.theme.theme, locale: navigator.language };
  }

  protected override render() {
    const { selection, plugins } = this.ctx;
    const opened = this.#opened(), list = this.route.page !== 'other';
    const page = this.route.page === 'other' ? plugins.pageFor(this.route.path) : undefined;
    const all = selection.active ? this.#page()?.allOf ?? null : null;
    return html`${this.#bar()}
      <div>${this.offline ? offline(null, () => this.ctx.live.retry()) : nothing}</div>
      <div class="frame" @click=${this.#click}
          @tvp:navigate=${this.#navigate} @tvp:open-span=${this.#pluginOpens} @tvp:toast=${this.#pluginToast} @tvp:close=${this.#pluginClosed}
          @tvp:changed=${(e: CustomEvent<{ spans?: SpanRef[] }>) => this.ctx.marks.changed(e.detail?.spans)}
          @tvp:badge=${(e: CustomEvent<{ page?: string; count: number }>) => { if (e.detail) this.badges = new Map(this.badges).set(e.detail.page ?? '', e.detail.count); }}
          @tv-open=${(e: CustomEvent<{ ref: SpanRef; follow?: boolean }>) => this.#openSpan({ trace_id: e.detail.ref.trace_id, span_id: e.detail.ref.span_id }, e.detail.follow)}
          @tv-step=${(e: CustomEvent<{ step: 1 | -1 }>) => this.#step(e.detail.step)} @tv-close=${() => this.#openSpan(null)}
          @tv-filter=${this.#filtered} @tv-select=${() => { if (selection.active) selection.leave(); else selection.enter(); }}
          @tv-refuse=${(e: CustomEvent<{ text: string }>) => this.#toast({ text: e.detail.text, level: 'warning' })}
          @tv-say=${(e: CustomEvent<string>) => this.#say(e.detail)} @tv-listed=${() => this.requestUpdate()}>
        ${this.#panels('left')}
        <main id="main" tabindex="-1" class=${list && opened ? 'open' : ''} .style=${`--insp:${this.width}px`}>
          <div class="left">
            <tv-traces ?hidden=${this.route.page !== 'traces'} ?active=${this.route.page === 'traces'} .ctx=${this.ctx} .route=${this.#traces} .info=${this.info}></tv-traces>
            ${this.#threads ? html`<tv-threads ?hidden=${this.route.page !== 'threads'} ?active=${this.route.page === 'threads'} .ctx=${this.ctx} .route=${this.#threads}></tv-threads>` : nothing}
            ${list ? nothing : this.#pluginPage(page)}
            ${list && selection.active ? html`<tv-action-bar .selection=${selection} .version=${selection.count} .actions=${plugins.actions} .busy=${this.busy} .total=${all?.total ?? null}
              what=${selection.all?.filter.thread_id ? 'spans of the thread selected' : 'matching spans selected'}
              @tv-action=${(e: CustomEvent<{ action: Owned<PluginAction> }>) => void this.#act(e.detail.action)} @tv-select-all=${this.#selectAll} @tv-leave=${() => selection.leave()}></tv-action-bar>` : nothing}
          </div>
          ${list && opened ? this.#inspector(opened) : nothing}
        </main>
        ${this.#panels('right')}
        ${this.dialog ? html`<tv-plugin-dialog .plugin=${this.dialog.plugin} .open=${this.dialog.open} .label=${this.dialog.label}
          .props=${{ ...this.dialog.props, host: this.#host(this.dialog.plugin) }} @tv-closed=${this.#closeDialog}></tv-plugin-dialog>` : nothing}
      </div>
      ${this.keys ? html`<tv-keys @tv-closed=${() => { this.keys = false; }}></tv-keys>` : nothing}
      <span class="sr" role="status" id="say"></span>`;
  }

  #bar() {
    const { live, theme, plugins } = this.ctx;
    const link = (href: string, label: string, glyph: string, on: boolean, badge?: number) => html`<a href=${href} aria-current=${on ? 'page' : nothing}>${icon(glyph)}${label}${badge ? html`<span class="badge">${badge}</span>` : nothing}</a>`;
    const path = this.route.page === 'other' ? this.route.path : '';
    const now = path ? plugins.pageFor(path) : undefined;
    return html`<header class="host" @click=${this.#click}><button type="button" class="btn skip" @click=${() => this.renderRoot.querySelector<HTMLElement>('#main')?.focus()}>Skip to content</button>
      <a class="brand" href="/traces" aria-label="Trace Viewer">${icon('brand')}<span>Trace Viewer</span></a>
      <nav aria-label="Main">${link(this.#tracesHref(), 'Traces', 'list', this.route.page === 'traces')}${link(this.#threadsHref(), 'Threads', 'chat', this.route.page === 'threads')}
        ${plugins.pages.map((p) => link(p.route, p.title, p.icon || 'circle', now?.plugin.id === p.plugin.id && now.id === p.id, this.badges.get(p.id)))}</nav>
      <span class="grow"></span>
      <span class="live ${live.state}" role="status"><span>${live.state === 'on' ? 'Receiving spans' : live.state === 'off' ? 'Disconnected' : 'Connecting'}</span></span>
      ${plugins.panels.map((p) => {
        const id = panelId(p), shown = !this.hiddenPanels.has(id);
        return html`<button type="button" class="ib" aria-pressed=${String(shown)} aria-label="${shown ? 'Hide' : 'Show'} ${p.title}" title="${shown ? 'Hide' : 'Show'} ${p.title}" @click=${() => this.#togglePanel(id)}>${icon(p.icon || 'panel')}</button>`;
      })}
      <button type="button" class="ib" aria-label="Switch theme" title="Theme: ${THEMES[theme.preference]}" @click=${() => { theme.next(); this.#say(`Theme: ${THEMES[theme.preference]}`); }}>${icon(theme.preference === 'system' ? (theme.theme === 'dark' ? 'moon' : 'sun') : theme.preference === 'dark' ? 'moon' : 'sun')}</button>
      <tv-info .info=${this.info} .plugins=${plugins.list}></tv-info></header>`;
  }

  #inspector(opened: SpanRef) {
    const page = this.#page();
    const known = this.ctx.spans.get(opened.trace_id)?.spans.find((s) => sameRef(s, opened)) ?? null;
    return html`<aside class="insp" aria-label="Span">
      <div class="grip" role="separator" aria-orientation="vertical" aria-label="Width of the span panel" tabindex="0" aria-valuenow=${this.width} aria-valuemin=${INSP_MIN} aria-valuemax=${INSP_MAX}
        @pointerdown=${this.#grip} @keydown=${this.#gripKey} @dblclick=${() => this.#setWidth(INSP)}></div>
      <tv-span-detail .ref=${opened} .known=${known} .plugins=${this.ctx.plugins} .hostInfo=${this.#host()} .version=${this.ctx.plugins.list.length}
        ?first=${!!page && !page.beside(opened, -1)} ?last=${!!page && !page.beside(opened, 1)}></tv-span-detail></aside>`;
  }

  #pluginPage(page: Owned<PluginPage> | undefined) {
    const { plugins } = this.ctx;
    if (!page) {
      return plugins.state === 'loading' ? nothing : html`<div class="nowhere grow">${face('search-none', plugins.state === 'error' ? 'The plugins did not load' : 'There is no such page',
        plugins.state === 'error' ? 'Perhaps this page belongs to one of them.' : 'The address may be mistyped, or the plugin that had it is not loaded.',
        plugins.state === 'error' ? [{ label: 'Retry', run: () => void plugins.load() }] : [{ label: 'Go to Traces', run: () => void this.ctx.router.go('/traces') }])}</div>`;
    }
    return html`<tv-plugin-view fill class="grow" .plugin=${page.plugin} .view=${page} .label=${page.title} .hash=${this.ctx.router.location} .props=${{ host: this.#host(page.plugin) }}></tv-plugin-view>`;
  }

  #panels(side: 'left' | 'right') {
    const list = this.ctx.plugins.panels.filter((p) => (p.side === 'right' ? 'right' : 'left') === side && !this.hiddenPanels.has(panelId(p)));
    return repeat(list, panelId, (p) => html`<aside class="panel ${side}" aria-label=${p.title} .style=${`--w:${p.width || 384}px`}>
      <tv-plugin-view fill .plugin=${p.plugin} .view=${p} .label=${p.title} .props=${{ host: this.#host(p.plugin) }}></tv-plugin-view></aside>`);
  }
  #togglePanel(id: string): void {
    const s = new Set(this.hiddenPanels);
    if (!s.delete(id)) s.add(id);
    this.hiddenPanels = s;
    remember('tv-panels-hidden', [...s].join('\n'));
  }

  protected override updated(): void {
    this.#title();
    // Toasts leave the widgets below an opened span in sight.
    const widgets = this.#opened() ? this.ctx.plugins.widgets.reduce((n, w) => n + (w.height || 0), 0) : 0;
    this.style.setProperty('--toasts-up', `${Math.max(48, 16 + Math.min(widgets, 240))}px`);
  }

  // ---- small things ---------------------------------------------------------------------------------------------

  #click = (e: MouseEvent): void => {
    const to = linkOf(e);
    if (to) { e.preventDefault(); this.ctx.router.go(to); }
  };
  #filtered = (e: CustomEvent<{ filter: Filter; replace?: boolean }>): void => {
    const { filter, replace } = e.detail, r = this.route;
    if (r.page === 'traces') this.ctx.router.go(tracesUrl(filter, r.trace_id && r.span_id ? { trace_id: r.trace_id, span_id: r.span_id } : undefined), replace);
    else if (r.page === 'threads') this.ctx.router.go(threadsUrl(filter, r.id, r.span, r.chat), replace);
  };
  #say(text: string): void {
    const box = this.renderRoot.querySelector('#say');
    if (box) box.textContent = text;
  }
  #setWidth(px: number): void {
    this.width = Math.round(Math.min(INSP_MAX, Math.max(INSP_MIN, px)));
    remember('tv-detail', String(this.width));
  }
  #gripKey = (e: KeyboardEvent): void => {
    const by = e.key === 'ArrowLeft' ? 24 : e.key === 'ArrowRight' ? -24 : 0;
    if (!by) return;
    e.preventDefault();
    this.#setWidth(this.width + by);
  };
  #grip = (e: PointerEvent): void => {
    const grip = e.currentTarget as HTMLElement, from = e.clientX, was = this.width;
    grip.setPointerCapture(e.pointerId);
    grip.classList.add('drag');
    const move = (m: PointerEvent): void => this.#setWidth(was + from - m.clientX);
    const up = (): void => {
      grip.classList.remove('drag');
      grip.removeEventListener('pointermove', move);
      grip.removeEventListener('pointerup', up);
      grip.removeEventListener('pointercancel', up);
    };
    grip.addEventListener('pointermove', move);
    grip.addEventListener('pointerup', up);
    grip.addEventListener('pointercancel', up);
    e.preventDefault();
  };
}

const panelId = (p: Owned<PluginPanel>): string => `${p.plugin.id}/${p.id}`;
const levelOf = (l: unknown): NonNullable<ToastDetail['level']> =>
  l === 'success' || l === 'warning' || l === 'error' ? l : l === '2' || l === 2 ? 'warning' : l === '3' || l === 3 ? 'error' : 'info';
