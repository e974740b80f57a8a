// The viewer as a host: the sample plugin of tests/abi, its page, actions with selections and filters, its proxy.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { BUILD, ROOT, startViewer } from '../support/viewer.mjs';

let v;
before(async () => {
  v = await startViewer({ plugin: path.join(BUILD, 'tests/abi/sample.so'), imports: [path.join(ROOT, 'tests/fixtures/otlp/collector_file_exporter.jsonl')] });
});
after(async () => { await v.stop(); });

test('what a plugin registers is listed, and its route is a page', async () => {
  const { plugins: [plugin] } = await v.host('GET', 'plugins');
  assert.equal(plugin.base, '/plugins/sample/');
  assert.equal(plugin.healthy, true);
  assert.equal(plugin.pages[0].route, '/samples');
  assert.equal(plugin.observes, true);
  for (const [where, status] of [['/samples', 200], ['/samples/x/y', 200], ['/samplesx', 404], ['/plugins/sample/ui/page', 200], ['/plugins/none/ui/page', 404]])
    assert.equal((await fetch(v.url + where)).status, status, where);
});

test('an action gets the spans that fit a filter, or those that were named', async () => {
  const { total } = await v.host('GET', 'spans?kind=llm&limit=1');
  assert.deepEqual(await v.host('POST', 'plugins/sample/actions/count', { filter: { kind: 'llm' }, view: 'traces' }), { toast: `${total} spans` });
  const { spans } = await v.host('GET', 'spans?limit=2');
  const two = spans.map(({ trace_id, span_id }) => ({ trace_id, span_id }));
  assert.equal((await v.host('POST', 'plugins/sample/actions/compare', { spans: two })).open.element, 'sample-dialog');
  for (const [action, body, status] of [['compare', { spans: two.slice(1) }, 422], ['count', { filter: { colour: 1 } }, 400], ['count', { filter: { kind: 'no' } }, 400], ['none', { spans: two }, 404], ['count', { spans: two, colour: 1 }, 400]])
    assert.equal((await v.request('POST', `/api/plugins/sample/actions/${action}`, body)).status, status, `${action} ${JSON.stringify(body)}`);
});

test('changes to a plugin pass the viewer\'s gate first', async () => {
  const post = async (headers) => (await fetch(`${v.url}/plugins/sample/api/hello`, { method: 'POST', headers, body: '{}' })).status;
  assert.equal(await post({ 'Content-Type': 'application/json' }), 403);
  assert.notEqual(await post({ 'Content-Type': 'application/json', 'X-Tvp': '1' }), 403);
});
