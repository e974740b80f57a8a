// The plugin alone, in a host of a few lines: its gate, its documents and files, its event stream, its life.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Host, reference, sampleSpan, sleep, temporary } from './support/plugin.mjs';

const spans = [sampleSpan(1), sampleSpan(2), sampleSpan(3, { kind: 'other' })];
let host;

before(async () => { host = await Host.start({ spans }); });
after(async () => { assert.equal(await host?.quit(), 0, host?.log); });

describe('activation', () => {
  test('registers the page, the action and the strip below spans', () => {
    assert.deepEqual(host.registered, ['page datasets /datasets', 'action add Add to Dataset', 'widget membership 76']);
    assert.match(host.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.match(host.token, /^[0-9a-f]{64}$/);
  });

  test('says what it is in the log', async () => {
    for (let i = 0; i < 50 && !host.log; i++) await sleep(20); // stderr comes on its own time
    assert.match(host.log, /Spanset \d+\.\d+\.\d+ .*CivetWeb 1\.\d+/);
  });

  test('is healthy', async () => {
    assert.equal((await host.tell('health 0')).status, 'ok');
    assert.equal((await host.get('/api/health')).json.status, 'ok');
  });

  test('leaves SIGPIPE to the host', async () => assert.equal((await host.tell('sigpipe')).sigpipe, 'default'));

  test('keeps its data private', () => {
    assert.equal(fs.statSync(host.dir).mode & 0o777, 0o700);
    for (const name of fs.readdirSync(host.dir)) assert.equal(fs.statSync(path.join(host.dir, name)).mode & 0o077, 0, name);
  });
});

describe('gate', () => {
  test('no token: 401 and nothing else', async () => {
    for (const authorization of [null, 'Bearer', 'Bearer 0', `Basic ${host.token}`, `Bearer ${host.token}0`, `Bearer ${host.token.slice(1)}`]) {
      const r = await host.get('/api/datasets', { authorization });
      assert.equal(r.status, 401);
      assert.equal(r.text, '');
    }
    assert.equal((await host.request('POST', '/nowhere', '{', { authorization: null, host: 'evil.example' })).status, 401);
  });

  test('a foreign Host is 403', async () => {
    for (const name of ['evil.example', `evil.example:${host.port}`, '127.0.0.1', '127.0.0.1:1', `127.0.0.1.evil.example:${host.port}`])
      assert.equal((await host.get('/api/health', { host: name })).status, 403, name);
    for (const name of [`127.0.0.1:${host.port}`, `localhost:${host.port}`, `[::1]:${host.port}`])
      assert.equal((await host.get('/api/health', { host: name })).status, 200, name);
  });

  test('changes need X-Tvp and no other site', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const r = await host.request(method, '/api/datasets', undefined, { 'x-tvp': null });
      assert.equal(r.status, 403, method);
      assert.equal(r.json.code, 'no_x_tvp');
    }
    for (const site of ['cross-site', 'same-site']) {
      const r = await host.request('POST', '/api/datasets', { name: 'x' }, { 'sec-fetch-site': site });
      assert.equal(r.status, 403, site);
      assert.equal(r.json.code, 'cross_site');
    }
  });

  test('a body has to be JSON', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', null]) {
      const r = await host.request('POST', '/api/datasets', '{"name":"x"}', { 'content-type': type });
      assert.equal(r.status, 415, String(type));
    }
  });

  test('grants no CORS', async () => {
    const r = await host.request('OPTIONS', '/api/datasets', undefined, { origin: 'http://evil.example', 'access-control-request-method': 'DELETE' });
    assert.equal(r.status, 405);
    assert.equal(r.headers.allow, 'GET, HEAD, POST');
    for (const name of Object.keys(r.headers)) assert.doesNotMatch(name, /^access-control/);
  });

  test('malformed requests are 400', async () => {
    const head = `Host: 127.0.0.1:${host.port}\r\nAuthorization: Bearer ${host.token}\r\nX-Tvp: 1\r\nContent-Type: application/json\r\n`;
    const requests = {
      'length and chunks': `POST /api/datasets HTTP/1.1\r\n${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
      'two lengths': `POST /api/datasets HTTP/1.1\r\n${head}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}`,
      'no host': `GET /api/health HTTP/1.1\r\nAuthorization: Bearer ${host.token}\r\n\r\n`,
      'dot segments': `GET /ui/../api/health HTTP/1.1\r\n${head}\r\n`,
      '%2e': `GET /ui/%2e%2e/api/health HTTP/1.1\r\n${head}\r\n`,
      '%2f': `GET /api%2fhealth HTTP/1.1\r\n${head}\r\n`,
      '%5c': `GET /api%5Chealth HTTP/1.1\r\n${head}\r\n`,
      '%00': `GET /api/health%00 HTTP/1.1\r\n${head}\r\n`,
      'line break': `GET /api/health%0d%0aX:y HTTP/1.1\r\n${head}\r\n`,
    };
    for (const [name, text] of Object.entries(requests)) assert.match(await host.raw(text), /^HTTP\/1\.1 400 [^]*application\/problem\+json/, name);
  });
});

describe('documents and files', () => {
  const fragments = [['/ui/page', 'spanset-page', 'page.js'], ['/ui/page?x=1', 'spanset-page', 'page.js'], ['/ui/add?selection=abc', 'spanset-add', 'add.js'], ['/ui/footer?trace=1&span=2', 'spanset-footer', 'footer.js']];

  test('fragments need no host script', async () => {
    for (const [target, element, module] of fragments) {
      const r = await host.get(target);
      assert.equal(r.status, 200, target);
      assert.match(r.headers['content-type'], /^text\/html/);
      assert.ok(r.text.includes(`<body data-element="${element}" data-module="${module}">`));
      assert.match(r.headers['content-security-policy'], /default-src 'none'.*frame-ancestors 'self'/);
      assert.equal(r.headers['x-content-type-options'], 'nosniff');
      assert.equal(r.headers['referrer-policy'], 'no-referrer');
      assert.doesNotMatch(r.text, /(src|href)="(\/|https?:)/);
      assert.equal((await host.get(`/ui/${module}`)).status, 200, module);
    }
  });

  test('files have ETags and come compressed', async () => {
    const plain = await host.get('/ui/fragment.js');
    assert.equal(plain.status, 200);
    assert.match(plain.headers['content-type'], /^text\/javascript/);
    const packed = await host.get('/ui/page.js', { 'accept-encoding': 'gzip, br' });
    const unpacked = await host.get('/ui/page.js');
    assert.equal(packed.headers['content-encoding'], 'gzip');
    assert.deepEqual(gunzipSync(packed.bytes), unpacked.bytes);
    assert.notEqual(packed.headers.etag, unpacked.headers.etag);
    for (const r of [packed, unpacked]) {
      const again = await host.get('/ui/page.js', { 'if-none-match': r.headers.etag, ...(r === packed && { 'accept-encoding': 'gzip' }) });
      assert.equal(again.status, 304);
      assert.equal(again.text, '');
      assert.equal(again.headers.etag, r.headers.etag);
    }
    assert.equal((await host.request('HEAD', '/ui/page.js')).headers['content-length'], String(unpacked.bytes.length));
  });

  test('there is nothing else', async () => {
    for (const target of ['/', '/ui', '/ui/', '/ui/nothing.js', '/nowhere', '/apis', '/index.html', '/favicon.ico']) {
      const r = await host.get(target);
      assert.equal(r.status, 404, target);
      assert.equal(r.json.status, 404);
    }
    assert.equal((await host.request('POST', '/ui/page')).status, 405);
  });
});

describe('the action', () => {
  test('keeps the selection and opens the dialog', async () => {
    const reply = await host.tell(`press 0 ${spans.map((s) => `${s.trace_id}:${s.span_id}`).join(' ')}`);
    const id = reply.open.props.selection_id;
    assert.deepEqual(reply, { open: { element: 'spanset-add', module: 'ui/add.js', path: `ui/add?selection=${id}`, props: { selection_id: id, count: 3 } } });
    const kept = (await host.get(`/api/selections/${id}`)).json;
    assert.equal(kept.count, 3);
    assert.deepEqual(kept.spans, spans.map(reference));
  });

  test('a filter of unknown size has no count', async () => {
    const reply = await host.tell('filter 0 {"model":"gpt-4o"}');
    assert.equal(reply.open.props.count, null);
    const kept = (await host.get(`/api/selections/${reply.open.props.selection_id}`)).json;
    assert.deepEqual(kept.filter, { model: 'gpt-4o' });
    assert.equal(kept.count, null);
  });

  test('refuses what is no selection with a sentence', async () => {
    assert.match((await host.tell('press 0')).error, /Select/);
    assert.match((await host.tell('press 0 nonsense:1')).error, /trace_id/);
  });
});

describe('the event stream', () => {
  test('tells changes, resumes, and resets when it cannot', async () => {
    const first = await host.stream().opened;
    assert.match(first.headers['content-type'], /^text\/event-stream/);
    assert.equal(first.headers['x-accel-buffering'], 'no');
    await host.request('POST', '/api/datasets', { name: 'Streamed' });
    await first.next('changed');
    const { id } = first;
    first.close();
    await host.request('POST', '/api/datasets', { name: 'Streamed too' });
    const second = await host.stream('/api/events', { 'last-event-id': id }).opened;
    await second.next('changed');
    assert.ok(!second.raw.includes('event: reset'));
    second.close();
    const third = await host.stream('/api/events', { 'last-event-id': 'gone-1' }).opened;
    await third.next('reset');
    third.close();
  });
});

describe('service under load', () => {
  test('eight silent connections hold nobody up', async () => {
    const silent = Array.from({ length: 8 }, () => net.connect(host.port, '127.0.0.1').on('error', () => {}));
    await sleep(100);
    const begun = Date.now();
    assert.equal((await host.get('/api/health')).status, 200);
    assert.ok(Date.now() - begun < 1000);
    for (const s of silent) s.destroy();
  });

  test('forty at once', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => host.get('/api/datasets')));
    for (const r of answers) assert.equal(r.status, 200);
  });
});

describe('life', () => {
  test('a taken route costs only the page', async () => {
    const other = await Host.start({ args: ['--taken'] });
    assert.deepEqual(other.registered, ['action add Add to Dataset', 'widget membership 76']);
    assert.match(other.log, /route \/datasets is taken/);
    assert.equal(await other.quit(), 0);
  });

  test('two activations have their own data; one directory is held by one', async () => {
    const dir = temporary();
    const second = await host.tell(`start ${dir}`);
    assert.notEqual(second.url, host.url);
    assert.notEqual(second.token, host.token);
    const refused = await host.tell(`start ${dir}`);
    assert.equal(refused.refused, -5);
    assert.ok(refused.why.length > 20 && refused.why.endsWith('.'), refused.why);
    await host.tell(`stop ${second.slot}`);
    const again = await host.tell(`start ${dir}`);
    assert.ok(again.url, JSON.stringify(again));
    await host.tell(`stop ${again.slot}`);
    assert.equal((await host.get('/api/health')).status, 200);
  });

  test('without a directory from the host the data is in XDG_DATA_HOME, never here', async () => {
    const xdg = temporary();
    const other = await Host.start({ dir: null, env: { XDG_DATA_HOME: xdg } });
    assert.ok((await other.tell('start')).url);
    assert.ok(fs.existsSync(path.join(xdg, 'spanset', 'spanset.db')));
    assert.equal(await other.quit(), 0);
    const home = temporary();
    const third = await Host.start({ dir: null, env: { XDG_DATA_HOME: 'relative', HOME: home } });
    assert.ok((await third.tell('start')).url);
    assert.ok(fs.existsSync(path.join(home, '.local', 'share', 'spanset', 'spanset.db')));
    assert.equal(await third.quit(), 0);
  });

  test('a directory that cannot be used is refused with a sentence', async () => {
    const other = await Host.start({ dir: null });
    const refused = await other.tell('start /proc/nowhere');
    assert.ok(refused.refused < 0);
    assert.ok(refused.why.length > 20, refused.why);
    assert.equal(await other.quit(), 0);
  });

  test('stopping ends streams within a second and calls the host no more', async () => {
    const other = await Host.start({ spans });
    const stream = await other.stream().opened;
    const silent = net.connect(other.port, '127.0.0.1').on('error', () => {});
    await sleep(50);
    const begun = Date.now();
    const stopping = other.tell('stop 0');
    await stream.ended;
    assert.ok(Date.now() - begun < 1000);
    assert.ok((await stopping).ms < 5000);
    assert.equal((await other.tell('calls')).late, 0);
    silent.destroy();
    await assert.rejects(other.get('/api/health'));
    assert.equal(await other.quit(), 0);
  });

  test('a host call that does not return does not hold up stopping', async () => {
    const other = await Host.start({ spans });
    const { json: dataset } = await other.request('POST', '/api/datasets', { name: 'Held' });
    await other.tell('hold');
    const adding = other.request('POST', `/api/datasets/${dataset.id}/spans`, { spans: spans.map(reference) }).catch(() => null);
    for (let i = 0; i < 100 && (await other.tell('calls')).calls < 2; i++) await sleep(20);
    const { ms } = await other.tell('stop 0');
    assert.ok(ms < 5000, `${ms} ms`);
    await other.tell('release');
    await adding;
    assert.equal((await other.tell('calls')).late, 0);
    await sleep(500);
    assert.equal(await other.quit(), 0, other.log);
  });
});
