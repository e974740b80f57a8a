// Mounts one element in a document without a host: <body data-element="spanset-page" data-module="page.js">. What a host
// would do is done here: location (in the hash), theme, toasts. Framed by a document of the same origin, the element's
// events go there as messages {type, detail}, with tvp:resize {height} besides, and tvp:theme {theme} is obeyed.
import { css } from 'lit';
import { controls } from '../kit/controls.js';
import type { Host, SpanRef, ToastDetail } from '../kit/element.js';
import { toastCss, Toasts } from '../kit/toast.js';
import { documentTokens, tokens } from '../kit/tokens.js';

type Element_ = HTMLElement & { host: Host; [property: string]: unknown };

const page = css`
  html, body, main { height: 100%; margin: 0; }
  spanset-add { margin: 0 auto; }
  p { margin: 0; padding: 24px; } a { color: var(--_accent); }
  body { background: var(--_bg); color: var(--_fg); font: 400 var(--_text-md)/1.5 var(--_font); }
`;

const DIALOG_HEIGHT = 600;

async function mount(): Promise<void> {
  const { element: name = '', module = '' } = document.body.dataset;
  const query = new URLSearchParams(location.search);
  const dark = matchMedia('(prefers-color-scheme: dark)');
  let asked = query.get('theme');
  const theme = (): 'light' | 'dark' => {
    return asked === 'light' || asked === 'dark' ? asked : dark.matches ? 'dark' : 'light';
  };
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, documentTokens.styleSheet!, page.styleSheet!];

  if (!/^spanset-[a-z]+$/.test(name)) throw new Error(`"${name}" is none of our elements`);
  const url = new URL(module.replace(/^ui\//, ''), import.meta.url); // "ui/page.js" is relative to the mount, we stand in ui/
  if (url.origin !== location.origin) throw new Error('a module from elsewhere');
  await import(url.href);

  const toastHost = document.createElement('div');
  const root = toastHost.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [tokens, controls, toastCss].map((s) => s.styleSheet!);
  const toasts = new Toasts(root);

  const element = document.createElement(name) as Element_;
  const setHost = (): void => {
    document.documentElement.dataset['theme'] = toastHost.dataset['theme'] = theme();
    element.host = { version: '', base: new URL('../', import.meta.url).pathname, location: location.hash.slice(1) || '/datasets', theme: theme(), locale: navigator.language, link: '#' };
  };
  setHost();
  addEventListener('hashchange', setHost);
  dark.addEventListener('change', setHost);

  const trace_id = query.get('trace') ?? query.get('trace_id'), span_id = query.get('span') ?? query.get('span_id');
  const selection_id = query.get('selection') ?? query.get('selection_id');
  if (trace_id && span_id) element['span'] = { trace_id, span_id } satisfies SpanRef;
  if (selection_id) element['selection_id'] = selection_id;

  const framed = parent !== window;
  const pass = (type: string, detail: unknown): void => { if (framed) parent.postMessage({ type, detail }, location.origin); };
  for (const type of ['tvp:navigate', 'tvp:open-span', 'tvp:toast', 'tvp:changed', 'tvp:empty', 'tvp:badge', 'tvp:close']) {
    element.addEventListener(type, (e) => {
      const detail: unknown = (e as CustomEvent).detail;
      pass(type, detail);
      if (type === 'tvp:navigate') navigate(detail as { url: string; replace?: boolean });
      else if (type === 'tvp:toast' && !framed) toasts.show(detail as ToastDetail);
      else if (type === 'tvp:close' && !framed) closed();
    });
  }

  // A dialog on its own: when it is done there is nothing left to show but the way to what it made.
  function closed(): void {
    const note = document.createElement('p'), link = document.createElement('a');
    link.href = `${new URL('page', location.href).pathname}#/datasets`;
    link.textContent = 'Open Datasets';
    note.append('Done. ', link);
    element.replaceWith(note);
  }

  // Other addresses are the host's: without one there is nowhere to go.
  function navigate({ url, replace }: { url: string; replace?: boolean }): void {
    if (!/^\/datasets(?:[/?]|$)/.test(url)) {
      if (!framed) toasts.show({ text: 'Open this in the trace viewer.', level: 'info' });
      return;
    }
    if (element.localName !== 'spanset-page') {
      if (!framed) location.href = `${new URL('page', location.href).href}#${url}`;
      return;
    }
    if (replace || framed) history.replaceState(null, '', `#${url}`);
    else history.pushState(null, '', `#${url}`);
    setHost();
  }
  addEventListener('popstate', setHost);

  // A page is the document's main part; the others are parts of somebody else's.
  const frame = document.createElement(name === 'spanset-page' ? 'main' : 'div');
  frame.append(element);
  document.body.append(frame, toastHost);

  if (framed) {
    addEventListener('message', (e: MessageEvent) => {
      if (e.source !== parent || e.origin !== location.origin) return;
      const m = e.data as { type?: unknown; detail?: { theme?: unknown } } | null;
      if (m?.type !== 'tvp:theme' || typeof m.detail?.theme !== 'string') return;
      asked = m.detail.theme;
      setHost();
    });
    // A dialog needs more room than the strip that it was opened from.
    let told = 0;
    const measure = (): void => {
      const height = element.shadowRoot?.querySelector('dialog[open]') ? DIALOG_HEIGHT : Math.ceil(element.getBoundingClientRect().height);
      if (height > 0 && height !== told) pass('tvp:resize', { height: told = height });
    };
    new ResizeObserver(measure).observe(element);
    new MutationObserver(measure).observe(element.shadowRoot!, { subtree: true, childList: true, attributes: true, attributeFilter: ['open'] });
  }
}

mount().catch((e: unknown) => {
  document.body.textContent = `This part of the page could not be started: ${e instanceof Error ? e.message : String(e)}`;
});
