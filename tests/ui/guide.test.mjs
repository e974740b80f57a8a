// The two flows of the product guide, as a person does them: real viewer, real plugin, spans that arrived over
// OTLP/HTTP as protobuf; then a restart, and everything is still there.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, newPage } from '../support/browser.mjs';
import { startViewer } from '../support/viewer.mjs';

const SENT = ['examples/traces/openinference-parallel-tools.pb', 'examples/traces/openinference-images.pb',
  'examples/traces/vercel-ai-v7-stream.pb', 'examples/traces/strands-agent.pb'];
let viewer, browser;

before(async () => {
  viewer = await startViewer();
  for (const file of SENT) await viewer.send(file);
  browser = await launch();
});
after(async () => { await browser?.close(); await viewer?.stop(); });

const bar = (page) => page.getByRole('toolbar', { name: /selected spans/i });
const dialog = (page) => page.getByRole('dialog', { name: /to a dataset/i });
const status = (page, text) => page.getByRole('status').filter({ hasText: text }).first();

async function selectAllCalls(page) {
  await page.goto(`${viewer.url}/traces?kind=llm`);
  await page.getByRole('button', { name: 'Select', exact: true }).click();
  await page.getByRole('checkbox', { name: /select all/i }).first().check();
}

test('Adding Spans to a Dataset, from Traces', async () => {
  const page = await newPage(browser);
  await page.goto(viewer.url);
  await page.getByRole('link', { name: 'Traces' }).click();
  const call = page.getByRole('row', { level: 2 }).filter({ hasText: 'San José' }).filter({ hasNotText: 'invoke_agent' }).first();
  await call.waitFor();
  assert.equal(await page.getByRole('checkbox').count(), 0, 'no check boxes before selection mode');

  await page.getByRole('button', { name: 'Select', exact: true }).click();
  await call.getByRole('checkbox').check();
  await bar(page).getByText(/\d+ spans? selected/).waitFor();
  await bar(page).getByRole('button', { name: 'Add to Dataset' }).click();

  await dialog(page).getByRole('tab', { name: 'New Dataset' }).click();
  await dialog(page).getByLabel('Name').fill('Safety Test Suite');
  await dialog(page).getByLabel('Topic').fill('travel');
  await dialog(page).getByRole('button', { name: /^Add \d+ Spans?$/ }).click();
  await status(page, /\d+ added/).waitFor();

  const { datasets } = await viewer.api('GET', 'datasets');
  assert.equal(datasets.length, 1);
  assert.equal(datasets[0].name, 'Safety Test Suite');
  assert.ok(datasets[0].record_count >= 1);
  const { records } = await viewer.api('GET', `datasets/${datasets[0].id}/records`);
  assert.equal(records[0].topic, 'travel');
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test('the same spans again create nothing and say so', async () => {
  const page = await newPage(browser);
  await selectAllCalls(page);
  for (const expected of [/\d+ added/, /0 added, \d+ already there/]) {
    if (!await bar(page).isVisible()) await selectAllCalls(page);
    await bar(page).getByRole('button', { name: 'Add to Dataset' }).click();
    await dialog(page).getByRole('tab', { name: 'Existing Dataset' }).click();
    await dialog(page).getByRole('option', { name: /Safety Test Suite/ }).click();
    await dialog(page).getByRole('button', { name: /^Add \d+ Spans?$/ }).click();
    await status(page, expected).waitFor();
    if (await dialog(page).isVisible()) await dialog(page).getByRole('button', { name: 'Close' }).last().click();
  }
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test('spans that are no model call are skipped, with reasons that a person understands', async () => {
  const page = await newPage(browser);
  await page.goto(`${viewer.url}/traces`);
  await page.getByRole('button', { name: 'Select', exact: true }).click();
  await page.getByRole('row', { level: 1 }).filter({ hasText: 'invoke_agent support' }).getByRole('checkbox').check();
  await bar(page).getByRole('button', { name: 'Add to Dataset' }).click();
  await dialog(page).getByRole('tab', { name: 'New Dataset' }).click();
  await dialog(page).getByLabel('Name').fill('Agent run');
  await dialog(page).getByRole('button', { name: 'Add 9 Spans', exact: true }).click();
  const skipped = dialog(page).getByRole('list', { name: 'Skipped spans' });
  await skipped.waitFor();
  assert.equal(await skipped.getByRole('listitem').count(), 6, '3 of 9 spans are model calls');
  await skipped.getByText(/tool/i).first().waitFor();
  await dialog(page).getByRole('button', { name: 'Close' }).last().click();
  const { datasets } = await viewer.api('GET', 'datasets?q=Agent');
  assert.equal(datasets[0].record_count, 3);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test('Undo in the toast, also after a reload; a deleted span can be added again', async () => {
  const made = await viewer.api('POST', 'datasets', { name: 'Undo me' });
  const { spans } = await viewer.host('GET', 'spans?kind=llm&limit=1');
  const body = { spans: [{ trace_id: spans[0].trace_id, span_id: spans[0].span_id }] };
  const added = await viewer.api('POST', `datasets/${made.id}/spans`, body);
  const { records } = await viewer.api('GET', `datasets/${made.id}/records`);
  const deleted = await viewer.api('DELETE', `records/${records[0].id}`);
  assert.equal((await viewer.api('POST', `datasets/${made.id}/spans`, body)).added, 1, 'a trashed span makes a new record');

  const page = await newPage(browser, { allow: [/409/] });
  await page.goto(`${viewer.url}/datasets/${made.id}`);
  await page.getByRole('row').nth(1).waitFor();
  await page.getByRole('button', { name: /delete/i }).first().click();
  await page.getByRole('button', { name: /^Delete/ }).last().click();
  await status(page, /deleted/).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText(/1 record/).first().waitFor();
  await page.reload();
  await page.getByRole('row').nth(1).waitFor();
  assert.equal((await viewer.request('POST', `/plugins/spanset/api/undo/${deleted.undo}`, {})).status, 200, 'it stays in the trash: the span is live again');
  assert.equal((await viewer.api('GET', `datasets/${made.id}`)).record_count, 1);
  assert.ok(added.undo);
  await page.context().close();
});

test('Viewing Dataset Membership, and adding from Span Detail', async () => {
  for (const name of ['RAG Accuracy Logs', 'Latency Benchmarks', 'Refund Edge Cases']) await viewer.api('POST', 'datasets', { name });
  const { spans } = await viewer.host('GET', 'spans?kind=llm&limit=1');
  const span = { trace_id: spans[0].trace_id, span_id: spans[0].span_id };
  const { datasets } = await viewer.api('GET', 'datasets');
  for (const d of datasets) await viewer.api('POST', `datasets/${d.id}/spans`, { spans: [span] });

  const page = await newPage(browser);
  await page.goto(`${viewer.url}/traces/${span.trace_id}/${span.span_id}`);
  const footer = page.getByRole('region', { name: 'Datasets of this span' });
  await footer.getByText(new RegExp(`in ${datasets.length} datasets`, 'i')).waitFor();
  assert.equal(await footer.getByRole('link').count(), 3, 'at most three badges');
  await footer.getByText(`+${datasets.length - 3} more`).hover();
  for (const d of datasets) await footer.getByRole('tooltip').getByText(d.name).waitFor();

  await footer.getByRole('button', { name: 'Add to Dataset' }).click();
  await dialog(page).getByRole('tab', { name: 'New Dataset' }).click();
  await dialog(page).getByLabel('Name').fill('From the span');
  await dialog(page).getByRole('button', { name: 'Add 1 Span', exact: true }).click();
  await footer.getByText(new RegExp(`in ${datasets.length + 1} datasets`, 'i')).waitFor();

  await footer.getByRole('link').first().click();
  await page.waitForURL(/\/datasets\/[0-9a-f-]{36}/);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test('after a restart everything is there', async () => {
  await viewer.restart();
  const page = await newPage(browser, { theme: 'light' });
  await page.goto(`${viewer.url}/datasets`);
  await page.getByRole('heading', { name: 'Datasets' }).waitFor();
  for (const name of ['Safety Test Suite', 'RAG Accuracy Logs', 'Latency Benchmarks', 'From the span']) await page.getByText(name, { exact: true }).first().waitFor();
  await page.getByRole('button', { name: /Safety Test Suite/ }).first().click();
  await page.getByRole('link', { name: /See all \d+ records/ }).click();
  await page.getByRole('row', { name: /Weather in Paris/ }).first().waitFor();

  const { spans } = await viewer.host('GET', 'spans?kind=llm&limit=1');
  await page.goto(`${viewer.url}/traces/${spans[0].trace_id}/${spans[0].span_id}`);
  await page.getByRole('region', { name: 'Datasets of this span' }).getByText(/in 7 datasets/i).waitFor();
  assert.deepEqual(page.problems, []);
  await page.context().close();
});
