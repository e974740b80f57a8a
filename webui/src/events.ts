// One event stream per browser: a SharedWorker has it; where that does not work, the tab that holds a Web Lock has it and
// passes events on through a BroadcastChannel; where there are no locks either, each tab has its own.
import { address } from './api.js';
import { followEvents, type ServerEvent } from './event-stream.js';

export type { ServerEvent };
type Listener = (e: ServerEvent) => void;

const listeners = new Set<Listener>();
let stop: (() => void) | null = null;

/** Calls `listener` with every event of the server until the returned function is called. */
export function subscribe(listener: Listener): () => void {
  listeners.add(listener);
  stop ??= start();
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) { stop?.(); stop = null; }
  };
}

function deliver(e: ServerEvent): void {
  for (const l of [...listeners]) l(e);
}

function start(): () => void {
  const url = address('events').href;
  if (typeof SharedWorker === 'undefined') return lead(url);
  let fallback: (() => void) | null = null, over = false;
  let worker: SharedWorker;
  try {
    worker = new SharedWorker(new URL('events-worker.js', import.meta.url), { type: 'module', name: url });
  } catch {
    return lead(url);
  }
  const instead = (): void => { if (!fallback && !over) fallback = lead(url); };
  const patience = setTimeout(instead, 4000);
  worker.onerror = instead;
  worker.port.onmessage = (m: MessageEvent) => {
    clearTimeout(patience);
    if (m.data?.event && !fallback) deliver(m.data.event as ServerEvent);
  };
  const bye = (): void => worker.port.postMessage('bye');
  // A page that comes back out of the browser's cache has missed things and left the worker.
  const shown = (e: PageTransitionEvent): void => { if (e.persisted) { end(); stop = start(); deliver({ type: 'reset', data: null }); } };
  addEventListener('pagehide', bye);
  addEventListener('pageshow', shown);
  const end = (): void => {
    over = true;
    clearTimeout(patience);
    removeEventListener('pagehide', bye);
    removeEventListener('pageshow', shown);
    bye();
    worker.port.close();
    fallback?.();
  };
  return end;
}

function lead(url: string): () => void {
  const quit = new AbortController();
  if (!navigator.locks || typeof BroadcastChannel === 'undefined') {
    void followEvents(url, deliver, quit.signal);
    return () => quit.abort();
  }
  const channel = new BroadcastChannel(`events ${url}`);
  channel.onmessage = (m: MessageEvent) => deliver(m.data as ServerEvent);
  navigator.locks.request(`events ${url}`, { signal: quit.signal }, () =>
    followEvents(url, (e) => { channel.postMessage(e); deliver(e); }, quit.signal)).catch(() => undefined);
  return () => { quit.abort(); channel.close(); };
}
