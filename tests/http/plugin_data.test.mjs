// Datasets, records and spans over the plugin's REST calls, with the real store below: wire forms, undo, ETags,
// what survives a restart and a kill.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Host, reference, sampleSpan } from './support/plugin.mjs';

const calls = Array.from({ length: 12 }, (_, i) => sampleSpan(i + 1));
const other = sampleSpan(50, { kind: 'other' });
// The same call in a trace of its own, as another instrumentation tells it.
const twin = { ...sampleSpan(60), json: structuredClone(calls[0].json) };
Object.assign(twin.json.span, { traceId: twin.trace_id, spanId: twin.span_id });
twin.json.scope = { name: 'langchain' };
let host;

before(async () => { host = await Host.start({ spans: [...calls, other, twin] }); });
after(async () => { assert.equal(await host?.quit(), 0, host?.log); });

const created = async (name, more = {}) => {
  const r = await host.request('POST', '/api/datasets', { name, ...more });
  assert.equal(r.status, 201, r.text);
  return r.json;
};
const added = async (dataset, spans, more = {}) => {
  const r = await host.request('POST', `/api/datasets/${dataset.id}/spans`, { spans: spans.map(reference), ...more });
  assert.equal(r.status, 200, r.text);
  return r.json;
};
const recordsOf = async (dataset, query = '') => (await host.get(`/api/datasets/${dataset.id}/records${query}`)).json;
const problem = (r, status, code) => {
  assert.equal(r.status, status, r.text);
  assert.equal(r.headers['content-type'], 'application/problem+json');
  for (const member of ['type', 'title', 'status', 'detail', 'code']) assert.ok(member in r.json, `${member} in ${r.text}`);
  if (code) assert.equal(r.json.code, code);
  assert.match(r.json.detail, /\S+ \S+.*\.$/);
};

describe('datasets', () => {
  test('create, read, rename, describe, delete, undo', async () => {
    const r = await host.request('POST', '/api/datasets', { name: '  Safety Test Suite ', description: 'first' });
    assert.equal(r.status, 201);
    const dataset = r.json;
    assert.equal(dataset.name, 'Safety Test Suite');
    assert.equal(r.headers.location, `datasets/${dataset.id}`);
    assert.match(dataset.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.match(dataset.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.equal(dataset.record_count, 0);
    assert.ok(dataset.undo);
    assert.equal((await host.get(`/api/datasets/${dataset.id}`)).json.description, 'first');

    const renamed = await host.request('PATCH', `/api/datasets/${dataset.id}`, { name: 'Renamed', description: null });
    assert.equal(renamed.status, 200);
    assert.equal(renamed.json.name, 'Renamed');
    assert.ok(!('description' in renamed.json));
    assert.equal((await host.request('POST', `/api/undo/${renamed.json.undo}`)).status, 200);
    assert.equal((await host.get(`/api/datasets/${dataset.id}`)).json.name, 'Safety Test Suite');

    const deleted = await host.request('DELETE', `/api/datasets/${dataset.id}`);
    assert.equal(deleted.status, 200);
    assert.equal(deleted.json.records, 0);
    problem(await host.get(`/api/datasets/${dataset.id}`), 404);
    assert.equal((await host.request('POST', `/api/undo/${deleted.json.undo}`)).status, 200);
    assert.equal((await host.get(`/api/datasets/${dataset.id}`)).status, 200);
    problem(await host.request('POST', `/api/undo/${deleted.json.undo}`), 409);
  });

  test('names are unique whatever their case', async () => {
    await created('Taken');
    problem(await host.request('POST', '/api/datasets', { name: 'tAKEN ' }), 409, 'name_taken');
    problem(await host.request('POST', '/api/datasets', { name: '   ' }), 422);
    problem(await host.request('POST', '/api/datasets', { name: 'x'.repeat(201) }), 422);
    assert.equal((await host.request('POST', '/api/datasets', { name: 'y'.repeat(200) })).status, 201);
  });

  test('lists come in pages', async () => {
    for (let i = 0; i < 5; i++) await created(`Page ${i}`);
    const seen = [];
    let cursor = '';
    do {
      const { json } = await host.get(`/api/datasets?q=page%20&limit=2&cursor=${encodeURIComponent(cursor)}`);
      assert.equal(json.total, 5);
      assert.ok(json.datasets.length <= 2);
      seen.push(...json.datasets.map((d) => d.name));
      cursor = json.next;
    } while (cursor);
    assert.deepEqual(seen, ['Page 4', 'Page 3', 'Page 2', 'Page 1', 'Page 0']);
    problem(await host.get('/api/datasets?cursor=nonsense'), 400);
    problem(await host.get('/api/datasets?limti=2'), 400, 'unknown_parameter');
  });

  test('a copy has its own name and records', async () => {
    const dataset = await created('Original');
    await added(dataset, calls.slice(0, 3));
    const copy = await host.request('POST', `/api/datasets/${dataset.id}/duplicate`);
    assert.equal(copy.status, 201);
    assert.equal(copy.json.name, 'Original copy');
    assert.equal(copy.json.record_count, 3);
    assert.equal(copy.headers.location, `../${copy.json.id}`);
    assert.equal((await host.request('POST', `/api/datasets/${dataset.id}/duplicate`)).json.name, 'Original copy 2');
  });
});

describe('spans become records', () => {
  test('twice adds nothing; no model call is skipped with a reason', async () => {
    const dataset = await created('Adding');
    const unknown = { trace_id: 'f'.repeat(32), span_id: 'f'.repeat(16) };
    const first = await added(dataset, [calls[0], calls[1], other, unknown], { topic: ' greetings ' });
    assert.equal(first.added, 2);
    assert.equal(first.already_there, 0);
    assert.deepEqual(first.skipped.map((s) => s.code).sort(), ['not_a_call', 'not_found']);
    for (const s of first.skipped) assert.match(s.reason, /\S+ \S+/);
    const second = await added(dataset, [calls[0], calls[1], calls[2]]);
    assert.deepEqual([second.added, second.already_there], [1, 2]);
    const list = await recordsOf(dataset);
    assert.equal(list.total, 3);
    assert.equal((await host.get(`/api/datasets/${dataset.id}`)).json.record_count, 3);
    const record = list.records.find((x) => x.span_id === calls[0].span_id);
    assert.equal(record.topic, 'greetings');
    assert.equal(record.trace_id, calls[0].trace_id);
    assert.match(record.preview.input, /What is 1\?/);
    assert.match(record.preview.output, /It is 1\./);
    assert.ok(!('data' in record));
    assert.deepEqual((await host.get(`/api/datasets/${dataset.id}/topics`)).json.topics.find((t) => t.topic === 'greetings'), { topic: 'greetings', count: 2 });
  });

  test('a call that two traces tell of is one record', async () => {
    const dataset = await created('Twins');
    for (const expected of [[1, 0, 1], [0, 1, 1]]) {
      const r = await added(dataset, [calls[0], twin]);
      assert.deepEqual([r.added, r.already_there, r.skipped.length], expected);
      const [skipped] = r.skipped, pair = [calls[0], twin].map((s) => s.span_id);
      assert.equal(skipped.code, 'same_call');
      assert.ok(skipped.reason.includes(skipped.take.trace_id), skipped.reason);
      assert.deepEqual([skipped.span_id, skipped.take.span_id].sort(), pair.sort());
    }
  });

  test('by selection, and by filter', async () => {
    const dataset = await created('Selected');
    const { open } = await host.tell(`press 0 ${calls.slice(0, 4).map((s) => `${s.trace_id}:${s.span_id}`).join(' ')}`);
    const r = await host.request('POST', `/api/datasets/${dataset.id}/spans`, { selection_id: open.props.selection_id });
    assert.equal(r.json.added, 4, r.text);
    const all = await host.request('POST', `/api/datasets/${dataset.id}/spans`, { filter: {} });
    assert.equal(all.json.added, calls.length - 4, all.text);
    assert.equal(all.json.already_there, 4);
    problem(await host.request('POST', `/api/datasets/${dataset.id}/spans`, { selection_id: '0190a0b0-1111-7222-8333-444455556666' }), 404);
  });

  test('a record that was deleted can be added again; undo of the deletion leaves it in the trash', async () => {
    const dataset = await created('Again');
    await added(dataset, [calls[0]]);
    const [record] = (await recordsOf(dataset)).records;
    const gone = await host.request('DELETE', `/api/records/${record.id}`);
    assert.equal(gone.status, 200);
    assert.equal((await recordsOf(dataset)).total, 0);
    assert.equal((await added(dataset, [calls[0]])).added, 1);
    const back = await host.request('POST', `/api/undo/${gone.json.undo}`);
    assert.ok([200, 409].includes(back.status), back.text);
    assert.equal((await recordsOf(dataset)).total, 1);
  });

  test('preview says what would be stored', async () => {
    const ask = (s) => host.get(`/api/spans/preview?trace_id=${s.trace_id}&span_id=${s.span_id}`);
    const call = (await ask(calls[0])).json;
    assert.equal(call.data.input.messages.at(-1).content, 'What is 1?');
    assert.equal(call.data.output.messages[0].content, 'It is 1.');
    assert.equal((await ask(other)).json.skipped.code, 'not_a_call');
  });

  test('memberships in the order asked for', async () => {
    const dataset = await created('Members');
    await added(dataset, [calls[5]]);
    const asked = [calls[6], calls[5], sampleSpan(99)].map(reference);
    const { json } = await host.request('POST', '/api/memberships', { spans: asked });
    assert.deepEqual(json.memberships.map(reference), asked);
    assert.ok(json.memberships[1].datasets.some((d) => d.id === dataset.id && d.name === 'Members' && d.record_id));
    assert.deepEqual(json.memberships[2].datasets, []);
    const one = await host.get(`/api/memberships?span=${calls[5].trace_id}:${calls[5].span_id}`);
    assert.deepEqual(one.json.memberships[0].datasets, json.memberships[1].datasets);
    problem(await host.request('POST', '/api/memberships', { spans: Array(1001).fill(asked[0]) }), 422);
    problem(await host.get('/api/memberships?span=x'), 400);
  });
});

describe('records', () => {
  test('the data keeps its bytes; ETags keep two editors apart', async () => {
    const dataset = await created('Bytes');
    await added(dataset, [calls[0]]);
    const [{ id }] = (await recordsOf(dataset)).records;
    const read = await host.get(`/api/records/${id}/data`);
    assert.ok(read.headers.etag);
    assert.equal((await host.get(`/api/records/${id}/data`, { 'if-none-match': read.headers.etag })).status, 304);
    const text = '{"input":{"messages":[{"role":"user","content":"\\u00e9 \\ud83d\\ude00"}],"metadata":{"parameters":{"temperature":0.10,"big":12345678901234567890,"huge":1e400}}},"output":{"messages":[]}}';
    const put = await host.request('PUT', `/api/records/${id}/data`, text, { 'if-match': read.headers.etag });
    assert.equal(put.status, 200, put.text);
    const stored = (await host.get(`/api/records/${id}/data`)).text;
    for (const piece of ['0.10', '12345678901234567890', '1e400', '\\u00e9 \\ud83d\\ude00']) assert.ok(stored.includes(piece), piece);
    const stale = await host.request('PUT', `/api/records/${id}/data`, text, { 'if-match': read.headers.etag });
    problem(stale, 412);
    assert.equal(stale.json.current.id, id);
    assert.ok(stale.json.current.data);
    problem(await host.request('DELETE', `/api/records/${id}`, undefined, { 'if-match': '"other"' }), 412);
    problem(await host.request('PUT', `/api/records/${id}/data`, '{"input":'), 400);
    const undone = await host.request('POST', `/api/undo/${put.json.undo}`);
    assert.equal(undone.status, 200);
    assert.deepEqual((await host.get(`/api/records/${id}/data`)).json, read.json);
  });

  test('topic and evaluation: null clears, absent leaves', async () => {
    const dataset = await created('Topics');
    await added(dataset, [calls[0]]);
    const [{ id }] = (await recordsOf(dataset)).records;
    const patch = (body) => host.request('PATCH', `/api/records/${id}`, body);
    assert.equal((await patch({ topic: '  math ' })).json.topic, 'math');
    const scored = (await patch({ evaluation: { score: 0.5, feedback: 'fine' } })).json;
    assert.equal(scored.topic, 'math');
    assert.equal(scored.evaluation.score, 0.5);
    assert.ok(!('topic' in (await patch({ topic: null })).json));
    assert.ok(!('evaluation' in (await patch({ evaluation: null })).json));
    problem(await patch({ evaluation: { score: 2 } }), 422);
    problem(await patch({ colour: 'red' }), 400, 'unknown_member');
    problem(await patch({ evaluation: { score: 1, stars: 5 } }), 400);
  });

  test('by hand, all or nothing', async () => {
    const dataset = await created('By hand');
    const data = { input: { messages: [{ role: 'user', content: 'hello' }] }, output: { messages: [{ role: 'assistant', content: 'hi' }] } };
    const r = await host.request('POST', `/api/datasets/${dataset.id}/records`, { records: [{ data, topic: 'a' }, { data }] });
    assert.equal(r.status, 201, r.text);
    assert.equal(r.json.added, 2);
    assert.equal(r.json.ids.length, 2);
    const bad = await host.request('POST', `/api/datasets/${dataset.id}/records`, { records: [{ data }, { data: 7 }] });
    assert.ok([400, 422].includes(bad.status), bad.text);
    assert.match(bad.json.pointer, /^\/records\/1/);
    assert.equal((await recordsOf(dataset)).total, 2);
  });

  test('pages, sorting and filters', async () => {
    const dataset = await created('Sorted');
    await added(dataset, calls);
    const { records } = await recordsOf(dataset);
    for (const [i, topic] of [[0, 'b'], [1, 'A'], [2, 'c']]) await host.request('PATCH', `/api/records/${records[i].id}`, { topic });
    const byTopic = (await recordsOf(dataset, '?sort=topic')).records.map((r) => r.topic);
    assert.deepEqual(byTopic.slice(0, 4), ['A', 'b', 'c', undefined]);
    assert.deepEqual((await recordsOf(dataset, '?sort=topic&order=desc')).records.map((r) => r.topic).slice(0, 4), ['c', 'b', 'A', undefined]);
    const seen = [];
    let cursor = '';
    do {
      const page = await recordsOf(dataset, `?limit=5&cursor=${encodeURIComponent(cursor)}`);
      seen.push(...page.records.map((r) => r.id));
      cursor = page.next;
    } while (cursor);
    assert.equal(new Set(seen).size, calls.length);
    assert.deepEqual((await recordsOf(dataset, '?offset=5&limit=5')).records.map((r) => r.id), seen.slice(5, 10));
    assert.equal((await recordsOf(dataset, '?topic=B')).total, 1);
    assert.equal((await recordsOf(dataset, '?topic_empty=true')).total, calls.length - 3);
    const page = await recordsOf(dataset, '?limit=5');
    problem(await host.get(`/api/datasets/${dataset.id}/records?sort=topic&limit=5&cursor=${encodeURIComponent(page.next)}`), 400);
    problem(await host.get(`/api/datasets/${dataset.id}/records?cursor=${encodeURIComponent(page.next)}&offset=1`), 400);
  });

  test('bulk delete needs the true count, and can be undone', async () => {
    const dataset = await created('Bulk');
    await added(dataset, calls);
    const bulk = (body) => host.request('POST', `/api/datasets/${dataset.id}/bulk`, body);
    const wrong = await bulk({ op: 'delete', select: { all: true, expect: 3 } });
    problem(wrong, 409);
    assert.match(wrong.json.detail, /12/);
    assert.equal((await recordsOf(dataset)).total, 12);
    assert.ok([400, 422].includes((await bulk({ op: 'delete', select: { all: true } })).status));
    const done = await bulk({ op: 'delete', select: { all: true, expect: 12 } });
    assert.equal(done.json.changed, 12, done.text);
    assert.equal((await recordsOf(dataset)).total, 0);
    assert.ok((await host.get('/api/trash')).json.records >= 12);
    assert.equal((await host.request('POST', `/api/undo/${done.json.undo}`)).status, 200);
    assert.equal((await recordsOf(dataset)).total, 12);
    const some = (await recordsOf(dataset)).records.slice(0, 2).map((r) => r.id);
    assert.equal((await bulk({ op: 'topic', select: { ids: some }, topic: 'picked' })).json.changed, 2);
    assert.equal((await recordsOf(dataset, '?topic=picked')).total, 2);
  });
});

describe('bodies', () => {
  const body = (bytes) => {
    const head = '{"input":{"messages":[{"role":"user","content":"', tail = '"}]},"output":{"messages":[]}}';
    return head + 'x'.repeat(bytes - head.length - tail.length) + tail;
  };
  test('a record of 10 MiB fits, one byte more does not', async () => {
    const dataset = await created('Big');
    await added(dataset, [calls[0]]);
    const [{ id }] = (await recordsOf(dataset)).records;
    const above = await host.request('PUT', `/api/records/${id}/data`, body(10 * 1024 * 1024 + 1));
    problem(above, 413);
    const chunked = await host.request('PUT', `/api/records/${id}/data`, body(10 * 1024 * 1024 + 1), { 'content-length': null, 'transfer-encoding': 'chunked' });
    assert.equal(chunked.status, 413);
    const at = await host.request('PUT', `/api/records/${id}/data`, body(10 * 1024 * 1024));
    assert.ok([200, 413].includes(at.status), at.text.slice(0, 300)); // the derived tool_calls make it longer
    assert.equal((await host.request('PUT', `/api/records/${id}/data`, body(10 * 1024 * 1024 - 1000))).status, 200);
  });

  test('chunked bodies and Expect: 100-continue', async () => {
    const r = await host.request('POST', '/api/datasets', '{"name":"Chunked"}', { 'content-length': null, 'transfer-encoding': 'chunked' });
    assert.equal(r.status, 201, r.text);
    const begun = Date.now();
    const text = '{"name":"Expected"}';
    const answer = await host.raw(`POST /api/datasets HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nAuthorization: Bearer ${host.token}\r\nX-Tvp: 1\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
    assert.match(answer, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 /);
    assert.ok(Date.now() - begun < 900);
  });
});

describe('durable', () => {
  test('everything is there after a restart, undo too', async () => {
    const first = await Host.start({ spans: calls });
    const { json: dataset } = await first.request('POST', '/api/datasets', { name: 'Kept' });
    await first.request('POST', `/api/datasets/${dataset.id}/spans`, { spans: calls.map(reference) });
    const { json: deleted } = await first.request('DELETE', `/api/datasets/${dataset.id}`);
    assert.equal(await first.quit(), 0);
    const second = await Host.start({ spans: [], dir: first.dir }); // the host has forgotten its spans
    assert.equal((await second.get(`/api/datasets/${dataset.id}`)).status, 404);
    assert.equal((await second.request('POST', `/api/undo/${deleted.undo}`)).status, 200);
    const { json } = await second.get(`/api/datasets/${dataset.id}/records`);
    assert.equal(json.total, calls.length);
    assert.equal(await second.quit(), 0);
  });

  test('a kill right after a 2xx loses nothing', async () => {
    let { dir } = await (async () => { const h = await Host.start({ spans: calls }); await h.quit(); return h; })();
    for (let round = 0; round < 3; round++) {
      const h = await Host.start({ spans: calls, dir });
      const { json: dataset, status } = await h.request('POST', '/api/datasets', { name: `Round ${round}` });
      assert.equal(status, 201);
      const r = await h.request('POST', `/api/datasets/${dataset.id}/spans`, { spans: calls.map(reference) });
      assert.equal(r.json.added, calls.length);
      await h.kill();
      const again = await Host.start({ dir });
      assert.equal((await again.get(`/api/datasets/${dataset.id}`)).json.record_count, calls.length);
      assert.equal(await again.quit(), 0);
    }
  });
});

describe('openapi.json', () => {
  test('describes what is served', async () => {
    const { json } = await host.get('/api/openapi.json');
    assert.equal(json.openapi, '3.1.0');
    for (const [target, methods] of Object.entries(json.paths))
      for (const method of Object.keys(methods)) {
        if (target === '/events') continue; // it would not end
        const r = await host.request(method.toUpperCase(), `/api${target.replace(/\{\w+\}/g, '0')}`, method === 'get' || method === 'delete' ? undefined : '{}');
        assert.ok(![405, 501].includes(r.status), `${method} ${target}: ${r.text}`);
        if (!target.includes('{')) assert.notEqual(r.status, 404, `${method} ${target}`);
      }
  });
});
