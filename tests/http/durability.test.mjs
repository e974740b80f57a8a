// A 2xx means it is on disk: the viewer (with the plugin inside) is killed with SIGKILL right after an answer and in the
// middle of large changes. What was acknowledged is there after the restart, and nothing is half done.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startViewer } from '../support/viewer.mjs';

const hex = (n, digits) => n.toString(16).padStart(digits, '0');
const reference = (n) => ({ trace_id: hex(0xabc000000 + Math.floor(n / 10), 32), span_id: hex(0xdef000000 + n, 16) });
const text = (key, value) => ({ key, value: { stringValue: value } });

// Model calls number from .. from + count - 1, ten to a trace, as one OTLP/JSON request.
function otlp(from, count) {
  const spans = Array.from({ length: count }, (_, i) => {
    const n = from + i, { trace_id, span_id } = reference(n), start = 1767225600000000000n + BigInt(n) * 1000000n;
    return {
      traceId: trace_id, spanId: span_id, name: 'chat gpt-4o', kind: 3, startTimeUnixNano: String(start), endTimeUnixNano: String(start + 500000000n),
      attributes: [text('gen_ai.operation.name', 'chat'), text('gen_ai.request.model', 'gpt-4o'),
        text('gen_ai.input.messages', JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: `What is ${n}?` }] }])),
        text('gen_ai.output.messages', JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: `It is ${n}.` }], finish_reason: 'stop' }]))],
    };
  });
  return JSON.stringify({ resourceSpans: [{ resource: { attributes: [text('service.name', 'durable')] }, scopeSpans: [{ scope: { name: 't' }, spans }] }] });
}

let v, datasets = 0;
const send = async (from, count) => {
  const r = await fetch(`${v.otlp}/v1/traces`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: otlp(from, count) });
  assert.equal(r.status, 200, await r.text());
};
const range = (from, count) => Array.from({ length: count }, (_, i) => reference(from + i));
const create = (name = `Dataset ${datasets++}`) => v.api('POST', 'datasets', { name });
const add = (dataset, spans, more = {}) => v.api('POST', `datasets/${dataset.id}/spans`, { spans, ...more });
const list = (dataset, query = 'limit=1000') => v.api('GET', `datasets/${dataset.id}/records?${query}`);
const crash = () => v.restart({ signal: 'SIGKILL' });

// How many records there are; whatever counts them has to agree.
async function count(dataset) {
  const { record_count } = await v.api('GET', `datasets/${dataset.id}`);
  let seen = 0, cursor = '';
  do {
    const page = await list(dataset, `limit=1000&cursor=${encodeURIComponent(cursor)}`);
    assert.equal(page.total, record_count);
    seen += page.records.length;
    cursor = page.next;
  } while (cursor);
  assert.equal(seen, record_count);
  return seen;
}

before(async () => { v = await startViewer(); await send(0, 100); });
after(async () => { await v?.stop(); });

describe('killed right after the answer', () => {
  test('spans that were sent', async () => {
    for (let round = 0; round < 3; round++) {
      await send(1000 + round * 20, 20);
      await crash();
      const { trace_id, span_id } = reference(1000 + round * 20 + 19);
      const r = await v.request('GET', `/api/traces/${trace_id}/spans/${span_id}`);
      assert.equal(r.status, 200, await r.text());
      const dataset = await create();
      assert.equal((await add(dataset, range(1000 + round * 20, 20))).added, 20);
    }
  });

  test('a dataset that was made, and its name', async () => {
    const dataset = await create('Kept');
    await crash();
    assert.equal((await v.api('GET', `datasets/${dataset.id}`)).name, 'Kept');
    assert.equal((await v.request('POST', '/plugins/spanset/api/datasets', { name: 'kept' })).status, 409);
    await v.api('POST', `undo/${dataset.undo}`); // the token lives on, too
  });

  test('spans that were added', async () => {
    const dataset = await create();
    const done = await add(dataset, range(0, 100), { topic: 'all' });
    assert.equal(done.added, 100);
    await crash();
    assert.equal(await count(dataset), 100);
    const { memberships: [first] } = await v.api('POST', 'memberships', { spans: range(99, 1) });
    assert.ok(first.datasets.some((d) => d.id === dataset.id));
    assert.deepEqual(await add(dataset, range(0, 100)), { added: 0, already_there: 100, skipped: [], undo: null });
    assert.equal((await v.api('POST', `undo/${done.undo}`)).records, 100);
    await crash();
    assert.equal(await count(dataset), 0);
  });

  test('an edit', async () => {
    const dataset = await create();
    await add(dataset, range(0, 1));
    const { records: [{ id }] } = await list(dataset);
    await v.api('PATCH', `records/${id}`, { topic: 'math', evaluation: { score: 0.25 } });
    await crash();
    const record = await v.api('GET', `records/${id}`);
    assert.equal(record.topic, 'math');
    assert.equal(record.evaluation.score, 0.25);
    const data = JSON.stringify({ input: { messages: [] }, output: { messages: [{ role: 'assistant', content: 'edited' }], tool_calls: [] } });
    assert.equal((await v.request('PUT', `/plugins/spanset/api/records/${id}/data`, data)).status, 200);
    await crash();
    assert.equal(await (await v.request('GET', `/plugins/spanset/api/records/${id}/data`)).text(), data);
    assert.deepEqual((await v.api('GET', `datasets/${dataset.id}/topics`)).topics, [{ topic: 'math', count: 1 }]);
  });

  test('a deletion, of a record and of a dataset, and their undo', async () => {
    const dataset = await create();
    await add(dataset, range(0, 5));
    const { records } = await list(dataset);
    const one = await v.api('DELETE', `records/${records[0].id}`);
    await crash();
    assert.equal(await count(dataset), 4);
    assert.equal((await v.request('GET', `/plugins/spanset/api/records/${records[0].id}`)).status, 404);
    const all = await v.api('DELETE', `datasets/${dataset.id}`);
    await crash();
    assert.equal((await v.request('GET', `/plugins/spanset/api/datasets/${dataset.id}`)).status, 404);
    await v.api('POST', `undo/${all.undo}`);
    await v.api('POST', `undo/${one.undo}`);
    await crash();
    assert.equal(await count(dataset), 5);
  });
});

describe('killed in the middle', () => {
  const many = 3000;
  before(async () => { for (let from = 10000; from < 10000 + many; from += 1000) await send(from, 1000); });

  // Begins a change, kills the viewer after a part of the time that it takes, and gives what was answered, if anything.
  async function interrupted(change, ms) {
    const answer = change().then((done) => done, () => null);
    await sleep(ms);
    await crash();
    return answer;
  }

  test('a large add is there wholly or not at all', async () => {
    const spans = range(10000, many), begun = performance.now();
    const whole = await create();
    assert.equal((await add(whole, spans)).added, many);
    const takes = performance.now() - begun;
    for (const part of [0.3, 0.6, 0.8, 0.9, 0.97]) {
      const dataset = await create();
      const done = await interrupted(() => add(dataset, spans), takes * part);
      const there = await count(dataset);
      assert.ok(there === many || (there === 0 && !done), `${there} of ${many} after ${part}`);
      assert.equal((await add(dataset, spans)).added, many - there);
    }
    assert.equal(await count(whole), many);
  });

  test('a large deletion and its undo, too', async () => {
    const dataset = await create();
    await add(dataset, range(10000, many));
    for (const ms of [5, 15, 40, 80]) {
      const remove = () => v.api('POST', `datasets/${dataset.id}/bulk`, { op: 'delete', select: { all: true, expect: many } });
      let done = await interrupted(remove, ms);
      let there = await count(dataset);
      assert.ok(there === 0 || (there === many && !done), `${there} of ${many}`);
      if (there) done = await remove();
      const [entry] = (await v.api('GET', 'trash')).trash;
      assert.equal(entry.records, many);
      await interrupted(() => v.api('POST', `undo/${entry.id}`), ms);
      there = await count(dataset);
      assert.ok(there === 0 || there === many, `${there} of ${many} after undo`);
      if (!there) await v.api('POST', `undo/${entry.id}`);
      assert.equal(await count(dataset), many);
    }
  });
});

test('eight clients that add the same spans make one record each', async () => {
  const dataset = await create();
  const done = await Promise.all(Array.from({ length: 8 }, () => add(dataset, range(0, 100))));
  const sum = (member) => done.reduce((n, d) => n + d[member], 0);
  assert.equal(sum('added'), 100);
  assert.equal(sum('already_there'), 700);
  assert.ok(done.every((d) => d.added + d.already_there === 100 && d.skipped.length === 0 && (d.added > 0) === (d.undo !== null)));
  const { records, total } = await list(dataset);
  assert.equal(total, 100);
  assert.equal(new Set(records.map((r) => r.span_id)).size, 100);
  assert.equal(await count(dataset), 100);
});
