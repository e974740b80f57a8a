// Long lists: where rows stand, what is selected, addresses of orders; and the event stream's reader.
import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { load } from './load.mjs';

const { Virtual } = await load('src/virtual.ts');
const order = await load('src/record-order.ts');
const { followEvents } = await load('src/event-stream.ts');

test('rows stand one below the other, opened ones push the rest down', () => {
  const v = new Virtual(100, 40, 320, [3, 10, 500]);
  assert.equal(v.total, 100 * 40 + 2 * 320);
  assert.equal(v.top(3), 120);
  assert.equal(v.top(4), 160 + 320);
  assert.equal(v.at(160), 3);
  assert.equal(v.at(479), 3);
  assert.equal(v.at(480), 4);
  assert.deepEqual(v.range(0, 400, 0), { from: 0, to: 4, shift: 0 });
  assert.equal(v.range(1e9, 400, 0).to, 100);
});

test('an empty list has no rows', () => {
  const v = new Virtual(0, 40, 320);
  assert.deepEqual(v.range(0, 400), { from: 0, to: 0, shift: 0 });
});

test('a million rows fit a box that browsers can make, from the first row to the last', () => {
  const v = new Virtual(1_000_000, 40, 320), height = 700;
  assert.ok(v.boxHeight <= 8_000_000);
  assert.equal(v.range(0, height, 0).from, 0);
  const end = v.range(v.boxHeight - height, height, 0);
  assert.equal(end.to, 1_000_000);
  // The last row ends where the box ends.
  assert.ok(Math.abs(v.top(999_999) + 40 + end.shift - v.boxHeight) < 1);
  for (const row of [0, 1, 5000, 123_456, 999_000]) {
    const s = v.scrollFor(v.top(row), height);
    assert.ok(Math.abs(v.offset(s, height) - v.top(row)) < 1, String(row));
  }
});

test('the address of an order says only what is not the default', () => {
  const read = (s) => order.readState(new URLSearchParams(s));
  assert.deepEqual(read(''), { q: '', sort: 'created_at', order: 'desc' });
  assert.deepEqual(read('sort=topic'), { q: '', sort: 'topic', order: 'asc' });
  assert.deepEqual(read('sort=nonsense&order=up&q=a'), { q: 'a', sort: 'created_at', order: 'desc' });
  for (const s of order.SORTS) assert.deepEqual(read(order.writeState({ q: 'x y', sort: s.sort, order: s.order }).slice(1)), { q: 'x y', sort: s.sort, order: s.order });
  assert.equal(order.writeState(read('')), '');
});

test('the event stream: split anywhere, resumed after the last id, reset told', { timeout: 20_000 }, async () => {
  const asked = [];
  let round = 0;
  const server = http.createServer((req, res) => {
    asked.push(req.headers['last-event-id'] ?? null);
    if (++round === 2) { res.writeHead(502); res.end(); return; }
    res.writeHead(200, { 'Content-Type': 'text/event-stream' });
    if (round === 1) {
      const text = 'retry: 100\n\n: ping\n\nid: e-1\nevent: changed\ndata: {"a":"ü"}\n\nid: e-2\r\nevent: operation\r\ndata: {"x":\r\ndata: 1}\r\n\r\n';
      const bytes = Buffer.from(text);
      let at = 0;
      const next = () => { if (at < bytes.length) { res.write(bytes.subarray(at, at += 7)); setTimeout(next, 1); } else res.end(); };
      next();
    } else res.write('event: reset\ndata: {}\n\n');
  });
  await new Promise((r) => server.listen(0, '127.0.0.1', r));
  const stop = new AbortController(), events = [];
  const done = followEvents(`http://127.0.0.1:${server.address().port}/`, (e) => { events.push(e); if (e.type === 'reset') stop.abort(); }, stop.signal);
  await done;
  server.closeAllConnections();
  server.close();
  assert.deepEqual(events, [{ type: 'changed', data: { a: 'ü' } }, { type: 'operation', data: { x: 1 } }, { type: 'reset', data: {} }]);
  assert.deepEqual(asked, [null, 'e-2', 'e-2']);
});
