// plugin.mjs: starts build/spanset.so in plugin_host.c and talks to it, to its listener and to its raw socket.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
export const build = path.resolve(process.env.BUILD ?? path.join(root, 'build'));
const source = path.join(root, 'tests', 'http', 'support', 'plugin_host.c');

// Compiled on first use; with the sanitizers when the plugin is, because they have to be in the program.
function hostProgram() {
  const program = path.join(build, 'tests', 'plugin_host');
  const header = path.join(root, 'host-api', 'tvp.h');
  const newest = Math.max(fs.statSync(source).mtimeMs, fs.statSync(header).mtimeMs);
  if (fs.existsSync(program) && fs.statSync(program).mtimeMs > newest) return program;
  fs.mkdirSync(path.dirname(program), { recursive: true });
  const mine = `${program}.${process.pid}`; // several test files may compile at once
  const sanitize = process.env.SANITIZED ? [`-fsanitize=${process.env.SANITIZED === 'thread' ? 'thread' : 'address,undefined'}`] : [];
  execFileSync('gcc', ['-std=c11', '-D_GNU_SOURCE', '-O1', '-g', '-pthread', ...sanitize, `-I${path.join(root, 'host-api')}`, '-o', mine, source, '-ldl']);
  fs.renameSync(mine, program);
  return program;
}

export const temporary = (prefix = 'spanset-') => fs.mkdtempSync(path.join(os.tmpdir(), prefix));

const hex = (n, digits) => n.toString(16).padStart(digits, '0');

// A span of OTel's GenAI conventions, as the host would hand it out. kind: 'call' or 'other'.
export function sampleSpan(n, { kind = 'call', question = `What is ${n}?`, answer = `It is ${n}.`, trace = n } = {}) {
  const trace_id = hex(0xabc0000 + trace, 32), span_id = hex(0xdef0000 + n, 16);
  const text = (key, value) => ({ key, value: { stringValue: value } });
  const attributes = kind === 'call'
    ? [text('gen_ai.operation.name', 'chat'), text('gen_ai.provider.name', 'openai'), text('gen_ai.request.model', 'gpt-4o'),
      text('gen_ai.response.model', 'gpt-4o-2024-08-06'),
      text('gen_ai.input.messages', JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: question }] }])),
      text('gen_ai.output.messages', JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: answer }], finish_reason: 'stop' }])),
      { key: 'gen_ai.usage.input_tokens', value: { intValue: '12' } }, { key: 'gen_ai.usage.output_tokens', value: { intValue: '7' } }]
    : [text('http.request.method', 'GET')];
  const start = 1767225600000000000n + BigInt(n) * 1000000000n;
  return {
    trace_id, span_id,
    json: {
      resource: { attributes: [text('service.name', 'tests')] }, scope: { name: 'tests' },
      span: { traceId: trace_id, spanId: span_id, name: kind === 'call' ? 'chat gpt-4o' : 'GET /', kind: 3,
        startTimeUnixNano: String(start), endTimeUnixNano: String(start + 500000000n), attributes, status: {} },
      logs: [],
    },
  };
}

export const reference = ({ trace_id, span_id }) => ({ trace_id, span_id });

export class Host {
  // options: spans (of sampleSpan), dir (data), args, env
  static async start({ spans = [], dir = temporary(), args = [], env = {} } = {}) {
    const host = new Host();
    host.dir = dir;
    const file = path.join(temporary(), 'spans');
    fs.writeFileSync(file, spans.map((s) => `${s.trace_id} ${s.span_id} ${JSON.stringify(s.json)}\n`).join(''));
    host.process = spawn(hostProgram(), [path.join(build, 'spanset.so'), file, ...args], { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    host.log = '';
    host.waiting = [];
    host.process.stderr.on('data', (d) => { host.log += d; });
    readline.createInterface({ input: host.process.stdout }).on('line', (line) => host.waiting.shift()?.(line));
    host.exited = new Promise((resolve) => host.process.on('exit', (code, signal) => {
      for (const w of host.waiting.splice(0)) w(JSON.stringify({ exited: signal ?? code }));
      resolve(signal ?? code);
    }));
    if (dir !== null) {
      const started = await host.tell(`start ${dir}`);
      if (!started.url) throw new Error(`the plugin did not start: ${JSON.stringify(started)}\n${host.log}`);
      Object.assign(host, started, { port: Number(new URL(started.url).port) });
    }
    return host;
  }

  tell(command) {
    return new Promise((resolve, reject) => {
      this.waiting.push((line) => { try { resolve(JSON.parse(line)); } catch { reject(new Error(`${command}: ${line}\n${this.log}`)); } });
      this.process.stdin.write(`${command}\n`);
    });
  }

  async quit() {
    this.process.stdin.end();
    return this.exited;
  }

  async kill() {
    this.process.kill('SIGKILL');
    return this.exited;
  }

  // One request with the token, and X-Tvp when it changes something. body: an object, a string or a Buffer.
  request(method, target, body, headers = {}) {
    const payload = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const all = { authorization: `Bearer ${this.token}`, ...(method !== 'GET' && method !== 'HEAD' && { 'x-tvp': '1' }),
      ...(payload !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }), ...headers };
    for (const name of Object.keys(all)) if (all[name] === null) delete all[name];
    return new Promise((resolve, reject) => {
      const q = http.request({ host: '127.0.0.1', port: this.port, method, path: target, headers: all, agent: false }, (r) => {
        const pieces = [];
        r.on('data', (d) => pieces.push(d));
        r.on('error', reject);
        r.on('end', () => {
          const bytes = Buffer.concat(pieces), text = bytes.toString();
          let json;
          try { json = JSON.parse(text); } catch { /* no JSON */ }
          resolve({ status: r.statusCode, headers: r.headers, bytes, text, json });
        });
      });
      q.on('error', reject);
      q.end(payload);
    });
  }

  get(target, headers) { return this.request('GET', target, undefined, headers); }

  // Opens the event stream. events: those that came; next(type) waits for one of that type, at most 3 s.
  stream(target = '/api/events', headers = {}) {
    const stream = { events: [], id: undefined, raw: '' };
    stream.opened = new Promise((resolve, reject) => {
      stream.request = http.request({ host: '127.0.0.1', port: this.port, path: target, agent: false, headers: { authorization: `Bearer ${this.token}`, ...headers } }, (r) => {
        stream.headers = r.headers;
        stream.status = r.statusCode;
        stream.ended = new Promise((done) => { r.on('end', () => done('end')); r.on('error', () => done('error')); });
        let rest = '';
        r.on('data', (d) => {
          stream.raw += d;
          rest += d;
          for (let at; (at = rest.indexOf('\n\n')) >= 0; rest = rest.slice(at + 2)) {
            const event = {};
            for (const line of rest.slice(0, at).split('\n')) {
              const [, name, value] = /^([a-z]*): ?(.*)$/.exec(line) ?? [];
              if (name) event[name] = value;
            }
            if (event.id) stream.id = event.id;
            if (event.data !== undefined) stream.events.push(event);
          }
          resolve(stream);
        });
      });
      stream.request.on('error', reject);
      stream.request.end();
    });
    stream.next = async (type) => {
      for (let i = 0; i < 150; i++) {
        const at = stream.events.findIndex((e) => e.event === type);
        if (at >= 0) return stream.events.splice(at, 1)[0];
        await sleep(20);
      }
      throw new Error(`no event "${type}": ${stream.raw}`);
    };
    stream.close = () => stream.request.destroy();
    return stream;
  }

  // Sends bytes as they are and gives what came until the server closed or was silent for a second.
  raw(text) {
    return new Promise((resolve, reject) => {
      let answer = '';
      const socket = net.connect(this.port, '127.0.0.1', () => socket.write(text));
      socket.setTimeout(1000, () => socket.destroy());
      socket.on('data', (d) => { answer += d.toString('latin1'); });
      socket.on('error', reject);
      socket.on('close', () => resolve(answer));
    });
  }
}

export const sleep = (ms) => new Promise((done) => { setTimeout(done, ms); });
