// The viewer's own pages as a person uses them: real spans, a real browser, found by role and visible name.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { axe, launch, newPage } from '../support/browser.mjs';
import { BUILD, ROOT, startViewer } from '../support/viewer.mjs';

const DIR = path.join(ROOT, 'examples', 'traces');
const SAMPLES = fs.readdirSync(DIR).map((f) => path.join(DIR, f));
const T0 = 1_790_000_000_000;
let viewer, browser;

before(async () => {
  viewer = await startViewer({ imports: SAMPLES });
  browser = await launch();
});
after(async () => { await browser?.close(); await viewer?.stop(); });

/** A page that is checked for problems and closed, whatever happens. */
function onPage(options, body) {
  return async (t) => {
    const page = await newPage(browser, options);
    page.setDefaultTimeout(20_000);
    try {
      await body(page, t);
      assert.deepEqual(page.problems, []);
    } finally { await page.context().close(); }
  };
}
const table = (page) => page.getByRole('treegrid', { name: 'Traces', exact: true });
const traceRow = (page) => page.getByRole('row', { level: 1 });
const spanRow = (page) => page.getByRole('row', { level: 2 });
const panel = (page) => page.getByRole('complementary', { name: 'Span' });
/** The row that aria-activedescendant names. */
const active = (page) => table(page).evaluate((e) => e.getRootNode().getElementById(e.getAttribute('aria-activedescendant') ?? '')?.outerHTML.match(/data-(trace|span)="\w+"/)?.[0] ?? '');
const until = async (what, want) => {
  const end = Date.now() + 15_000;
  for (let last; ; await new Promise((r) => setTimeout(r, 30))) {
    last = await what();
    if (want(last)) return last;
    assert.ok(Date.now() < end, `still ${JSON.stringify(last)}`);
  }
};

async function openTraces(page, where = '/traces') {
  await page.goto(viewer.url + where);
  await traceRow(page).first().waitFor();
}
const traces = async (query = 'limit=200') => (await viewer.host('GET', `traces?${query}`)).traces;
const spans = async (query) => (await viewer.host('GET', `spans?limit=200&${query}`)).spans;
const hex = (n, digits) => n.toString(16).padStart(digits, '0');
async function send(list, where = viewer.otlp) {
  const res = await fetch(`${where}/v1/traces`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({
    resourceSpans: [{ resource: { attributes: [{ key: 'service.name', value: { stringValue: 'live' } }] }, scopeSpans: [{ scope: {}, spans: list }] }] }) });
  assert.equal(res.status, 200);
}
const plain = (trace, name, at = T0, attributes = []) => ({ traceId: hex(trace, 32), spanId: hex(trace, 16), name, kind: 1,
  startTimeUnixNano: `${at + trace}000000`, endTimeUnixNano: `${at + trace + 5}000000`, attributes });

describe('Traces', () => {
  test('rows of traces say what was asked', onPage({}, async (page) => {
    await openTraces(page);
    const asked = (await traces()).filter((t) => t.preview_input && !/^[[{]/.test(t.preview_input));
    assert.ok(asked.length > 10);
    const first = asked[0];
    await traceRow(page).filter({ hasText: first.name }).filter({ hasText: first.preview_input.slice(0, 20) }).first().waitFor();
  }));

  test('of requests and answers recorded as JSON the words are shown', onPage({}, async (page) => {
    const kind = { key: 'openinference.span.kind', value: { stringValue: 'CHAIN' } };
    await send([plain(0x5001, 'wordy', Date.now() + 120_000, [kind,
      { key: 'input.value', value: { stringValue: '{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Wo ist \\"Ulm\\"?"}]}' } },
      { key: 'output.value', value: { stringValue: '{"role":"assistant","content":"An der Donau."}' } }])]);
    await openTraces(page);
    await traceRow(page).filter({ hasText: 'Wo ist "Ulm"?' }).waitFor();
    await spanRow(page).filter({ hasText: 'An der Donau.' }).filter({ hasNotText: 'assistant' }).waitFor();
  }));

  test('the keyboard walks, opens and closes; the address follows and Back undoes it', onPage({}, async (page) => {
    await openTraces(page);
    await page.getByRole('button', { name: 'Close all traces' }).click();
    await page.getByRole('button', { name: 'Open all traces' }).waitFor();
    assert.equal(await spanRow(page).count(), 0);
    await table(page).focus();
    await page.keyboard.press('Home');
    const first = await active(page);
    await page.keyboard.press('ArrowRight');
    await spanRow(page).first().waitFor();
    assert.equal(await traceRow(page).first().getAttribute('aria-expanded'), 'true');
    await page.keyboard.press('ArrowDown');
    await until(() => active(page), (a) => a !== first);
    await page.keyboard.press('Enter');
    await panel(page).getByRole('heading', { level: 2 }).first().waitFor();
    assert.match(page.url(), /\/traces\/[0-9a-f]{32}\/[0-9a-f]{16}$/);
    await page.keyboard.press('Escape');
    await panel(page).waitFor({ state: 'detached' });
    assert.match(page.url(), /\/traces$/);
    await page.keyboard.press('ArrowLeft'); // focus came back to the table: to the trace, which then closes
    await until(() => active(page), (a) => a === first);
    await page.keyboard.press('ArrowLeft');
    await until(() => traceRow(page).first().getAttribute('aria-expanded'), (a) => a === 'false');
    await page.goBack();
    await panel(page).waitFor();
    await page.keyboard.press('End');
  }));

  test('search finds within words, filters stand as chips and in the address, Back and reload keep them', onPage({}, async (page) => {
    await openTraces(page);
    const all = await traceRow(page).count();
    await page.keyboard.press('/');
    await page.keyboard.type('EATHE');
    await page.waitForURL(/text=EATHE/);
    await page.getByText(/\d+ of \d+/).first().waitFor();
    const found = await traces('text=EATHE');
    assert.ok(found.length > 0);
    await page.keyboard.press('Escape');
    await page.waitForURL(/\/traces$/);
    await until(() => traceRow(page).count(), (n) => n >= Math.min(all, found.length));

    await page.getByRole('button', { name: 'Filter', exact: true }).focus();
    await page.keyboard.press('Enter');
    const menu = page.getByRole('dialog', { name: 'Add a filter' });
    await menu.getByRole('button', { name: 'Kind' }).waitFor();
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await menu.getByRole('radio', { name: /Tool/ }).click();
    await page.waitForURL(/kind=tool/);
    await page.getByRole('button', { name: /Remove the filter Kind/ }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: /Remove the filter Kind/ }).click();
    await page.waitForURL(/\/traces$/);
    await page.goBack();
    await page.getByRole('button', { name: /Remove the filter Kind/ }).waitFor();
  }));

  test('nothing found, nothing there, refused and failed each have a face', onPage({ allow: [/500|400/] }, async (page) => {
    await page.goto(`${viewer.url}/traces?text=thereisnosuchword`);
    await page.getByRole('heading', { name: 'No matches' }).waitFor();
    await page.getByRole('button', { name: 'Clear the Filter' }).click();
    await traceRow(page).first().waitFor();

    let broken = true;
    await page.route('**/api/traces?*', (r) => (broken ? r.fulfill({ status: 500, contentType: 'application/problem+json', body: '{"detail":"The disk is full."}' }) : r.fallback()));
    await page.reload();
    await page.getByRole('alert').getByText('The disk is full.').waitFor();
    broken = false;
    await page.getByRole('button', { name: 'Retry' }).click();
    await traceRow(page).first().waitFor();

    await page.goto(`${viewer.url}/traces?from=notatime`);
    await page.getByRole('button', { name: 'Clear the Filter' }).click();
    await traceRow(page).first().waitFor();

    const fresh = await startViewer();
    try {
      await page.goto(`${fresh.url}/traces`);
      await page.getByRole('heading', { name: 'No spans yet' }).waitFor();
      await page.getByRole('main').getByText(`export OTEL_EXPORTER_OTLP_ENDPOINT=${fresh.otlp}`).waitFor();
      assert.ok(await page.getByRole('button', { name: 'Select', exact: true }).isDisabled());
      await page.goto(`${fresh.url}/threads`);
      await page.getByRole('heading', { name: 'No threads yet' }).waitFor();
      await page.goto(`${fresh.url}/traces`);
      await page.getByRole('heading', { name: 'No spans yet' }).waitFor();
      await send([plain(1, 'the very first')], fresh.otlp);
      await page.getByRole('row').filter({ hasText: 'the very first' }).first().waitFor();
      await page.goto(`${viewer.url}/traces`); // no stream is left to the one that ends
      await traceRow(page).first().waitFor();
    } finally { await fresh.stop(); }
  }));
});

describe('Span detail', () => {
  test('messages, tools, attributes, events and raw JSON, by keyboard', onPage({}, async (page) => {
    const call = (await spans('kind=llm&service=demo-app')).find((s) => /openinference/.test(s.scope ?? '') && s.preview_input) ?? (await spans('kind=llm'))[0];
    await page.goto(`${viewer.url}/traces/${call.trace_id}/${call.span_id}`);
    const p = panel(page);
    await p.getByRole('tab', { name: /Messages/ }).focus();
    for (const name of [/Tools|Attributes/, /Attributes|Events/, /Events|Raw/]) {
      await page.keyboard.press('ArrowRight');
      await p.getByRole('tab', { name, selected: true }).waitFor();
    }
    await p.getByRole('tab', { name: 'Attributes' }).click();
    await p.getByRole('searchbox').fill('nosuchattribute');
    await p.getByRole('heading', { name: 'No matches' }).waitFor();
    await page.keyboard.press('Escape'); // one layer: the search, not the panel
    await p.getByRole('term').first().waitFor();
    await p.getByRole('tab', { name: 'Raw JSON' }).click();
    await p.getByText(/characters of OTLP JSON/).waitFor();
    await p.getByText(`"${call.span_id}"`).first().waitFor();
  }));

  test('a wrapper leads to the span to take instead', onPage({}, async (page) => {
    let found;
    for (const s of await spans('')) {
      const d = await viewer.host('GET', `traces/${s.trace_id}/spans/${s.span_id}`);
      if (d.datainfo?.skipped?.take) { found = { ...s, take: d.datainfo.skipped.take }; break; }
    }
    assert.ok(found, 'a sample with a wrapper');
    await page.goto(`${viewer.url}/traces/${found.trace_id}/${found.span_id}`);
    await panel(page).getByRole('button', { name: 'Open that span' }).click();
    await page.waitForURL(`**/traces/${found.trace_id}/${found.take}`);
    await panel(page).getByText(found.take).first().waitFor();
  }));

  test('an error says what went wrong; a span that is gone says so and leaves the list', onPage({ allow: [/404/] }, async (page) => {
    const failed = (await spans('kind=llm&error=true')).find((s) => s.error);
    await page.goto(`${viewer.url}/traces/${failed.trace_id}/${failed.span_id}`);
    await panel(page).getByRole('note').getByText(failed.error.slice(0, 30)).waitFor();
    await page.goto(`${viewer.url}/traces/${failed.trace_id}/${'0'.repeat(15)}1`);
    await panel(page).getByRole('heading', { name: 'This span is not here' }).waitFor();
    await panel(page).getByRole('button', { name: 'Close', exact: true }).click();
    await traceRow(page).first().waitFor();
  }));

  test('images that lie elsewhere are never fetched', async () => {
    const page = await newPage(browser);
    const outside = [];
    page.on('request', (r) => { if (!r.url().startsWith(viewer.url) && !/^(data|blob):/.test(r.url())) outside.push(r.url()); });
    await send([plain(0x1777, 'pictures', T0, [
      { key: 'openinference.span.kind', value: { stringValue: 'LLM' } }, { key: 'llm.model_name', value: { stringValue: 'm' } },
      { key: 'llm.input_messages.0.message.role', value: { stringValue: 'user' } },
      { key: 'llm.input_messages.0.message.contents.0.message_content.type', value: { stringValue: 'image' } },
      { key: 'llm.input_messages.0.message.contents.0.message_content.image.image.url', value: { stringValue: 'https://pictures.example/cat.png' } },
      { key: 'llm.output_messages.0.message.role', value: { stringValue: 'assistant' } },
      { key: 'llm.output_messages.0.message.content', value: { stringValue: 'A cat ![dog](https://pictures.example/dog.png)' } }])]);
    await page.goto(`${viewer.url}/traces/${hex(0x1777, 32)}/${hex(0x1777, 16)}`);
    await panel(page).getByText('A cat').first().waitFor();
    await panel(page).getByText(/pictures\.example\/cat/).first().waitFor();
    assert.deepEqual(outside, []);
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });

  test('200 KB of message and a thousand levels of spans are shown', onPage({}, async (page) => {
    const deep = Array.from({ length: 1000 }, (_, i) => ({ ...plain(0x2000, `level ${i}`), spanId: hex(0x20000 + i, 16), ...(i && { parentSpanId: hex(0x20000 + i - 1, 16) }) }));
    deep[0].attributes = [{ key: 'input.value', value: { stringValue: 'word '.repeat(40_000) } }];
    await send(deep);
    await page.goto(`${viewer.url}/traces/${hex(0x2000, 32)}/${hex(0x20000, 16)}`);
    await panel(page).getByText(/word word/).first().waitFor();
    await panel(page).getByRole('button', { name: /Show all .* characters/ }).click();
    await table(page).focus();
    await page.keyboard.press('End');
    await until(() => active(page), (a) => a !== '');
  }));
});

describe('Threads', () => {
  test('a thread is chosen by keyboard, shown as spans and as a conversation, and kept by a reload', onPage({}, async (page) => {
    const { threads } = await viewer.host('GET', 'threads?limit=50');
    assert.ok(threads.length >= 3);
    await page.goto(`${viewer.url}/threads`);
    const list = page.getByRole('listbox', { name: 'Threads' });
    await list.getByRole('option').nth(1).waitFor();
    await list.focus();
    await page.keyboard.press('End');
    const last = threads.at(-1);
    await page.waitForURL((u) => u.searchParams.get('id') === last.thread_id);
    await page.getByRole('treegrid', { name: 'Traces of the thread' }).getByRole('row', { level: 1 }).first().waitFor();
    await page.getByRole('radio', { name: 'Conversation' }).click();
    await page.waitForURL(/view=chat/);
    await page.getByRole('button', { name: 'Open span' }).first().click();
    await panel(page).waitFor();
    await page.reload();
    await panel(page).waitFor();
    await page.getByRole('radio', { name: 'Conversation', checked: true }).waitFor();
    await page.keyboard.press('Escape');
    await panel(page).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Traces' }).click();
    await traceRow(page).first().waitFor();
    await page.getByRole('link', { name: 'Threads' }).click();
    await page.waitForURL((u) => u.searchParams.get('id') === last.thread_id, { timeout: 5000 });
  }));
});

describe('While spans come in', () => {
  test('at the top they slide in, further down they wait behind a button and nothing moves', onPage({}, async (page) => {
    await openTraces(page);
    const now = Date.now() + 60_000;
    await send([plain(0x3001, 'newcomer one', now)]);
    await traceRow(page).filter({ hasText: 'newcomer one' }).waitFor();
    await page.getByRole('button', { name: 'Open all traces' }).or(page.getByRole('button', { name: 'Close all traces' })).click();
    await table(page).focus();
    await page.keyboard.press('End');
    const before = await until(() => table(page).evaluate((e) => e.scrollTop), (y) => y > 100);
    await send([plain(0x3002, 'newcomer two', now)]);
    await page.getByRole('button', { name: '1 new trace' }).waitFor();
    assert.equal(await table(page).evaluate((e) => e.scrollTop), before);
    await page.getByRole('button', { name: '1 new trace' }).click();
    await traceRow(page).filter({ hasText: 'newcomer two' }).waitFor();
  }));

  test('a viewer that ends is said to be gone, and comes back by itself', async () => {
    const own = await startViewer({ imports: SAMPLES.slice(0, 3) });
    const page = await newPage(browser, { allow: [/ERR_CONNECTION_|ERR_SOCKET_|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE|502/] });
    try {
      await page.goto(`${own.url}/traces`);
      await traceRow(page).first().waitFor();
      await page.getByText('Receiving spans').waitFor();
      await own.kill('SIGTERM');
      await page.getByText('The viewer is not answering.').waitFor();
      await page.getByText('Disconnected').waitFor();
      await own.restart();
      await page.getByRole('button', { name: 'Try Now' }).click({ timeout: 5000 }).catch(() => {}); // it may have noticed already
      await page.getByText('Receiving spans').waitFor();
      await page.getByText('The viewer is not answering.').waitFor({ state: 'detached' });
      await send([plain(0x4001, 'after the break', Date.now())], own.otlp);
      await traceRow(page).filter({ hasText: 'after the break' }).waitFor();
      assert.deepEqual(page.problems, []);
    } finally { await page.context().close(); await own.stop(); }
  });
});

describe('Everywhere', () => {
  test('the theme is switched and remembered', onPage({}, async (page) => {
    await openTraces(page);
    const ground = () => page.evaluate(() => getComputedStyle(document.querySelector('tv-app')).backgroundColor);
    const dark = await ground();
    for (let i = 0; i < 3 && await ground() === dark; i++) await page.getByRole('button', { name: 'Switch theme' }).click();
    const light = await ground();
    assert.notEqual(light, dark);
    await page.reload();
    await traceRow(page).first().waitFor();
    assert.equal(await ground(), light);
  }));

  test('a plugin that does not answer has a page that says so', onPage({ allow: [/502|Failed to|does not load|module/] }, async (page) => {
    await page.route('**/plugins/spanset/**', (r) => r.fulfill({ status: 502, contentType: 'text/html', body: '<!doctype html><title>Not answering</title><h1>The plugin is not answering</h1>' }));
    await page.goto(`${viewer.url}/datasets`);
    await page.frameLocator('iframe').getByRole('heading', { name: 'The plugin is not answering' }).waitFor();
    await page.getByRole('link', { name: 'Traces' }).click();
    await traceRow(page).first().waitFor();
  }));

  test('a plugin\'s panel, widget, mark and page stand where they belong', async () => {
    const own = await startViewer({ plugin: path.join(BUILD, 'tests/abi/sample.so'), imports: SAMPLES.slice(0, 4) });
    const page = await newPage(browser);
    page.setDefaultTimeout(20_000);
    try {
      const { spans: [span] } = await own.host('GET', 'spans?limit=1');
      await page.goto(`${own.url}/traces/${span.trace_id}/${span.span_id}`);
      const side = page.getByRole('complementary', { name: 'Samples' });
      const says = (element) => element.evaluate((e) => e.shadowRoot.textContent);
      await until(() => says(side.locator('sample-page')), (text) => text && text !== 'Loading');
      await until(() => says(panel(page).locator('sample-footer')), (text) => text === `Sample of ${span.span_id}`);
      await page.getByRole('row').getByText('sample', { exact: true }).first().waitFor();
      await page.getByRole('button', { name: 'Hide Samples' }).click();
      await side.waitFor({ state: 'detached' });
      await page.reload();
      await page.getByRole('button', { name: 'Show Samples' }).click();
      await side.waitFor();
      await page.getByRole('link', { name: 'Samples' }).click();
      await page.waitForURL(`${own.url}/samples`);
      await page.goBack();
      await panel(page).waitFor();
      assert.deepEqual(page.problems, []);
    } finally { await page.context().close(); await own.stop(); }
  });

  for (const theme of ['dark', 'light']) {
    test(`axe finds nothing serious: ${theme}`, onPage({ theme }, async (page) => {
      await openTraces(page);
      assert.deepEqual(await axe(page), []);
      const call = (await spans('kind=llm'))[0];
      await page.goto(`${viewer.url}/traces/${call.trace_id}/${call.span_id}`);
      await panel(page).getByRole('tab').first().waitFor();
      for (const name of ['Messages', 'Attributes', 'Events', 'Raw JSON']) {
        await panel(page).getByRole('tab', { name }).click();
        assert.deepEqual(await axe(page), [], name);
      }
      await page.goto(`${viewer.url}/threads`);
      await page.getByRole('treegrid').getByRole('row', { level: 1 }).first().waitFor();
      assert.deepEqual(await axe(page), []);
      await page.getByRole('radio', { name: 'Conversation' }).click();
      await page.getByRole('button', { name: 'Open span' }).first().waitFor();
      assert.deepEqual(await axe(page), []);
      await page.goto(`${viewer.url}/traces?text=thereisnosuchword&kind=llm`);
      await page.getByRole('heading', { name: 'No matches' }).waitFor();
      assert.deepEqual(await axe(page), []);
    }));
  }
});
