// Selecting spans and handing them to a plugin, with keyboard and mouse: real viewer, real plugin, real browser.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { axe, launch, newPage } from '../support/browser.mjs';
import { ROOT, startViewer } from '../support/viewer.mjs';

const DIR = path.join(ROOT, 'examples', 'traces');
let viewer, browser;

before(async () => {
  viewer = await startViewer({ imports: fs.readdirSync(DIR).map((f) => path.join(DIR, f)) });
  browser = await launch();
});
after(async () => { await browser?.close(); await viewer?.stop(); });

const bar = (page) => page.getByRole('toolbar', { name: 'Selected spans' });
const chosen = (page, n) => bar(page).getByText(new RegExp(`^(All )?${n} `));
const table = (page) => page.getByRole('treegrid', { name: 'Traces', exact: true });
const traceRow = (page) => page.getByRole('row', { level: 1 });
const spanRow = (page) => page.getByRole('row', { level: 2 });
const dialog = (page) => page.getByRole('dialog', { name: /to a dataset/i });
const toast = (page, text) => page.getByRole('status').filter({ hasText: text }).first();
const ticked = (page) => page.getByRole('row', { selected: true }).and(page.locator('[aria-level="2"], [aria-level="3"], [aria-level="4"]'));

/** Every trace open, in selection mode or not. */
async function open(page, { where = '/traces', select = true } = {}) {
  page.setDefaultTimeout(20_000);
  await page.goto(viewer.url + where);
  await traceRow(page).first().waitFor();
  await spanRow(page).first().waitFor();
  if (select) await page.getByRole('button', { name: 'Select', exact: true }).click();
}
const selecting = (name, body, options = {}) => test(name, async () => {
  const page = await newPage(browser, options);
  try {
    await body(page);
    assert.deepEqual(page.problems, []);
  } finally { await page.context().close(); }
});

selecting('by keyboard alone: s, arrows, Space, Shift+Space, Esc in layers', async (page) => {
  await open(page, { select: false });
  assert.equal(await page.getByRole('checkbox').count(), 0);
  await page.keyboard.press('s');
  await chosen(page, 0).waitFor();
  await table(page).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await chosen(page, 1).waitFor();
  await page.keyboard.press('Enter'); // opens the span beside it
  await page.getByRole('complementary', { name: 'Span' }).waitFor();
  await page.getByRole('complementary', { name: 'Span' }).getByRole('tab').first().focus();
  await page.keyboard.press('Escape');
  await page.getByRole('complementary', { name: 'Span' }).waitFor({ state: 'detached' });
  await chosen(page, 1).waitFor();
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Shift+Space');
  assert.ok(Number.parseInt(await bar(page).getByRole('status').textContent(), 10) > 1);
  await page.keyboard.press('Escape');
  await bar(page).waitFor({ state: 'detached' });
  assert.equal(await page.getByRole('checkbox').count(), 0);
});

selecting('a range by Shift+click, a whole trace by its box, taken back one by one', async (page) => {
  const { traces } = await viewer.host('GET', 'traces?limit=50');
  const big = traces.find((t) => t.span_count > 5 && t.span_count < 14);
  await open(page, { where: `/traces/${big.trace_id}` });
  const row = traceRow(page).filter({ hasText: big.trace_id.slice(0, 4) }).first();
  await row.getByRole('checkbox').check();
  await chosen(page, big.span_count).waitFor();
  const { spans } = await viewer.host('GET', `traces/${big.trace_id}`);
  const at = (s) => page.locator(`[data-span="${s.span_id}"]`).getByRole('checkbox');
  await at(spans[1]).uncheck();
  await chosen(page, big.span_count - 1).waitFor();
  assert.equal(await row.getByRole('checkbox').evaluate((e) => e.indeterminate), true);
  await row.getByRole('checkbox').click(); // from some to all
  await chosen(page, big.span_count).waitFor();
  await row.getByRole('checkbox').click();
  await chosen(page, 0).waitFor();
  await at(spans[0]).click();
  await page.locator(`[data-span="${spans[3].span_id}"]`).getByRole('checkbox').click({ modifiers: ['Shift'] });
  const between = await page.evaluate(() => 0).then(() => ticked(page).count());
  assert.ok(between >= 2, 'the rows between are ticked');
  await chosen(page, between).waitFor();
});

selecting('a selection outlives scrolling, Threads and back, and opened spans', async (page) => {
  await open(page);
  const first = spanRow(page).first();
  const id = await first.getAttribute('data-span');
  await first.getByRole('checkbox').check();
  await chosen(page, 1).waitFor();
  await table(page).focus();
  await page.keyboard.press('End');
  await page.locator(`[data-span="${id}"]`).waitFor({ state: 'detached' });
  await page.keyboard.press('Home');
  await page.locator(`[data-span="${id}"][aria-selected="true"]`).waitFor();
  await page.getByRole('link', { name: 'Threads' }).click();
  await chosen(page, 1).waitFor();
  await page.getByRole('treegrid', { name: 'Traces of the thread' }).getByRole('row', { level: 2 }).first().getByRole('checkbox').check();
  await page.getByRole('link', { name: 'Traces' }).click();
  await page.locator(`tv-traces [data-span="${id}"][aria-selected="true"]`).waitFor();
  const n = Number.parseInt(await bar(page).getByRole('status').textContent(), 10);
  assert.ok(n === 1 || n === 2);
  await page.goBack();
  await bar(page).waitFor();
});

selecting('"Select all N" stands for the filter, and the action sends the filter', async (page) => {
  const { total } = await viewer.host('GET', 'spans?kind=llm&limit=1');
  await open(page, { where: '/traces?kind=llm' });
  await bar(page).getByRole('button', { name: `Select all ${total}` }).click();
  await bar(page).getByText(`All ${total} matching spans selected`).waitFor();
  const [request] = await Promise.all([
    page.waitForRequest((r) => /\/actions\//.test(r.url())),
    bar(page).getByRole('button', { name: 'Add to Dataset' }).click()]);
  assert.deepEqual(request.postDataJSON(), { filter: { kind: 'llm' }, view: 'traces' });
  await dialog(page).waitFor();
  await page.keyboard.press('Escape'); // the dialog, not the selection
  await dialog(page).waitFor({ state: 'detached' });
  await bar(page).getByText(`All ${total} matching spans selected`).waitFor();
  // one taken out: the rest by hand
  await spanRow(page).and(page.getByRole('row', { selected: true })).first().getByRole('checkbox').click();
  await chosen(page, total - 1).waitFor();
});

selecting('added spans carry a mark at once, and Undo takes it away at once', async (page) => {
  await open(page, { where: '/traces?kind=llm' });
  const row = page.getByRole('row').filter({ hasText: 'Weather in Paris' }).and(page.locator('[data-span]')).first()
    .or(page.locator('[data-span]:not(.dimmed)').first()).first();
  const id = await row.getAttribute('data-span');
  await row.getByRole('checkbox').check();
  await bar(page).getByRole('button', { name: 'Add to Dataset' }).click();
  await dialog(page).getByRole('tab', { name: 'New Dataset' }).click();
  await dialog(page).getByLabel('Name').fill('Marked');
  await page.keyboard.press('Enter');
  await toast(page, /\d+ added/).waitFor();
  await bar(page).waitFor({ state: 'detached' });
  const mark = page.locator(`[data-span="${id}"] .mk`);
  await mark.waitFor();
  await toast(page, /\d+ added/).getByRole('button', { name: 'Undo' }).click();
  await toast(page, 'Undone').waitFor();
  await mark.waitFor({ state: 'detached', timeout: 2000 });
});

for (const theme of ['dark', 'light']) {
  selecting(`axe finds nothing serious in selection mode and in the dialog: ${theme}`, async (page) => {
    await open(page);
    await spanRow(page).first().getByRole('checkbox').check();
    assert.deepEqual(await axe(page), []);
    await bar(page).getByRole('button', { name: 'Add to Dataset' }).click();
    await dialog(page).waitFor();
    for (const name of ['New Dataset', 'Existing Dataset']) {
      await dialog(page).getByRole('tab', { name }).click();
      assert.deepEqual(await axe(page), [], name);
    }
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await bar(page).waitFor({ state: 'detached' });
  }, { theme });
}
