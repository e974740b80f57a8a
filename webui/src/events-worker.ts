// A SharedWorker that holds the one event stream of all tabs. Its name is the stream's address.
import { followEvents } from './event-stream.js';

const scope = self as unknown as SharedWorkerGlobalScope;
const ports = new Set<MessagePort>();
let running: AbortController | null = null;

scope.onconnect = (e) => {
  const port = e.ports[0]!;
  port.onmessage = (m: MessageEvent) => {
    if (m.data !== 'bye') return;
    ports.delete(port);
    port.close();
    if (ports.size === 0) { running?.abort(); running = null; }
  };
  ports.add(port);
  port.postMessage({ hello: true });
  if (!running) {
    running = new AbortController();
    void followEvents(scope.name, (event) => { for (const p of ports) p.postMessage({ event }); }, running.signal);
  }
};
