// The viewer's event stream: one EventSource, its state, and what came in, gathered so that a burst is one refresh.
export interface SpansArrived { trace_ids: string[]; spans: number; more: boolean }
export type LiveState = 'connecting' | 'on' | 'off';

const GATHER_MS = 400;
const RETRY_MS = [1000, 2000, 5000, 10_000];

export class Live extends EventTarget {
  state: LiveState = 'connecting';
  #es: EventSource | null = null;
  #pending: SpansArrived | null = null;
  #timer = 0;
  #retry = 0;
  #retryTimer = 0;
  #wasOff = false;

  start(): void {
    this.#open();
    window.addEventListener('online', () => this.retry());
    // A page that is left keeps no worker of the viewer busy, and comes back fresh from the back/forward cache.
    window.addEventListener('pagehide', () => this.#close());
    window.addEventListener('pageshow', (e) => { if (e.persisted) this.#open(); });
  }

  /** Tries again now, without waiting for the next turn. */
  retry(): void {
    if (this.state === 'on') return;
    this.#close();
    this.#open();
  }

  #close(): void {
    clearTimeout(this.#retryTimer);
    this.#es?.close();
    this.#es = null;
  }

  #open(): void {
    const es = new EventSource('/api/events');
    this.#es = es;
    es.onopen = () => {
      this.#retry = 0;
      this.#set('on');
      if (this.#wasOff) this.dispatchEvent(new Event('recovered'));
      this.#wasOff = false;
    };
    es.onerror = () => {
      this.#wasOff = true;
      this.#set('off');
      // The browser tries again by itself after a broken connection, not after a refusal.
      if (es.readyState === EventSource.CLOSED && this.#es === es) {
        const wait = RETRY_MS[Math.min(this.#retry++, RETRY_MS.length - 1)]!;
        clearTimeout(this.#retryTimer);
        this.#retryTimer = window.setTimeout(() => { this.#close(); this.#open(); }, wait);
      }
    };
    es.addEventListener('spans', (e) => this.#spans(parse<SpansArrived>(e)));
    es.addEventListener('toast', (e) => {
      const detail = parse<{ level?: string; text?: string }>(e);
      if (detail) this.dispatchEvent(new CustomEvent('toast', { detail }));
    });
    es.addEventListener('reset', () => this.dispatchEvent(new Event('recovered')));
  }

  #set(s: LiveState): void {
    if (s === this.state) return;
    this.state = s;
    this.dispatchEvent(new Event('state'));
  }

  #spans(d: SpansArrived | null): void {
    if (!d) return;
    const p = this.#pending;
    this.#pending = p
      ? { trace_ids: [...new Set([...p.trace_ids, ...d.trace_ids])], spans: p.spans + d.spans, more: p.more || d.more }
      : d;
    if (this.#timer) return;
    this.#timer = window.setTimeout(() => {
      this.#timer = 0;
      const detail = this.#pending;
      this.#pending = null;
      this.dispatchEvent(new CustomEvent('spans', { detail }));
    }, GATHER_MS);
  }
}

function parse<T>(e: Event): T | null {
  try { return JSON.parse((e as MessageEvent<string>).data) as T; } catch { return null; }
}
