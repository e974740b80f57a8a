// The harness' page: the least that a host of host-api/README.md has to have. Spans with check boxes, the plugin's
// actions, one span with the footer, and the plugin's pages and panels. View state lives in the URL.
import { mount, setTheme, unmount, type Handler } from './mount';
import type { Action, Host, Opened, Plugin, Ref, Reply, Span, Toast } from './types';

const PAGE_ROWS = 200, OBSERVE_MS = 150, TOAST_MS = 8000;

const $ = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const main = $('main');

let plugins: Plugin[] = [];
let spans: Span[] = [], total = 0;
const selected = new Map<string, Ref>();
const keyOf = (r: Ref) => `${r.trace_id}:${r.span_id}`;
const refOf = ({ trace_id, span_id }: Ref): Ref => ({ trace_id, span_id });

let theme: Host['theme'] = matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
const hostOf = (): Host => ({ version: '1.0', base: '/', location: location.pathname + location.search, theme, locale: navigator.language });

function make<K extends keyof HTMLElementTagNameMap>(tag: K, props: Partial<HTMLElementTagNameMap[K]> & { class?: string } = {}, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const { class: name, ...rest } = props;
  const e = Object.assign(document.createElement(tag), rest);
  if (name) e.className = name;
  e.append(...children);
  return e;
}

async function call<T>(path: string, body?: unknown): Promise<T> {
  const res = await fetch(path, body === undefined ? {} : { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Tvp': '1' }, body: JSON.stringify(body) });
  const reply = await res.json().catch(() => ({ detail: `${res.status} ${res.statusText}` }));
  if (!res.ok) throw new Error((reply as { detail?: string }).detail ?? res.statusText);
  return reply as T;
}

// ---- toasts ----

function toast({ text, level = 'info', details = [], action }: Toast): void {
  const box = make('div', { class: `toast ${level}` }, make('span', {}, text));
  if (action)
    box.append(make('button', { type: 'button', textContent: action.label, onclick: async () => {
      box.remove();
      try { await call(action.url, {}); } catch (e) { toast({ text: (e as Error).message, level: 'error' }); }
    } }));
  box.append(make('button', { type: 'button', textContent: 'Close', onclick: () => box.remove() }));
  if (details.length) box.append(make('ul', {}, ...details.slice(0, 20).map((d) => make('li', {}, d))));
  $('toasts').append(box);
  if (level !== 'error') setTimeout(() => box.remove(), TOAST_MS);
}

// ---- what elements say ----

const handle: Handler = (type, detail, from) => {
  if (type === 'tvp:navigate' && typeof detail['url'] === 'string') go(detail['url'], detail['replace'] === true);
  else if (type === 'tvp:open-span') go(`/spans/${String(detail['trace_id'])}/${String(detail['span_id'])}`);
  else if (type === 'tvp:toast' && typeof detail['text'] === 'string') toast(detail as unknown as Toast);
  else if (type === 'tvp:changed') void marks();
  else if (type === 'tvp:empty') (from as HTMLElement).hidden = true;
  else if (type === 'tvp:badge') badge(String(detail['page']), Number(detail['count']));
  else if (type === 'tvp:close') from.closest('dialog')?.close();
};

function badge(page: string, count: number): void {
  const link = document.querySelector<HTMLElement>(`nav a[data-page="${CSS.escape(page)}"]`);
  if (link) link.textContent = count > 0 ? `${link.dataset['title']} (${count})` : link.dataset['title'] ?? '';
}

function openDialog(plugin: Plugin, opened: Opened): void {
  const dialog = make('dialog'), before = document.activeElement as HTMLElement | null;
  dialog.setAttribute('aria-label', plugin.name);
  dialog.onclose = () => { unmount(dialog); dialog.remove(); before?.focus(); };
  document.body.append(dialog);
  dialog.showModal();
  void mount(dialog, plugin, { ...opened, title: plugin.name }, hostOf(), handle);
}

async function press(plugin: Plugin, action: Action, refs: Ref[]): Promise<void> {
  try {
    const view = location.pathname.startsWith('/spans/') ? 'span' : 'traces';
    const reply = await call<Reply>(`/api/plugins/${plugin.id}/actions/${action.id}`, { spans: refs, view });
    if (reply.open) openDialog(plugin, reply.open);
    if (reply.toast) toast({ text: reply.toast });
    if (reply.error) toast({ text: reply.error, level: 'error' });
  } catch (e) {
    toast({ text: (e as Error).message, level: 'error' });
  }
}

let observing = 0;
function observe(): void {
  clearTimeout(observing);
  if (!plugins.some((p) => p.observes)) return;
  observing = window.setTimeout(() => { void call('/api/selection', { spans: [...selected.values()], view: 'traces' }).catch(() => {}); }, OBSERVE_MS);
}

// ---- the list ----

function actionButtons(refs: () => Ref[]): HTMLButtonElement[] {
  const n = refs().length;
  return plugins.flatMap((p) => p.actions.map((a) => {
    const few = n < a.min_spans, many = a.max_spans > 0 && n > a.max_spans;
    const button = make('button', { class: 'primary', type: 'button', textContent: a.label, disabled: few || many, onclick: () => void press(p, a, refs()) });
    if (few) button.title = `Select at least ${a.min_spans}`;
    if (many) button.title = `Takes at most ${a.max_spans}`;
    if (a.shortcut) button.setAttribute('aria-keyshortcuts', a.shortcut);
    return button;
  }));
}

const controls = make('span');
function updateBar(): void {
  const clear = make('button', { type: 'button', textContent: 'Clear', disabled: selected.size === 0, onclick: () => { selected.clear(); void list(); } });
  controls.replaceChildren(`${selected.size} selected `, ...actionButtons(() => [...selected.values()]), ' ', clear);
  observe();
}

function row(s: Span): HTMLTableRowElement {
  const box = make('input', { type: 'checkbox', checked: selected.has(keyOf(s)) });
  const open = make('button', { class: 'link', type: 'button', textContent: s.name, onclick: () => go(`/spans/${s.trace_id}/${s.span_id}`) });
  const says = make('div', { class: s.failed ? 'failed' : 'muted' }, s.error ?? [s.preview_input, s.preview_output].filter(Boolean).join(' → ').slice(0, 200));
  const tr = make('tr', {}, make('td', {}, box), make('td', {}, open, make('span', { class: 'marks' }), says), make('td', {}, s.kind), make('td', {}, s.model ?? ''),
    make('td', {}, new Date(s.start).toLocaleString()), make('td', { class: 'number' }, `${s.duration_ms.toFixed(0)} ms`));
  tr.dataset['key'] = keyOf(s);
  box.setAttribute('aria-label', `Select ${s.name}`);
  tr.setAttribute('aria-selected', String(box.checked));
  box.onchange = () => {
    if (box.checked) selected.set(keyOf(s), refOf(s)); else selected.delete(keyOf(s));
    tr.setAttribute('aria-selected', String(box.checked));
    updateBar();
  };
  return tr;
}

async function list(): Promise<void> {
  const text = new URLSearchParams(location.search).get('text') ?? '';
  try {
    const reply = await call<{ spans: Span[]; total: number }>(`/api/spans?limit=${PAGE_ROWS}&text=${encodeURIComponent(text)}`);
    spans = reply.spans;
    total = reply.total;
  } catch (e) {
    main.replaceChildren(make('p', { class: 'empty' }, (e as Error).message));
    return;
  }
  const search = make('input', { type: 'search', placeholder: 'Search spans', value: text });
  search.setAttribute('aria-label', 'Search spans');
  search.onchange = () => go(search.value ? `/?text=${encodeURIComponent(search.value)}` : '/');
  const all = make('button', { type: 'button', textContent: `Select all ${spans.length}`, disabled: spans.length === 0, onclick: () => { for (const s of spans) selected.set(keyOf(s), refOf(s)); void list(); } });
  const shown = make('span', { class: 'muted' }, total > spans.length ? `the newest ${spans.length} of ${total}` : `${total} spans`);
  updateBar();
  const head = make('tr', {}, ...['', 'Span', 'Kind', 'Model', 'Start', 'Duration'].map((t) => make('th', { scope: 'col' }, t)));
  main.replaceChildren(make('div', { class: 'bar' }, search, shown, all, controls),
    spans.length ? make('table', {}, make('thead', {}, head), make('tbody', {}, ...spans.map(row))) : make('p', { class: 'empty' }, text ? 'No span matches.' : 'No spans. Start the harness with --import FILE...'));
  void marks();
}

// Marks on rows: asked once per page of rows, from every widget module that exports spanMarks.
interface Mark extends Ref { text: string; title?: string; href?: string }
async function marks(): Promise<void> {
  const found = new Map<string, Mark[]>();
  for (const p of plugins)
    for (const w of p.widgets) {
      if (!w.module || spans.length === 0) continue;
      try {
        const module = await import(p.base + w.module) as { spanMarks?: (refs: Ref[]) => Promise<Mark[]> };
        for (const m of (await module.spanMarks?.(spans.map(refOf))) ?? []) found.set(keyOf(m), [...(found.get(keyOf(m)) ?? []), m]);
      } catch { /* a list without marks is a list */ }
    }
  for (const tr of main.querySelectorAll<HTMLElement>('tr[data-key]'))
    tr.querySelector('.marks')?.replaceChildren(...(found.get(tr.dataset['key'] ?? '') ?? []).map((m) => {
      const mark = m.href ? make('a', { class: 'mark', href: new URL(m.href, location.origin).pathname, onclick: (e) => { e.preventDefault(); go((e.currentTarget as HTMLAnchorElement).pathname); } }) : make('span', { class: 'mark' });
      mark.textContent = m.text;
      mark.title = m.title ?? '';
      return mark;
    }));
}

// ---- one span ----

async function detail(ref: Ref): Promise<void> {
  const text = await fetch(`/api/spans/${ref.trace_id}/${ref.span_id}`);
  if (!text.ok) {
    main.replaceChildren(make('p', { class: 'empty' }, 'There is no such span.'));
    return;
  }
  const raw = await text.text(), otlp = JSON.parse(raw) as { span?: { name?: string } };
  const footers = plugins.flatMap((p) => p.widgets.map((w) => {
    const slot = make('section', { class: 'footer-slot' });
    slot.setAttribute('aria-label', w.title);
    slot.style.minHeight = `${w.height}px`;
    void mount(slot, p, { ...w, path: `${w.path}?trace=${ref.trace_id}&span=${ref.span_id}`, props: { span: ref } }, hostOf(), handle);
    return slot;
  }));
  main.replaceChildren(make('div', { class: 'detail' },
    make('button', { type: 'button', textContent: 'All spans', onclick: () => go('/') }),
    make('h1', {}, otlp.span?.name ?? ref.span_id), make('p', {}, ...actionButtons(() => [ref])), ...footers,
    make('pre', { tabIndex: 0 }, JSON.stringify(otlp, null, 2))));
}

// ---- addresses ----

function go(url: string, replace = false): void {
  const to = new URL(url, location.href);
  if (to.origin !== location.origin) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', to);
  void show();
}

let page: { route: string; element: HTMLElement } | null = null;
async function show(): Promise<void> {
  const path = location.pathname;
  for (const link of document.querySelectorAll<HTMLAnchorElement>('nav a')) {
    const here = link.pathname === '/' ? path === '/' || path.startsWith('/spans/') : path === link.pathname || path.startsWith(`${link.pathname}/`);
    if (here) link.setAttribute('aria-current', 'page'); else link.removeAttribute('aria-current');
  }
  for (const p of plugins)
    for (const v of p.pages) {
      if (path !== v.route && !path.startsWith(`${v.route}/`)) continue;
      if (page?.route === v.route && page.element.isConnected) Object.assign(page.element, { host: hostOf() });
      else page = { route: v.route, element: await mount(main, p, v, hostOf(), handle) };
      return;
    }
  page = null;
  unmount(main);
  const span = path.match(/^\/spans\/([0-9a-f]{32})\/([0-9a-f]{16})$/);
  await (span ? detail({ trace_id: span[1] ?? '', span_id: span[2] ?? '' }) : list());
}

function navigation(): void {
  const link = (href: string, title: string, id = '') => {
    const a = make('a', { href, textContent: title, onclick: (e) => { if (e.ctrlKey || e.metaKey || e.shiftKey) return; e.preventDefault(); go(href); } });
    Object.assign(a.dataset, { page: id, title });
    return a;
  };
  $('nav').replaceChildren(link('/', 'Spans'), ...plugins.flatMap((p) => p.pages.map((v) => link(v.route, v.title, v.id))));
  for (const p of plugins)
    for (const v of p.panels) {
      const place = make('aside', { class: 'panel', hidden: true });
      place.dataset['side'] = v.side;
      place.style.width = `${v.width}px`;
      place.setAttribute('aria-label', v.title);
      $('panels').append(place);
      const toggle = make('button', { type: 'button', textContent: v.title, onclick: () => {
        place.hidden = !place.hidden;
        toggle.setAttribute('aria-pressed', String(!place.hidden));
        if (!place.firstChild) void mount(place, p, v, hostOf(), handle);
      } });
      toggle.setAttribute('aria-pressed', 'false');
      $('theme').before(toggle);
    }
}

function applyTheme(): void {
  setTheme(theme, hostOf);
  $('theme').textContent = theme === 'dark' ? 'Light' : 'Dark';
}

$('theme').onclick = () => { theme = theme === 'dark' ? 'light' : 'dark'; applyTheme(); };
addEventListener('popstate', () => void show());
applyTheme();
const events = new EventSource('/api/events');
events.addEventListener('toast', (e) => toast(JSON.parse((e as MessageEvent<string>).data) as Toast));
try {
  plugins = (await call<{ plugins: Plugin[] }>('/api/plugins')).plugins;
} catch (e) {
  toast({ text: (e as Error).message, level: 'error' });
}
navigation();
await show();
