// The viewer over HTTP, without a plugin: OTLP in, lists out, the gate, events, restarts and kills.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import zlib from 'node:zlib';
import { spawn, spawnSync } from 'node:child_process';
import { BUILD, ROOT, freePort, startViewer } from '../support/viewer.mjs';

const fixture = (name) => path.join(ROOT, 'tests/fixtures/otlp', name);
const hex = (n, digits) => n.toString(16).padStart(digits, '0');
const T0 = 1_780_000_000_000n;

/** An OTLP/JSON request with `count` spans of trace `trace`, each carrying `attributes`. */
function spans(trace, count, { first = 1, attributes = [], name = 'n', service = 'svc', start = T0 } = {}) {
  const list = Array.from({ length: count }, (_, i) => ({
    traceId: hex(trace, 32), spanId: hex(first + i, 16), name, kind: 1,
    startTimeUnixNano: `${(start + BigInt(i)) * 1_000_000n}`, endTimeUnixNano: `${(start + BigInt(i) + 5n) * 1_000_000n}`, attributes,
  }));
  return { resourceSpans: [{ resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] }, scopeSpans: [{ scope: { name: 's' }, spans: list }] }] };
}
const text = (key, stringValue) => ({ key, value: { stringValue } });

/** A request with a header fetch would not let through (Host), answered as {status, headers, body}. */
function raw(port, method, where, headers = {}, body) {
  return new Promise((resolve, reject) => {
    const req = http.request({ host: '127.0.0.1', port, method, path: where, headers, agent: false }, (res) => {
      const chunks = [];
      res.on('data', (c) => chunks.push(c));
      res.on('end', () => resolve({ status: res.statusCode, headers: res.headers, body: Buffer.concat(chunks) }));
    });
    req.on('error', reject);
    req.end(body);
  });
}
const otlp = (v, where, body, headers = {}) => raw(v.otlpPort, 'POST', where, { 'Content-Type': 'application/json', ...headers },
  typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));

describe('OTLP', () => {
  let v;
  before(async () => { v = await startViewer({ plugin: null }); });
  after(async () => { await v.stop(); });

  test('both paths answer on both ports, in the encoding of the request', async () => {
    const pb = fs.readFileSync(fixture('openinference-openai_chat_basic.pb'));
    for (const port of [v.port, v.otlpPort]) {
      const a = await raw(port, 'POST', '/v1/traces', { 'Content-Type': 'application/x-protobuf' }, pb);
      assert.equal(a.status, 200);
      assert.equal(a.headers['content-type'], 'application/x-protobuf');
      assert.equal(a.body.length, 0);
      const b = await raw(port, 'POST', '/v1/logs', { 'Content-Type': 'application/json; charset=utf-8' }, '{"resourceLogs":[]}');
      assert.equal(b.status, 200);
      assert.equal(b.headers['content-type'], 'application/json');
      assert.equal(b.body.toString(), '{}');
    }
  });

  test('gzip, chunked and Expect: 100-continue are taken without delay', async () => {
    const body = zlib.gzipSync(JSON.stringify(spans(0x71, 3)));
    assert.equal((await otlp(v, '/v1/traces', body, { 'Content-Encoding': 'gzip' })).status, 200);
    const chunked = await new Promise((resolve, reject) => {
      const req = http.request({ host: '127.0.0.1', port: v.otlpPort, method: 'POST', path: '/v1/traces', headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip', 'Transfer-Encoding': 'chunked' } }, (res) => { res.resume(); res.on('end', () => resolve(res.statusCode)); });
      req.on('error', reject);
      req.write(body.subarray(0, 20));
      req.end(body.subarray(20));
    });
    assert.equal(chunked, 200);
    const begun = Date.now();
    const expecting = await new Promise((resolve, reject) => {
      const req = http.request({ host: '127.0.0.1', port: v.otlpPort, method: 'POST', path: '/v1/traces', headers: { 'Content-Type': 'application/json', 'Content-Length': body.length, 'Content-Encoding': 'gzip', Expect: '100-continue' } }, (res) => { res.resume(); res.on('end', () => resolve(res.statusCode)); });
      req.on('continue', () => req.end(body));
      req.on('error', reject);
      req.flushHeaders();
    });
    assert.equal(expecting, 200);
    assert.ok(Date.now() - begun < 900, 'no stall');
  });

  test('a part is refused with a count and a reason', async () => {
    const request = spans(0x72, 2);
    request.resourceSpans[0].scopeSpans[0].spans[0].traceId = 'zz';
    const r = await otlp(v, '/v1/traces', request);
    assert.equal(r.status, 200);
    assert.deepEqual(JSON.parse(r.body), { partialSuccess: { rejectedSpans: '1', errorMessage: 'A span has no valid trace id.' } });
    assert.equal((await v.host('GET', `traces/${hex(0x72, 32)}`)).span_count, 1);
  });

  test('errors are a google.rpc.Status in the encoding of the request', async () => {
    const cases = [
      ['{"resourceSpans":', { 'Content-Type': 'application/json' }, 400],
      ['\x0a\x7f', { 'Content-Type': 'application/x-protobuf' }, 400],
      ['{}', { 'Content-Type': 'text/plain' }, 415],
      ['{}', { 'Content-Type': 'application/json', 'Content-Encoding': 'br' }, 415],
      ['no gzip', { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }, 400],
    ];
    for (const [body, headers, status] of cases) {
      const r = await raw(v.port, 'POST', '/v1/traces', headers, Buffer.from(body, 'latin1'));
      assert.equal(r.status, status, body);
      if (headers['Content-Type'] === 'application/x-protobuf') assert.equal(r.body[0], 8); // code = 3
      else assert.equal(typeof JSON.parse(r.body).message, 'string');
    }
    const get = await raw(v.port, 'GET', '/v1/traces');
    assert.equal(get.status, 405);
    assert.equal(get.headers.allow, 'POST');
    assert.equal(get.headers['access-control-allow-origin'], undefined);
  });

  test('64 MiB on the wire and 256 MiB inflated are taken, a byte more is 413', async () => {
    const pad = (size) => { const b = Buffer.alloc(size, ' '); b.write('{}'); return b; };
    assert.equal((await otlp(v, '/v1/traces', pad(64 << 20))).status, 200);
    assert.equal((await otlp(v, '/v1/traces', pad((64 << 20) + 1)).catch(() => ({ status: 413 }))).status, 413);
    const packed = (size) => zlib.gzipSync(pad(size), { level: 1 });
    assert.equal((await otlp(v, '/v1/traces', packed(256 << 20), { 'Content-Encoding': 'gzip' })).status, 200);
    assert.equal((await otlp(v, '/v1/traces', packed((256 << 20) + 1), { 'Content-Encoding': 'gzip' })).status, 413);
  });

  test('many senders at once lose nothing', async () => {
    const senders = 32, requests = 6;
    await Promise.all(Array.from({ length: senders }, async (_, s) => {
      for (let i = 0; i < requests; i++) assert.equal((await otlp(v, '/v1/traces', spans(0x7000 + s, 5, { first: 1 + i * 5, service: 'many' }))).status, 200);
    }));
    const page = await v.host('GET', 'spans?service=many&limit=1');
    assert.equal(page.total, senders * requests * 5);
  });
});

describe('pages and calls', () => {
  let v;
  before(async () => {
    v = await startViewer({ plugin: null, imports: ['collector_file_exporter.jsonl', 'openinference-openai_multiturn_session.part1.json', 'openinference-openai_multiturn_session.part2.json', 'openinference-openai_multiturn_session.part3.json', 'elastic-openai-agent_loop.logs.pb', 'elastic-openai-agent_loop.pb'].map(fixture) });
  });
  after(async () => { await v.stop(); });

  test('index.html stands at the page addresses and nowhere else', async () => {
    for (const where of ['/', '/traces', `/traces/${hex(1, 32)}/${hex(1, 16)}`, '/threads', '/threads/x']) {
      const r = await fetch(v.url + where);
      assert.equal(r.status, 200, where);
      assert.match(r.headers.get('content-type'), /^text\/html/);
      assert.equal(r.headers.get('content-security-policy'), "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'");
    }
    for (const where of ['/tracesx', '/datasets', '/index.html', '/nothing.js', '/api', '/api/nothing', '/login']) assert.equal((await fetch(v.url + where)).status, 404, where);
    for (const where of ['/../etc/passwd', '/traces/%2e%2e/x', '/a%2fb', '/a%5cb', '/a%00b']) assert.equal((await raw(v.port, 'GET', where)).status, 400, where);
  });

  test('lists, one trace, one span, facets, info', async () => {
    const page = await v.host('GET', 'traces?limit=2');
    assert.equal(page.traces.length, 2);
    assert.ok(page.total > 2 && page.next);
    assert.ok(page.traces[0].start >= page.traces[1].start);
    const rest = await v.host('GET', `traces?limit=1000&cursor=${encodeURIComponent(page.next)}`);
    assert.equal(rest.traces.length, page.total - 2);
    const id = page.traces[0].trace_id;
    const trace = await v.host('GET', `traces/${id}`);
    assert.equal(trace.spans.length, trace.span_count);
    const order = new Map(trace.spans.map((s, i) => [s.span_id, i]));
    for (const s of trace.spans) if (order.has(s.parent_span_id)) assert.ok(order.get(s.parent_span_id) < order.get(s.span_id));
    const llm = (await v.host('GET', 'spans?kind=llm&limit=100')).spans.find((s) => s.scope.startsWith('@arizeai/'));
    const detail = await v.host('GET', `traces/${llm.trace_id}/spans/${llm.span_id}`);
    assert.equal(detail.span.span_id, llm.span_id);
    assert.equal(detail.otlp.span.spanId, llm.span_id);
    assert.ok(detail.datainfo.data.input.messages.length > 0);
    const other = (await v.host('GET', 'spans?limit=100')).spans.find((s) => s.kind !== 'llm');
    const skipped = await v.host('GET', `traces/${other.trace_id}/spans/${other.span_id}`);
    assert.equal(typeof skipped.datainfo.skipped.reason, 'string');
    const facets = await v.host('GET', 'facets?kind=llm');
    assert.deepEqual(facets.kinds.map((k) => k.value), ['llm']);
    const info = await v.host('GET', 'info');
    assert.equal(info.traces, page.total);
    assert.deepEqual(info.otlp, [v.otlp, v.url]);
  });

  test('threads hold their traces oldest first', async () => {
    const { threads, total } = await v.host('GET', 'threads');
    assert.equal(threads.length, total);
    const many = threads.find((t) => t.trace_count > 1);
    const thread = await v.host('GET', `thread?id=${encodeURIComponent(many.thread_id)}`);
    assert.equal(thread.traces.length, many.trace_count);
    assert.ok(thread.title.length > 0);
    assert.deepEqual(thread.traces.map((t) => t.start), thread.traces.map((t) => t.start).sort());
    assert.equal(thread.traces.flatMap((t) => t.spans).length, many.span_count);
  });

  test('wrong parameters are named', async () => {
    for (const [where, status] of [['spans?colour=red', 400], ['spans?kind=LLM', 400], ['spans?limit=x', 400], ['spans?cursor=x', 400], ['spans?from=soon', 400], ['traces?min_ms=-1', 400], ['thread', 400], ['thread?id=none', 404], ['traces/abc', 404], [`traces/${hex(9, 32)}`, 404], [`traces/${hex(9, 32)}/spans/${hex(9, 16)}`, 404], ['facets?limit=1', 400]]) {
      const r = await v.request('GET', `/api/${where}`);
      assert.equal(r.status, status, where);
      assert.equal(r.headers.get('content-type'), 'application/problem+json');
      assert.ok((await r.json()).detail.length > 10);
    }
    assert.equal((await v.host('GET', 'spans?service=&kind=&limit=5000')).next, null);
  });

  test('records of the logs request are on the span', async () => {
    const { spans: list } = await v.host('GET', 'spans?kind=llm&limit=1000');
    let logs = 0;
    for (const s of list) logs += (await v.host('GET', `traces/${s.trace_id}/spans/${s.span_id}`)).otlp.logs.length;
    assert.ok(logs >= 10, `${logs} records`);
  });

  test('events say what came in, at most four times a second', async () => {
    const stream = await fetch(`${v.url}/api/events`);
    const reader = stream.body.pipeThrough(new TextDecoderStream()).getReader();
    let seen = '';
    const begun = Date.now();
    const until = async (re) => { while (!re.test(seen)) { assert.ok(Date.now() - begun < 8000, seen); const { value, done } = await reader.read(); assert.ok(!done); seen += value; } };
    await until(/retry:/);
    for (let i = 0; i < 20; i++) await otlp(v, '/v1/traces', spans(0x8000 + i, 1));
    await until(new RegExp(`event: spans\\ndata: .*${hex(0x8013, 32)}`));
    const events = [...seen.matchAll(/event: spans\ndata: (.*)/g)].map((m) => JSON.parse(m[1]));
    assert.equal(events.reduce((n, e) => n + e.spans, 0), 20);
    assert.equal(new Set(events.flatMap((e) => e.trace_ids)).size, 20);
    assert.ok(events.length <= 2 + (Date.now() - begun) / 250);
    await reader.cancel();
    const reset = await fetch(`${v.url}/api/events`, { headers: { 'Last-Event-ID': 'old-17' } });
    const again = reset.body.pipeThrough(new TextDecoderStream()).getReader();
    let first = '';
    while (!/event: reset/.test(first)) first += (await again.read()).value;
    await again.cancel();
  });

  test('text is found wherever it stands, and a trace says what its first call was asked', async () => {
    const llm = (n, said) => ({ first: n, attributes: [text('openinference.span.kind', 'LLM'), text('llm.model_name', 'm'),
      text('llm.input_messages.0.message.role', 'user'), text('llm.input_messages.0.message.content', said)] });
    await otlp(v, '/v1/traces', spans(0xa1, 1, { first: 1, name: 'root', attributes: [text('openinference.span.kind', 'CHAIN'), text('input.value', 'what the root was given')] }));
    await otlp(v, '/v1/traces', spans(0xa2, 1, llm(1, 'Was ist ein Spanntextil?')));
    await otlp(v, '/v1/traces', spans(0xa2, 1, { ...llm(2, 'and later'), start: T0 + 50n }));
    assert.equal((await v.host('GET', `traces/${hex(0xa2, 32)}`)).preview_input, 'Was ist ein Spanntextil?');
    for (const [q, n] of [['NNTEXT', 1], ['ein spannt', 1], ['nntext later', 0], ['root was', 1]]) {
      const found = await v.host('GET', `traces?text=${encodeURIComponent(q)}`);
      assert.equal(found.traces.length, n, q);
      assert.equal((await v.host('GET', `spans?text=${encodeURIComponent(q)}`)).total, n, q);
    }
    assert.equal((await v.host('GET', 'traces?text=root%20was')).traces[0].preview_input, 'what the root was given');
  });

  test('selections are checked before any plugin sees them', async () => {
    assert.deepEqual(await v.host('GET', 'plugins'), { plugins: [] });
    assert.equal((await v.request('POST', '/api/plugins/none/actions/add', { spans: [{ trace_id: hex(1, 32), span_id: hex(1, 16) }] })).status, 404);
    assert.equal((await v.request('POST', '/api/selection', { filter: { colour: 'red' } })).status, 400);
    assert.equal((await v.request('POST', '/api/selection', { spans: [{ trace_id: 'x', span_id: 'y' }] })).status, 400);
    assert.deepEqual(await v.host('POST', 'selection', { filter: { kind: 'llm' }, view: 'traces' }), {});
  });
});

describe('the gate', () => {
  let v;
  before(async () => { v = await startViewer({ plugin: null, args: ['--allow-host', 'viewer.example'] }); });
  after(async () => { await v.stop(); });

  test('a foreign Host is refused on every port and path', async () => {
    for (const port of [v.port, v.otlpPort]) {
      for (const [method, where] of [['GET', '/'], ['GET', '/api/spans'], ['POST', '/v1/traces'], ['GET', '/plugins/x/'], ['GET', '/login']]) {
        for (const Host of ['evil.example', `evil.example:${port}`, '127.0.0.1.evil.example', `127.0.0.1:${port + 17}`]) {
          const r = await raw(port, method, where, { Host, 'Content-Type': 'application/json', 'X-Tvp': '1' }, method === 'POST' ? '{}' : undefined);
          assert.equal(r.status, 403, `${Host} ${where}`);
        }
      }
      for (const Host of [`localhost:${port}`, `[::1]:${port}`, `127.0.0.1:${port}`, 'viewer.example', 'viewer.example:443'])
        assert.equal((await raw(port, 'GET', '/api/info', { Host })).status, 200, Host);
    }
  });

  test('changes need X-Tvp, JSON, and not another site', async () => {
    const body = '{"filter":{}}', json = { 'Content-Type': 'application/json' };
    const post = async (headers) => (await raw(v.port, 'POST', '/api/selection', headers, body)).status;
    assert.equal(await post({ ...json, 'X-Tvp': '1' }), 200);
    assert.equal(await post(json), 403);
    assert.equal(await post({ ...json, 'X-Tvp': '1', 'Sec-Fetch-Site': 'cross-site' }), 403);
    assert.equal(await post({ 'Content-Type': 'text/plain', 'X-Tvp': '1' }), 415);
    assert.equal((await raw(v.port, 'POST', '/v1/traces', { ...json, 'Sec-Fetch-Site': 'cross-site' }, '{}')).status, 403);
    assert.equal((await raw(v.port, 'POST', '/v1/traces', { 'Content-Type': 'text/plain' }, '{}')).status, 415);
    const preflight = await raw(v.port, 'OPTIONS', '/v1/traces', { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' });
    assert.ok(preflight.status >= 400);
    assert.equal(preflight.headers['access-control-allow-origin'], undefined);
  });
});

describe('with a token', () => {
  let v;
  const token = 'correct horse';
  const bearer = { Authorization: `Bearer ${token}` };
  before(async () => {
    const port = await freePort(), otlpPort = await freePort();
    const dir = fs.mkdtempSync('/tmp/spanset-token-');
    const child = spawn(path.join(BUILD, 'viewer'), ['--listen', `127.0.0.1:${port}`, '--otlp', `127.0.0.1:${otlpPort}`, '--data', dir, '--token', token], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve, reject) => { child.stdout.once('data', resolve); child.once('exit', () => reject(new Error('it ended'))); });
    v = { port, otlpPort, stop: () => new Promise((r) => { child.once('exit', () => { fs.rmSync(dir, { recursive: true }); r(); }); child.kill('SIGTERM'); }) };
  });
  after(async () => { await v.stop(); });

  test('senders and calls need the Bearer, people log in', async () => {
    assert.equal((await raw(v.otlpPort, 'POST', '/v1/traces', { 'Content-Type': 'application/json' }, '{}')).status, 401);
    assert.equal((await raw(v.otlpPort, 'POST', '/v1/traces', { 'Content-Type': 'application/json', ...bearer }, '{}')).status, 200);
    assert.equal((await raw(v.port, 'GET', '/api/info')).status, 401);
    assert.equal((await raw(v.port, 'GET', '/api/info', { Authorization: 'Bearer wrong' })).status, 401);
    assert.equal((await raw(v.port, 'GET', '/api/info', bearer)).status, 200);
    const page = await raw(v.port, 'GET', '/traces?q=1', { Accept: 'text/html' });
    assert.equal(page.status, 302);
    assert.equal(page.headers.location, '/login?next=/traces%3Fq%3D1');
    assert.match((await raw(v.port, 'GET', '/login')).body.toString(), /type="password"/);
    const change = { 'Content-Type': 'application/json', 'X-Tvp': '1' };
    assert.equal((await raw(v.port, 'POST', '/login', change, '{"token":"wrong"}')).status, 401);
    const login = await raw(v.port, 'POST', '/login', change, JSON.stringify({ token }));
    assert.equal(login.status, 200);
    const [cookie] = login.headers['set-cookie'];
    assert.match(cookie, /HttpOnly; SameSite=Strict; Path=\//);
    assert.ok(!cookie.includes(token));
    const Cookie = `other=1; ${cookie.split(';')[0]}`;
    assert.equal((await raw(v.port, 'GET', '/api/info', { Cookie })).status, 200);
    assert.equal((await raw(v.port, 'POST', '/logout', { ...change, Cookie })).status, 200);
    assert.equal((await raw(v.port, 'GET', '/api/info', { Cookie })).status, 401);
  });
});

describe('starting and ending', () => {
  const run = (...args) => spawnSync(path.join(BUILD, 'viewer'), args, { encoding: 'utf8', timeout: 20_000 });

  test('kill -9 right after the answer loses nothing', async () => {
    const v = await startViewer({ plugin: null });
    try {
      let sent = 0;
      for (let round = 0; round < 5; round++) {
        const senders = Array.from({ length: 8 }, async (_, s) => {
          for (let i = 0; i < 4; i++) {
            const r = await otlp(v, '/v1/traces', spans(0x9000 + round * 100 + s, 3, { first: 1 + i * 3, attributes: [text('input.value', 'x'.repeat(3000))] })).catch(() => null);
            if (r?.status !== 200) return;
            sent += 3;
          }
        });
        await Promise.race(senders); // one has its answers; the others are in the middle of theirs
        const acknowledged = sent;
        await v.restart({ signal: 'SIGKILL' });
        await Promise.all(senders);
        const { total } = await v.host('GET', 'spans?limit=1');
        assert.ok(total >= acknowledged, `${total} of ${acknowledged}`);
        assert.equal(total, (await v.host('GET', 'info')).spans);
        sent = Math.max(sent, 0);
      }
    } finally { await v.stop(); }
  });

  test('it ends within two seconds, open streams or not', async () => {
    const v = await startViewer({ plugin: null });
    const stream = await fetch(`${v.url}/api/events`);
    const reading = stream.text().catch(() => '');
    const begun = Date.now();
    await v.kill('SIGINT');
    assert.ok(Date.now() - begun < 2500, `${Date.now() - begun} ms`); // idle keep-alive connections take CivetWeb 2 s
    await reading;
    fs.rmSync(v.dir, { recursive: true });
  });

  test('what cannot work is refused with a sentence', async () => {
    const v = await startViewer({ plugin: null });
    try {
      const port = await freePort(), other = await freePort();
      const data = run('--listen', `127.0.0.1:${port}`, '--otlp', `127.0.0.1:${other}`, '--data', v.dir);
      assert.notEqual(data.status, 0);
      assert.match(data.stderr, /Another viewer is using the data directory/);
      const busy = run('--listen', `127.0.0.1:${v.port}`, '--otlp', `127.0.0.1:${other}`, '--data', `${v.dir}/second`);
      assert.notEqual(busy.status, 0);
      assert.match(busy.stderr, new RegExp(`${v.port}`));
      assert.match(run('--listen', '0.0.0.0:0', '--data', `${v.dir}/third`).stderr, /--token/);
      assert.match(run('--colour').stderr, /no option/);
      assert.equal(run('--help').status, 0);
      assert.match(run('--version').stdout, /^spanset-viewer \d/);
      assert.match(run('--listen', `127.0.0.1:${port}`, '--otlp', `127.0.0.1:${other}`, '--data', `${v.dir}/fourth`, '--plugin', '/no/such.so').stderr, /such\.so/);
    } finally { await v.stop(); }
  });

  test('a file that holds no OTLP is named and passed over, the rest is there', async () => {
    const dir = fs.mkdtempSync(path.join(BUILD, 'broken-'));
    const files = { 'cut.pb': fs.readFileSync(fixture('openinference-openai_chat_basic.pb')).subarray(0, 100), 'empty.json': '', 'text.json': 'hello',
      'cut.pb.gz': zlib.gzipSync('x'.repeat(5000)).subarray(0, 20), 'zeros.bin': Buffer.alloc(70_000), 'deep.json': '['.repeat(200_000) };
    for (const [name, body] of Object.entries(files)) fs.writeFileSync(path.join(dir, name), body);
    const v = await startViewer({ plugin: null, imports: [...Object.keys(files).map((f) => path.join(dir, f)), path.join(dir, 'missing.pb'), dir, fixture('canonical_int64_strings.json')] });
    try {
      for (const f of ['cut.pb', 'text.json', 'cut.pb.gz', 'zeros.bin', 'deep.json', 'missing.pb']) assert.match(v.log, new RegExp(`Not imported:.*${f.replaceAll('.', '\\.')}`), f);
      assert.match(v.log, /Imported 2 spans/);
      assert.equal((await v.host('GET', 'info')).spans, 2);
    } finally { await v.stop(); fs.rmSync(dir, { recursive: true }); }
  });

  test('its files are nobody else\'s', async () => {
    const v = await startViewer({ plugin: null, imports: [fixture('canonical_int64_strings.json')] });
    try {
      for (const f of fs.readdirSync(v.dir)) assert.equal(fs.statSync(path.join(v.dir, f)).mode & 0o077, 0, f);
      assert.match(v.log, /Imported 2 spans/);
      assert.match(v.log, /Trace Viewer: http:\/\/127\.0\.0\.1:\d+/);
    } finally { await v.stop(); }
  });
});
