// Reads the server's event stream for ever: resumes after the last event it saw, comes back with growing pauses.
// EventSource is not used: it drops event types that nobody named beforehand, and gives up on an answer that is no stream.

export interface ServerEvent { type: string; data: unknown }

const PAUSES = [500, 1000, 2000, 5000, 10_000];
const SILENCE_MS = 45_000; // the server pings every 15 s

/** Ends when `signal` is aborted. */
export async function followEvents(url: string, deliver: (e: ServerEvent) => void, signal: AbortSignal): Promise<void> {
  let last = '', failures = 0, connected = false;
  while (!signal.aborted) {
    const stop = new AbortController();
    const abort = (): void => stop.abort();
    signal.addEventListener('abort', abort);
    let watchdog = 0 as unknown as ReturnType<typeof setTimeout>;
    try {
      const reply = await fetch(url, { headers: { Accept: 'text/event-stream', ...(last ? { 'Last-Event-ID': last } : {}) }, cache: 'no-store', signal: stop.signal });
      if (!reply.ok || !reply.body || !/event-stream/.test(reply.headers.get('content-type') ?? '')) throw new Error(`${reply.status}`);
      // Without an id to resume from, what happened while nobody listened is unknown.
      if (connected && !last) deliver({ type: 'reset', data: null });
      connected = true;
      failures = 0;
      const reader = reply.body.getReader();
      const decoder = new TextDecoder();
      let rest = '';
      for (;;) {
        clearTimeout(watchdog);
        watchdog = setTimeout(abort, SILENCE_MS);
        const { value, done } = await reader.read();
        if (done) break;
        rest += decoder.decode(value, { stream: true });
        const blocks = rest.split(/\r\n\r\n|\n\n|\r\r/);
        rest = blocks.pop() ?? '';
        for (const block of blocks) {
          let type = 'message', data = '', some = false;
          for (const line of block.split(/\r\n|\n|\r/)) {
            const at = line.indexOf(':');
            const field = at < 0 ? line : line.slice(0, at), value = at < 0 ? '' : line.slice(at + 1).replace(/^ /, '');
            if (field === 'event') type = value;
            else if (field === 'data') { data += (some ? '\n' : '') + value; some = true; }
            else if (field === 'id') last = value;
          }
          if (some || type === 'reset') deliver({ type, data: parse(data) });
        }
      }
    } catch {
      failures++;
    } finally {
      clearTimeout(watchdog);
      stop.abort();
      signal.removeEventListener('abort', abort);
    }
    if (!signal.aborted) await new Promise((r) => setTimeout(r, PAUSES[Math.min(failures, PAUSES.length - 1)]));
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
