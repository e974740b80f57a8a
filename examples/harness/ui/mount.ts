// Puts a plugin's element into a place: import the module, create the element, set properties. What is not defined two
// seconds later is shown as its document in an iframe. Events of both arrive at the same handler.
import type { Host, Opened, Plugin } from './types';

const PATIENCE_MS = 2000;

export type Handler = (type: string, detail: Record<string, unknown>, from: Element) => void;

const frames = new Map<HTMLIFrameElement, Handler>();
const TYPES = ['tvp:navigate', 'tvp:open-span', 'tvp:toast', 'tvp:changed', 'tvp:empty', 'tvp:badge', 'tvp:close'];

// An iframe's events travel as messages. Only our own origin, and only from a frame that we made.
addEventListener('message', (e) => {
  if (e.origin !== location.origin) return;
  const data = e.data as { type?: unknown; detail?: unknown } | null;
  for (const [frame, handler] of frames)
    if (frame.contentWindow === e.source && typeof data?.type === 'string' && TYPES.includes(data.type))
      handler(data.type, (data.detail ?? {}) as Record<string, unknown>, frame);
});

function iframe(src: string, title: string, handler: Handler): HTMLIFrameElement {
  const frame = document.createElement('iframe');
  frame.src = src;
  frame.title = title;
  frames.set(frame, handler);
  return frame;
}

/** Fills `place`. Resolves with what was mounted: the element, or the iframe in its stead. */
export async function mount(place: Element, plugin: Plugin, view: Opened & { title: string }, host: Host, handler: Handler): Promise<HTMLElement> {
  for (const type of TYPES)
    place.addEventListener(type, (e) => {
      e.stopPropagation();
      handler(type, ((e as CustomEvent).detail ?? {}) as Record<string, unknown>, place);
    });
  const mounted = await defined(plugin, view);
  const shown = mounted && view.element ? document.createElement(view.element) : iframe(plugin.base + (view.path ?? ''), view.title, handler);
  Object.assign(shown, { host, ...view.props });
  shown.classList.add('page');
  place.replaceChildren(shown);
  return shown;
}

async function defined(plugin: Plugin, view: Opened): Promise<boolean> {
  if (!view.element || !view.module) return false;
  const late = new Promise<false>((r) => setTimeout(() => r(false), PATIENCE_MS));
  const ready = import(plugin.base + view.module).then(() => customElements.whenDefined(view.element as string)).then(() => true as const);
  return Promise.race([ready.catch(() => false as const), late]);
}

export function unmount(place: Element): void {
  for (const frame of frames.keys()) if (place.contains(frame)) frames.delete(frame);
  place.replaceChildren();
}

export function setTheme(theme: Host['theme'], hostOf: () => Host): void {
  document.documentElement.dataset['theme'] = theme;
  for (const e of document.querySelectorAll('.page')) Object.assign(e, { host: hostOf() });
}
