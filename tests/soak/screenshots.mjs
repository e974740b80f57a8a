#!/usr/bin/env node
// screenshots.mjs: every view and state, light and dark, at 1440x900 and 1024x700, to be looked at.
//
//   BUILD=build node tests/soak/screenshots.mjs --out DIR [--only WORD,WORD]
//
// Fails when a view shows console errors or axe finds something serious, so it is a test as well.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { axe, launch, newPage } from '../support/browser.mjs';
import { ROOT, startViewer } from '../support/viewer.mjs';

const { values: opt } = parseArgs({ options: { out: { type: 'string' }, only: { type: 'string', default: '' } } });
if (!opt.out) { console.error('usage: screenshots.mjs --out DIR [--only WORD,WORD]'); process.exit(2); }
fs.mkdirSync(opt.out, { recursive: true });

const samples = fs.readdirSync(path.join(ROOT, 'examples', 'traces')).map((f) => path.join(ROOT, 'examples', 'traces', f));
const viewer = await startViewer({ imports: samples });
const empty = await startViewer();
const TOPICS = ['travel', 'SAFETY', 'rag', 'sql', null, 'refunds'];

async function fill() {
  const { spans } = await viewer.host('GET', 'spans?kind=llm&limit=200');
  const refs = spans.map(({ trace_id, span_id }) => ({ trace_id, span_id }));
  const made = [];
  for (const [name, description] of [['Production Regression Set', 'Golden answers replayed before every release'],
    ['RAG Accuracy Logs', 'Policy and contract questions with citations'], ['日本語サポート', '問い合わせと返信、レビュー済み'],
    ['Refund Edge Cases 🧾', 'Double charges, partial returns, wrong currency'], ['Fine-tune Candidates, January', undefined],
    ['A dataset whose name is long enough that it has to be cut somewhere before the other columns begin', 'and a description that goes on and on as well']]) {
    made.push(await viewer.api('POST', 'datasets', { name, ...(description && { description }) }));
  }
  for (const [i, d] of made.entries()) {
    if (i === 4) continue;
    for (const [k, topic] of TOPICS.entries()) {
      const part = refs.filter((_, n) => n % TOPICS.length === k && (i === 0 || n % (i + 1) === 0));
      if (part.length) await viewer.api('POST', `datasets/${d.id}/spans`, { spans: part, ...(topic && { topic }) });
    }
  }
  const { records } = await viewer.api('GET', `datasets/${made[0].id}/records?limit=30`);
  for (const [n, r] of records.entries()) if (n % 3) await viewer.api('PATCH', `records/${r.id}`, { evaluation: { score: ((n * 7) % 11) / 10 } });
  const bad = records[3];
  await viewer.api('DELETE', `records/${bad.id}`);
  // The last spans of the list are in none, one, three and five datasets.
  for (const n of [0, 1, 3, 5]) {
    const span = refs[refs.length - 1 - n];
    const { memberships } = await viewer.api('POST', 'memberships', { spans: [span] });
    for (const d of memberships[0].datasets) await viewer.api('DELETE', `records/${d.record_id}`);
    for (const d of made.filter((_, i) => i !== 4).slice(0, n)) await viewer.api('POST', `datasets/${d.id}/spans`, { spans: [span] });
  }
  return { made, refs };
}
const { made, refs } = await fill();
const busy = (await viewer.host('GET', 'traces?limit=100')).traces.sort((a, b) => b.span_count - a.span_count)[0];
const { open } = await viewer.host('POST', 'plugins/spanset/actions/add', { spans: refs.slice(0, 3), view: 'traces' });
const kept = open.props.selection_id;
const call = (await viewer.host('GET', `traces/${busy.trace_id}`)).spans.find((s) => s.kind === 'llm') ?? refs[0];

const select = async (page) => {
  await page.getByRole('button', { name: 'Select', exact: true }).click();
  await page.getByRole('checkbox').nth(1).check();
};
const adding = (page) => page.getByRole('dialog', { name: /to a dataset/ });
const openAdd = async (page, tab) => {
  await select(page);
  await page.getByRole('button', { name: 'Add to Dataset' }).first().click();
  await adding(page).getByRole('tab', { name: tab }).click();
};
const spanPath = ({ trace_id, span_id }) => `/traces/${trace_id}/${span_id}`;
const menuOf = async (page, dataset, item) => {
  await page.getByRole('button', { name: `Menu for ${dataset}` }).click();
  if (item) await page.getByRole('menuitem', { name: item }).click();
};
const choose = async (page, ...rows) => { for (const n of rows) await page.getByRole('row').nth(n).getByRole('checkbox').check(); };
const fault = (r) => r.fulfill({ status: 500, contentType: 'application/problem+json',
  body: '{"type":"about:blank","title":"storage error","status":500,"code":"io","detail":"The data file could not be read: the disk may be full. Nothing was changed."}' });

// at: where; on: at which viewer; before: with the empty page; act: when it is there; allow: console errors that belong to it.
const VIEWS = {
  traces: { at: '/traces' },
  'traces-open': { at: `/traces/${busy.trace_id}` },
  span: { at: `/traces/${call.trace_id ?? busy.trace_id}/${call.span_id}` },
  'traces-select': { at: `/traces/${busy.trace_id}`, act: select },
  'add-dialog': { at: `/traces/${busy.trace_id}`, act: (page) => openAdd(page, 'Existing Dataset') },
  'add-dialog-new': { at: `/traces/${busy.trace_id}`, act: async (page) => {
    await openAdd(page, 'New Dataset');
    await adding(page).getByRole('textbox', { name: 'Name' }).fill('rag accuracy logs');
    await adding(page).getByRole('button', { name: /^Add \d+ Span/ }).click();
    await adding(page).getByRole('alert').filter({ hasText: /name/i }).waitFor();
  }, allow: [/409/] },
  'add-dialog-result': { at: '/traces?text=rate+limits', act: async (page) => {
    await page.getByRole('button', { name: 'Select', exact: true }).click();
    await page.getByRole('row', { level: 1 }).filter({ hasText: 'invoke_agent' }).first().getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Add to Dataset' }).first().click();
    await adding(page).getByRole('tab', { name: 'Existing Dataset' }).click();
    await adding(page).getByRole('option', { name: /Production/ }).click();
    await adding(page).getByRole('button', { name: /^Add \d+ Span/ }).click();
    await adding(page).getByRole('list', { name: 'Skipped spans' }).waitFor();
  } },
  ...Object.fromEntries([0, 1, 3, 5].map((n) => [`footer-${n}`, { at: () => spanPath(refs[refs.length - 1 - n]), act: async (page) => {
    await page.getByRole('region', { name: 'Datasets of this span' }).getByText(n ? new RegExp(`in ${n} dataset`, 'i') : 'Not in a dataset yet').waitFor();
    if (n === 5) await page.getByText('+2 more').focus();
  } }])),
  'traces-nomatch': { at: '/traces?text=thereisnosuchword' },
  'traces-empty': { at: '/traces', on: () => empty },
  threads: { at: '/threads' },
  'threads-empty': { at: '/threads', on: () => empty },
  datasets: { at: '/datasets' },
  'datasets-expanded': { at: `/datasets?open=${made[0].id}` },
  'datasets-expanded-empty': { at: `/datasets?open=${made[4].id}` },
  'datasets-menu': { at: '/datasets', act: (page) => menuOf(page, 'RAG Accuracy Logs') },
  'datasets-delete': { at: '/datasets', act: (page) => menuOf(page, 'RAG Accuracy Logs', /Delete/) },
  'datasets-rename': { at: '/datasets', act: async (page) => {
    await menuOf(page, 'RAG Accuracy Logs', 'Rename');
    await page.getByRole('textbox', { name: 'Dataset name' }).fill('日本語サポート');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
  }, allow: [/409/] },
  'datasets-create': { at: '/datasets', act: async (page) => {
    await page.getByRole('button', { name: 'New Dataset' }).click();
    await page.keyboard.press('Enter');
  } },
  'datasets-toast': { at: '/datasets', act: async (page) => {
    await menuOf(page, 'Fine-tune Candidates, January', /Delete/);
    await page.getByRole('button', { name: 'Delete Dataset' }).click();
    await page.getByRole('button', { name: 'Undo' }).waitFor();
  }, after: async (page) => {
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Undone').waitFor();
  } },
  'datasets-empty': { at: '/datasets', on: () => empty },
  'datasets-nomatch': { at: '/datasets?q=nothinglikethis' },
  'datasets-error': { at: '/datasets', allow: [/500|Failed to load/], before: (page) => page.route('**/api/datasets*', fault) },
  'datasets-loading': { at: '/datasets', before: (page) => page.route('**/api/datasets*', () => {}) },
  'datasets-offline': { at: '/datasets', allow: [/ERR_FAILED/], act: async (page) => {
    await page.route('**/spanset/api/datasets*', (r) => r.abort());
    await page.getByRole('searchbox').fill('r');
    await page.getByText('is not answering').waitFor();
  } },
  detail: { at: `/datasets/${made[0].id}` },
  'detail-selected': { at: `/datasets/${made[0].id}`, act: (page) => choose(page, 2, 4, 5) },
  'detail-outside': { at: `/datasets/${made[0].id}`, act: async (page) => {
    await choose(page, 2, 4, 5);
    await page.getByRole('searchbox').fill('Question');
    await page.getByText(/match “Question”|outside this search/).first().waitFor();
  } },
  'detail-assign': { at: `/datasets/${made[0].id}`, act: async (page) => {
    await choose(page, 2, 4, 5);
    await page.getByRole('button', { name: 'Assign Topic' }).click();
    await page.keyboard.press('ArrowDown');
  } },
  'detail-delete': { at: `/datasets/${made[0].id}`, act: async (page) => {
    await choose(page, 2, 4, 5);
    await page.getByRole('button', { name: /^Delete 3/ }).click();
  } },
  'detail-topic': { at: `/datasets/${made[0].id}`, act: async (page) => {
    await page.getByRole('button', { name: /^Topic .*edit/ }).nth(2).click();
    await page.getByRole('combobox').fill('s');
    await page.getByRole('option').first().waitFor();
  } },
  'detail-expanded': { at: `/datasets/${made[0].id}?q=rate+limits`, act: async (page) => { await page.getByRole('button', { name: 'Show conversation' }).first().click(); } },
  'detail-focus': { at: `/datasets/${made[0].id}`, act: async (page) => {
    await page.getByRole('searchbox').focus();
    for (let n = 0; n < 10 && !await page.getByRole('grid').evaluate((g) => g === g.getRootNode().activeElement); n++) await page.keyboard.press('Tab');
    for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
  } },
  'detail-sort': { at: `/datasets/${made[0].id}?sort=score`, act: async (page) => { await page.getByRole('button', { name: /^Sort/ }).click(); } },
  'detail-rename': { at: `/datasets/${made[0].id}`, act: async (page) => { await page.getByRole('button', { name: 'Rename dataset' }).click(); } },
  'detail-empty': { at: `/datasets/${made[4].id}` },
  'detail-nomatch': { at: `/datasets/${made[0].id}?q=nothinglikethis` },
  'detail-error': { at: `/datasets/${made[0].id}`, allow: [/500|Failed to load/], before: (page) => page.route('**/records*', fault) },
  'detail-loading': { at: `/datasets/${made[0].id}`, before: (page) => page.route('**/records*', () => {}) },
  'detail-unknown': { at: '/datasets/01890000-0000-7000-8000-000000000000', allow: [/404/] },
  'detail-panel': { at: `/datasets/${made[0].id}`, size: [1056, 900] }, // what is left beside a panel of 384 px
  'trash-empty': { at: '/datasets/trash', on: () => empty },
  trash: { at: '/datasets/trash' },
  'trash-remove': { at: '/datasets/trash', act: async (page) => { await page.getByRole('button', { name: /for good/ }).first().click(); } },
  'fragment-page': { at: '/plugins/spanset/ui/page' },
  'fragment-add': { at: () => `/plugins/spanset/ui/add?selection=${kept}` },
  'fragment-footer': { at: () => { const { trace_id, span_id } = refs[refs.length - 4]; return `/plugins/spanset/ui/footer?trace=${trace_id}&span=${span_id}`; } },
};

const browser = await launch();
let failed = 0, passed = 0;
for (const [name, view] of Object.entries(VIEWS)) {
  if (!opt.only.split(',').some((word) => name.includes(word))) continue;
  for (const theme of ['dark', 'light']) {
    for (const [width, height] of view.size ? [view.size] : [[1440, 900], [1024, 700]]) {
      const file = path.join(opt.out, `${name}-${width}-${theme}.png`);
      const page = await newPage(browser, { theme, width, height, allow: view.allow });
      try {
        await view.before?.(page);
        await page.goto((view.on?.() ?? viewer).url + (typeof view.at === 'function' ? view.at() : view.at));
        await page.waitForTimeout(500);
        await view.act?.(page);
        await page.waitForTimeout(350);
        await page.screenshot({ path: file });
        const found = width !== 1024 ? await axe(page) : [];
        await view.after?.(page);
        const problems = [...page.problems, ...found];
        if (problems.length) throw new Error(problems.join('\n    '));
        passed++;
      } catch (e) {
        await page.screenshot({ path: file }).catch(() => {});
        failed++;
        console.log(`FAIL ${name} ${theme} ${width}: ${e.message.slice(0, 1500)}`);
      }
      await page.context().close();
    }
  }
}
await browser.close();
await viewer.stop();
await empty.stop();
console.log(`${passed} passed, ${failed} failed; pictures in ${opt.out}`);
process.exitCode = failed ? 1 : 0;
