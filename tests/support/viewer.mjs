// viewer.mjs: starts the built viewer with the built plugin on free ports and a data directory of its own.
//
//   const viewer = await startViewer({ imports: ['tests/fixtures/otlp/x.pb'] });
//   await viewer.send('tests/fixtures/otlp/x.pb');          // OTLP/HTTP, as an SDK does
//   await viewer.api('POST', 'datasets', { name: 'x' });    // the plugin, through the viewer's proxy
//   await viewer.restart({ signal: 'SIGKILL' });            // the same data directory, the same ports
//   await viewer.stop();
//
// A sanitizer report on standard error makes stop() throw, so it fails the test.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
export const BUILD = path.resolve(ROOT, process.env.BUILD || 'build');

/** A port below the range that the system hands out: the plugin's own listener cannot come upon it before it is used. */
export async function freePort() {
  for (;;) {
    const port = 12_000 + Math.floor(Math.random() * 18_000), server = net.createServer();
    const free = await new Promise((r) => { server.once('error', () => r(false)); server.listen(port, '127.0.0.1', () => server.close(() => r(true))); });
    if (free) return port;
  }
}

/** The OTLP request of a capture file: where to post it, and as what. */
export function otlpRequest(file) {
  const name = path.basename(file);
  return {
    path: name.includes('.logs.') ? '/v1/logs' : '/v1/traces',
    type: /\.pb(\.gz)?$/.test(name) ? 'application/x-protobuf' : 'application/json',
    encoding: name.endsWith('.gz') ? { 'Content-Encoding': 'gzip' } : {},
  };
}

export async function startViewer({ imports = [], args = [], data, plugin = path.join(BUILD, 'spanset.so'), env = {} } = {}) {
  const dir = data ?? fs.mkdtempSync(path.join(os.tmpdir(), 'spanset-test-'));
  const port = await freePort(), otlpPort = await freePort();
  const v = { dir, port, otlpPort, url: `http://127.0.0.1:${port}`, otlp: `http://127.0.0.1:${otlpPort}`, log: '' };
  let child;

  async function launch(extra) {
    const words = ['--listen', `127.0.0.1:${port}`, '--otlp', `127.0.0.1:${otlpPort}`, '--data', dir,
      ...(plugin ? ['--plugin', plugin] : []), ...args, ...extra];
    child = spawn(path.join(BUILD, 'viewer'), words, { cwd: ROOT, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    v.pid = child.pid;
    for (const s of [child.stdout, child.stderr]) s.on('data', (d) => { v.log += d; });
    const gone = new Promise((_, reject) => { child.once('exit', (code, signal) => { child.ended = { code, signal }; reject(new Error(`the viewer ended (${signal ?? code}):\n${v.log}`)); }); child.once('error', reject); });
    gone.catch(() => {});
    const until = Date.now() + 30_000;
    for (;;) {
      const ready = await Promise.race([fetch(`${v.url}/api/info`).then((r) => r.ok, () => false), gone]);
      if (ready) return;
      if (Date.now() > until) throw new Error(`the viewer does not answer:\n${v.log}`);
      await new Promise((r) => setTimeout(r, 50));
    }
  }
  async function end(signal) {
    if (!child.ended) {
      const ended = new Promise((r) => { child.once('exit', r); });
      child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await ended;
      clearTimeout(timer);
    }
    if (/(ERROR|WARNING): \w+Sanitizer|runtime error:/.test(v.log)) throw new Error(`sanitizer report:\n${v.log}`);
    return child.ended;
  }

  v.send = async (file) => {
    const { path: where, type, encoding } = otlpRequest(file);
    const res = await fetch(v.otlp + where, { method: 'POST', headers: { 'Content-Type': type, ...encoding }, body: fs.readFileSync(path.resolve(ROOT, file)) });
    if (!res.ok) throw new Error(`${where} answered ${res.status}: ${await res.text()}`);
  };
  v.request = (method, where, body, headers = {}) => fetch(v.url + where, {
    method,
    headers: { ...(method !== 'GET' && { 'X-Tvp': '1' }), ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body) }),
  });
  const json = async (method, where, body) => {
    const res = await v.request(method, where, body), text = await res.text();
    if (!res.ok) throw new Error(`${method} ${where} answered ${res.status}: ${text}`);
    return text ? JSON.parse(text) : null;
  };
  v.host = (method, where, body) => json(method, `/api/${where}`, body);
  v.api = (method, where, body) => json(method, `/plugins/spanset/api/${where}`, body);
  v.kill = (signal = 'SIGKILL') => end(signal);
  v.restart = async ({ signal = 'SIGTERM' } = {}) => { await end(signal); await launch([]); };
  v.stop = async () => { try { return await end('SIGTERM'); } finally { if (!data) fs.rmSync(dir, { recursive: true, force: true }); } };
  await launch(imports.length ? ['--import', ...imports] : []);
  return v;
}
