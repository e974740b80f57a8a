// What a span did not hold, as a person meets it: the mark on the row, the note above the conversation, the placeholders
// at the messages, the add dialog, the viewer's own page of the span; by pointer and by keyboard.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before } from 'node:test';
import { axe, launch } from '../support/browser.mjs';
import { pageTest } from '../support/page_test.mjs';
import { ROOT, startViewer } from '../support/viewer.mjs';

let viewer, browser;

before(async () => {
  viewer = await startViewer();
  browser = await launch();
});
after(async () => { await browser?.close(); await viewer?.stop(); });

const onPage = pageTest(() => browser);

/** Sends the spans of an extraction fixture as its SDK did; their refs. */
async function send(name) {
  const file = path.join(ROOT, 'tests', 'fixtures', 'datainfo', `${name}.jsonl`);
  const lines = fs.readFileSync(file, 'utf8').split('\n').filter(Boolean).map((l) => JSON.parse(l));
  const post = async (where, body) => {
    const res = await fetch(viewer.otlp + where, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
    assert.ok(res.ok, await res.text());
  };
  await post('/v1/traces', { resourceSpans: lines.map(({ resource, scope, span }) => ({ resource, scopeSpans: [{ scope, spans: [span] }] })) });
  const logged = lines.filter((l) => l.logs?.length);
  if (logged.length) await post('/v1/logs', { resourceLogs: logged.map(({ resource, scope, logs }) => ({ resource, scopeLogs: [{ scope, logRecords: logs }] })) });
  return lines.map(({ span }) => ({ trace_id: span.traceId, span_id: span.spanId }));
}

const say = (role, content, more) => ({ role, content, ...more });
const called = (name) => [{ type: 'function', function: { name, arguments: '{"q":"limits"}' } }];
/** A record made by hand whose list says `missing`. */
const record = (messages, missing, answer = say('assistant', 'Yes.')) => ({
  data: { input: { messages, metadata: { missing } }, output: { messages: [answer], tool_calls: answer.tool_calls ?? [] } },
});
let serial = 0;
async function dataset({ spans = [], records = [] }) {
  const d = await viewer.api('POST', 'datasets', { name: `Gaps ${++serial}` });
  if (spans.length) await viewer.api('POST', `datasets/${d.id}/spans`, { spans });
  if (records.length) await viewer.api('POST', `datasets/${d.id}/records`, { records });
  return { ...d, url: `${viewer.url}/datasets/${d.id}`, records: (await viewer.api('GET', `datasets/${d.id}/records`)).records };
}
const mark = (page, name) => page.getByRole('row').getByRole('img', { name });
const note = (page) => page.getByRole('note', { name: 'Not in the span' });
const colour = (locator) => locator.evaluate((e) => getComputedStyle(e).color);

onPage('a redacted span says so on its row, in the dialog, and where the viewer shows it', {}, async (page) => {
  const spans = await send('openinference.openai_hide_inputs');
  const { open } = await viewer.host('POST', 'plugins/spanset/actions/add', { spans, view: 'traces' });
  await page.goto(`${viewer.url}/plugins/spanset/ui/add?selection=${open.props.selection_id}`);
  await note(page).getByText(/^Not in the span: the input, the answer/).waitFor();

  const d = await dataset({ spans });
  assert.deepEqual(d.records.map((r) => r.missing), [true]);
  assert.ok(d.records[0].missing_parts.includes('content'));
  await page.goto(d.url);
  const strong = mark(page, /^Not in the span: parts of the conversation/);
  await strong.waitFor();
  assert.match(await strong.getAttribute('title'), /^Not in the span: parts of the conversation/);

  // By keyboard alone: into the table, open, into the conversation, which begins with the note.
  await page.getByRole('grid').focus();
  await page.keyboard.press('Enter');
  await note(page).waitFor();
  const text = await note(page).innerText();
  assert.match(text, /^Not in the span: the input, the answer/);
  assert.match(text, /Redacted, cut by an attribute limit or never recorded/);
  for (let n = 0; n < 8 && !await page.getByRole('group', { name: 'Conversation' }).evaluate((g) => g === g.getRootNode().activeElement); n++) await page.keyboard.press('Tab');
  assert.ok(await page.getByRole('group', { name: 'Conversation' }).evaluate((g) => g === g.getRootNode().activeElement && g.firstElementChild.getAttribute('role') === 'note'));
  assert.deepEqual(await axe(page), []);

  await page.goto(`${viewer.url}/traces/${spans[0].trace_id}/${spans[0].span_id}`);
  await note(page).getByText(/^Not in the span: the input/).waitFor();
});

onPage('what an SDK of events never records is said quietly', { theme: 'light' }, async (page) => {
  const d = await dataset({ spans: await send('otel-openai-old.agent_loop') });
  const r = d.records.find((x) => x.tool_call_count > 0);
  await page.goto(`${d.url}?record=${r.id}`);
  await note(page).getByText(/tool definitions/).waitFor();
  const text = await note(page).innerText();
  assert.match(text, /The SDK did not record (it|them); the record is complete otherwise\./);
  assert.doesNotMatch(text, /message|input|answer/);
  await page.getByRole('definition').filter({ hasText: 'tool definitions' }).locator('[title*="/input/tools"]').waitFor();

  // Beside one whose content is missing: another colour, another shape.
  const both = await dataset({ records: [record([say('user', 'Quiet')], ['/input/tools', '/input/tool_choice']), record([say('user', null)], ['/input/messages/0/content'])] });
  await page.goto(both.url);
  const quiet = mark(page, 'Not in the span: tool definitions, tool choice'), strong = mark(page, 'Not in the span: parts of the conversation');
  await quiet.waitFor();
  await strong.waitFor();
  assert.notEqual(await colour(quiet), await colour(strong));
  const path_ = (m) => m.locator('path').getAttribute('d');
  assert.notEqual(await path_(quiet), await path_(strong));
});

onPage('a span without contents shows which messages were there, in the dialog too', {}, async (page) => {
  const { open } = await viewer.host('POST', 'plugins/spanset/actions/add', { spans: await send('otel-openai-old.no_content'), view: 'traces' });
  await page.goto(`${viewer.url}/plugins/spanset/ui/add?selection=${open.props.selection_id}`);
  await note(page).getByText(/^Not in the span: .*content of 1 message/).waitFor();
  await page.getByText('content was not recorded').first().waitFor();
  assert.equal(await page.getByText('No content').count(), 0);
});

onPage('each message shows what of it is missing, and no empty bubble', {}, async (page) => {
  const d = await dataset({ records: [
    record([
      say('system', ''), say('assistant', null, { tool_calls: called('search_docs') }), say('tool', 'found'),
      say('user', [{ type: 'text', text: 'And this picture?' }, { type: 'image_url', image_url: { url: '' } }]), say('user', 'cut in the mid'), say('user', null),
    ], ['/input/messages/0/content', '/input/messages/1/tool_calls/0/id', '/input/messages/2/tool_call_id', '/input/messages/3/content/1', '/input/messages/4/content',
      '/output/tool_calls/0/id', '/output/finish_reason', '/input/metadata/user_id'], say('assistant', null, { tool_calls: called('get_weather') })),
  ] });
  await page.goto(`${d.url}?record=${d.records[0].id}`);
  const talk = page.getByRole('group', { name: 'Conversation' }), line = (n) => talk.locator('.msg').nth(n);
  await note(page).waitFor();
  assert.match(await note(page).innerText(), /^Not in the span: content of 1 message, part of 2 messages, tool call ids, finish reason, user id\.|^Not in the span: content of 1 message, part of 2 messages, finish reason, tool call ids, user id\./);
  await line(0).getByText('content was not recorded').waitFor();
  await line(1).getByText('id was not recorded').waitFor();
  await line(2).getByText('tool call id was not recorded').waitFor();
  await line(3).getByText('this part was not recorded').waitFor();
  await line(4).getByText('this content is not complete').waitFor();
  await line(5).getByText('No content').waitFor(); // it was recorded, and says nothing
  await line(6).getByText('id was not recorded').waitFor();
  assert.equal(await line(1).getByText('content was not recorded').count(), 0);
});

onPage('marks move nothing, and no record is read for them', {}, async (page) => {
  const d = await dataset({ records: [
    ...Array.from({ length: 20 }, (_, n) => record([say('user', `Question ${n}`)], n % 2 ? ['/input/tools'] : undefined)),
    record([say('user', 'y'.repeat(500_000))], ['/output/finish_reason']), record([say('user', 'of no known name')], ['/input/metadata/model']), record([say('user', 'the newest')], []),
  ] });
  const read = [];
  page.on('request', (r) => { if (/records\/[^/]+\/data$/.test(r.url())) read.push(r.url()); });
  await page.goto(d.url);
  await mark(page, 'Not in the span: tool definitions').nth(6).waitFor();
  const rows = page.getByRole('grid').getByRole('row'), tops = await rows.evaluateAll((all) => all.slice(1).map((e) => e.getBoundingClientRect()).map((b) => [b.top, b.height]));
  assert.deepEqual(tops.slice(1).map(([top], n) => top - tops[n][0]), tops.slice(1).map(() => 40));
  assert.equal(tops.filter(([top, height]) => top + height <= 864).length, 17);
  await mark(page, 'Not in the span: finish reason').waitFor();
  await mark(page, 'Not in the span: parts of the call').waitFor();
  assert.deepEqual(read, []);
});
