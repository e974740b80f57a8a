#!/usr/bin/env node
// screenshots.mjs: every view and state, light and dark, at 1440x900 and 1024x700, to be looked at.
//
//   BUILD=build node tests/soak/screenshots.mjs --out DIR [--only WORD]
//
// Fails when a view shows console errors or axe finds something serious, so it is a test as well.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { axe, launch, newPage } from '../support/browser.mjs';
import { ROOT, startViewer } from '../support/viewer.mjs';

const { values: opt } = parseArgs({ options: { out: { type: 'string' }, only: { type: 'string', default: '' } } });
if (!opt.out) { console.error('usage: screenshots.mjs --out DIR [--only WORD]'); process.exit(2); }
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
  return { made, refs };
}
const { made, refs } = await fill();
const busy = (await viewer.host('GET', 'traces?limit=100')).traces.sort((a, b) => b.span_count - a.span_count)[0];
const call = (await viewer.host('GET', `traces/${busy.trace_id}`)).spans.find((s) => s.kind === 'llm') ?? refs[0];

const select = async (page) => {
  await page.getByRole('button', { name: 'Select', exact: true }).click();
  await page.getByRole('checkbox').nth(1).check();
};
const VIEWS = {
  traces: { at: '/traces' },
  'traces-open': { at: `/traces/${busy.trace_id}` },
  span: { at: `/traces/${call.trace_id ?? busy.trace_id}/${call.span_id}` },
  'traces-select': { at: `/traces/${busy.trace_id}`, act: select },
  'add-dialog': { at: `/traces/${busy.trace_id}`, act: async (page) => {
    await select(page);
    await page.getByRole('button', { name: 'Add to Dataset' }).first().click();
    await page.getByRole('dialog').waitFor();
    await page.getByRole('tab', { name: 'Existing Dataset' }).click();
  } },
  'traces-nomatch': { at: '/traces?text=thereisnosuchword' },
  'traces-empty': { at: '/traces', on: () => empty },
  threads: { at: '/threads' },
  'threads-empty': { at: '/threads', on: () => empty },
  datasets: { at: '/datasets' },
  'datasets-expanded': { at: '/datasets', act: async (page) => { await page.getByRole('button', { name: /Production Regression Set/ }).first().click(); } },
  'datasets-menu': { at: '/datasets', act: async (page) => { await page.getByRole('button', { name: /(actions|menu|more).*RAG|RAG.*(actions|menu|more)/i }).first().click(); } },
  'datasets-delete': { at: '/datasets', act: async (page) => {
    await page.getByRole('button', { name: /(actions|menu|more).*RAG|RAG.*(actions|menu|more)/i }).first().click();
    await page.getByRole('menuitem', { name: /Delete/ }).click();
  } },
  'datasets-empty': { at: '/datasets', on: () => empty },
  'datasets-nomatch': { at: '/datasets?q=nothinglikethis' },
  'datasets-error': { at: '/datasets', allow: [/500|Failed to load/], before: (page) => page.route('**/api/datasets*', (r) => r.fulfill({ status: 500, contentType: 'application/problem+json',
    body: '{"type":"about:blank","title":"storage error","status":500,"code":"io","detail":"The data file could not be read: the disk may be full. Nothing was changed."}' })) },
  'datasets-loading': { at: '/datasets', before: (page) => page.route('**/api/datasets*', () => {}) },
  detail: { at: `/datasets/${made[0].id}` },
  'detail-selected': { at: `/datasets/${made[0].id}`, act: async (page) => { for (const n of [2, 4, 5]) await page.getByRole('checkbox').nth(n).check(); } },
  'detail-expanded': { at: `/datasets/${made[0].id}`, act: async (page) => { await page.getByRole('button', { name: /expand|show conversation/i }).first().click(); } },
  'detail-empty': { at: `/datasets/${made[4].id}` },
  'detail-nomatch': { at: `/datasets/${made[0].id}?q=nothinglikethis` },
  'detail-unknown': { at: '/datasets/01890000-0000-7000-8000-000000000000', allow: [/404/] },
  trash: { at: '/datasets/trash' },
};

const browser = await launch();
let failed = 0, passed = 0;
for (const [name, view] of Object.entries(VIEWS)) {
  if (!name.includes(opt.only)) continue;
  for (const theme of ['dark', 'light']) {
    for (const [width, height] of [[1440, 900], [1024, 700]]) {
      const file = path.join(opt.out, `${name}-${width}-${theme}.png`);
      const page = await newPage(browser, { theme, width, height, allow: view.allow });
      try {
        await view.before?.(page);
        await page.goto((view.on?.() ?? viewer).url + view.at);
        await page.waitForTimeout(700);
        await view.act?.(page);
        await page.waitForTimeout(350);
        await page.screenshot({ path: file });
        const found = width === 1440 ? await axe(page) : [];
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
