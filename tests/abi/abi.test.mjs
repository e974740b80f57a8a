// The contract's own tests: the sample plugin passes `harness check`, each broken one fails the rules that it breaks
// and only those, Spanset passes, and the harness serves a page that works. The header's language modes and offsets are
// compile-time: abi.mk builds them before this runs.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launch, newPage } from '../support/browser.mjs';

const ROOT = path.resolve(import.meta.dirname, '..', '..');
const BUILD = path.resolve(ROOT, process.env.BUILD || 'build');
const HARNESS = path.join(BUILD, 'harness');
const FRAGMENTS = path.join(ROOT, 'tests', 'abi', 'fragments.mjs');
const SANITIZED = Boolean(process.env.SANITIZED);
const sample = (rule) => path.join(BUILD, 'tests', 'abi', rule ? `sample-${rule}.so` : 'sample.so');

// Which lines have to say FAIL, by their beginning; `also` may.
const BROKEN = {
  EXPORT: { fails: ['file: exports'] },
  MAJOR: { fails: ['entry: refuses another major'] },
  ID: { fails: ['entry: the table'], rest: true },
  SHORT_HOST: { fails: ['host: a table that ends'] },
  MANDATORY: { fails: ['host: a missing mandatory'] },
  SILENT: { fails: ['host: a missing mandatory'] },
  HOST_MAJOR: { fails: ['host: a host of another major'] },
  SELF: { fails: ['host: a missing mandatory', 'host: a host of another major'], also: ['life: a second activation', 'life: a data directory'] },
  LATE_CALL: { fails: ['life: no host call'] },
  SLOW_STOP: { fails: ['activate: starts, and deactivates', 'life: deactivates within 5 s'], also: ['host:', 'life:'] },
  LOCK: { fails: ['life: a second activation'] },
  SHARED: { fails: ['life: two activations'] },
  URL: { fails: ['endpoint: is a loopback'], also: ['views:', 'actions: what a reply opens', 'life: deactivates', 'life: two activations', 'activate:'] },
  ENDPOINT_SIZE: { fails: ['endpoint: writes no further'] },
  TOKEN: { fails: ['gate: 401'], also: ['gate:', 'life: two activations'] },
  FOREIGN_HOST: { fails: ['gate: 403 for a foreign Host'] },
  MUTATION: { fails: ['gate: 403 for a change without X-Tvp', 'gate: 403 for a change from another site', 'gate: 415'] },
  HEADERS: { fails: ['views: documents carry', 'views: no cookies'] },
  MODULE: { fails: ['views: every module'], also: ['views: documents name', 'actions: what a reply opens'] },
  PATH: { fails: ['views: every page, widget'], also: ['views:'] },
  REPLY: { fails: ['actions: every action replies'], also: ['actions:'] },
  OPEN: { fails: ['actions: what a reply opens'] },
  HEALTH: { fails: ['health:'] },
  PANEL: { fails: ['panel:', 'views: a real host'] },
};

function check(plugin, args = []) {
  return new Promise((resolve, reject) => {
    const child = spawn(HARNESS, ['check', plugin, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE: process.execPath } });
    let out = '', err = '';
    child.stdout.on('data', (d) => { out += d; });
    child.stderr.on('data', (d) => { err += d; });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err, failed: [...out.matchAll(/^FAIL \d+ (.*)$/gm)].map((m) => m[1]), last: out.trim().split('\n').at(-1) }));
  });
}

// Checks mostly wait for listeners to close, so several run at once.
const results = new Map();
before(async () => {
  const jobs = ['SLOW_STOP', ...Object.keys(BROKEN).filter((b) => b !== 'SLOW_STOP')].filter((b) => fs.existsSync(sample(b)));
  const worker = async () => { for (let b; (b = jobs.shift());) results.set(b, await check(sample(b))); };
  if (!SANITIZED) await Promise.all(Array.from({ length: 6 }, worker)); // crashing on purpose is not for sanitizers
}, { timeout: 200_000 });

let browser;
after(() => browser?.close());

test('the sample plugin passes every rule, in a browser too', { timeout: 120_000 }, async () => {
  const { code, out, err, failed, last } = await check(sample(), SANITIZED ? [] : ['--browser', FRAGMENTS]);
  assert.deepEqual(failed, [], out + err);
  assert.equal(code, 0);
  assert.match(last, /^\d+ passed, 0 failed$/);
  if (!SANITIZED) assert.doesNotMatch(out, /^skip/m);
});

test('spanset.so passes every rule', { timeout: 120_000 }, async () => {
  const { code, out, err, failed } = await check(path.join(BUILD, 'spanset.so'), SANITIZED ? [] : ['--browser', FRAGMENTS]);
  assert.deepEqual(failed, [], out + err);
  assert.equal(code, 0);
});

for (const [name, { fails, also = [], rest }] of Object.entries(BROKEN))
  test(`a plugin that breaks ${name} fails the right rules`, { skip: SANITIZED && 'crashes on purpose' }, () => {
    const result = results.get(name);
    assert.ok(result, `sample-${name}.so is not built`);
    const { code, out, err, failed } = result;
    assert.equal(code, 1, out + err);
    for (const f of fails) assert.ok(failed.some((l) => l.startsWith(f)), `no FAIL for "${f}" in:\n${out}${err}`);
    if (rest) return;
    const stray = failed.filter((l) => ![...fails, ...also].some((f) => l.startsWith(f)));
    assert.deepEqual(stray, [], out + err);
  });

test('broken spanMarks are noticed in a browser', { skip: SANITIZED && 'covered by the plain build', timeout: 120_000 }, async () => {
  const { failed, out, err } = await check(sample('MARKS'), ['--browser', FRAGMENTS]);
  assert.deepEqual(failed.map((l) => l.slice(0, 18)), ['browser: spanMarks'], out + err);
});

test('what is no plugin is refused with a sentence', async () => {
  for (const file of [path.join(ROOT, 'Makefile'), path.join(BUILD, 'viewer')].filter((f) => fs.existsSync(f))) {
    const { code, failed } = await check(file);
    assert.equal(code, 1);
    assert.ok(failed.length > 10);
  }
  assert.equal((await check('/nowhere/x.so')).code, 2);
});

// ---- serve ----

async function serve(args = []) {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'harness-test-'));
  const child = spawn(HARNESS, ['serve', sample(), '--listen', '127.0.0.1:0', '--data', data, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '', err = '';
  child.stderr.on('data', (d) => { err += d; });
  const url = await new Promise((resolve, reject) => {
    child.stdout.on('data', (d) => { out += d; const m = out.match(/http:\/\/127\.0\.0\.1:\d+/); if (m) resolve(m[0]); });
    child.once('exit', (code) => reject(new Error(`harness serve ended with ${code}: ${err}`)));
  });
  return { url, stop: () => new Promise((resolve) => {
    child.removeAllListeners('exit');
    child.once('exit', (code) => { fs.rmSync(data, { recursive: true, force: true }); resolve({ code, err }); });
    child.kill('SIGTERM');
  }) };
}

test('serve: its calls, its gate and the plugin behind its proxy', async () => {
  const h = await serve();
  try {
    const json = async (p, init) => { const r = await fetch(h.url + p, init); return { status: r.status, body: await r.json() }; };
    const { body: { plugins } } = await json('/api/plugins');
    assert.equal(plugins[0].id, 'sample');
    assert.deepEqual(plugins[0].pages[0], { id: 'samples', title: 'Samples', icon: 'flag', route: '/samples', path: 'ui/page', element: 'sample-page', module: 'ui/sample.js' });
    assert.equal(plugins[0].panels[0].side, 'right');
    const { body: { spans, total } } = await json('/api/spans?kind=llm');
    assert.equal(total, 3);
    assert.equal((await json('/api/spans?colour=red')).status, 400);
    const body = JSON.stringify({ spans: spans.slice(0, 2).map(({ trace_id, span_id }) => ({ trace_id, span_id })), view: 'traces' });
    const headers = { 'Content-Type': 'application/json', 'X-Tvp': '1' };
    const press = (action, b = body, h2 = headers) => json(`/api/plugins/sample/actions/${action}`, { method: 'POST', headers: h2, body: b });
    assert.deepEqual((await press('count')).body, { toast: '2 spans' });
    assert.equal((await press('compare')).body.open.element, 'sample-dialog');
    assert.equal((await press('nothing')).status, 404);
    assert.equal((await press('compare', JSON.stringify({ spans: [] }))).status, 422);
    assert.equal((await press('count', JSON.stringify({ filter: { colour: 'red' } }))).status, 400);
    assert.deepEqual((await press('count', JSON.stringify({ filter: { kind: 'llm' } }))).body, { toast: '3 spans' });
    assert.equal((await press('count', body, { 'Content-Type': 'application/json' })).status, 403);
    assert.equal((await press('count', body, { 'Content-Type': 'text/plain', 'X-Tvp': '1' })).status, 415);
    assert.equal((await json('/plugins/sample/api/hello')).body.text, 'Sample page');
    assert.equal((await fetch(`${h.url}/plugins/sample/api/hello`, { method: 'POST' })).status, 403);
    assert.equal((await fetch(`${h.url}/samples/deep/link`)).status, 200);
    assert.equal((await fetch(`${h.url}/nothing`)).status, 404);
  } finally {
    const { code, err } = await h.stop();
    assert.equal(code, 0, err);
    assert.doesNotMatch(err, /Sanitizer|runtime error/);
  }
});

test('serve: spans, selection, dialog, footer, marks, page and panel in a browser', { timeout: 90_000 }, async () => {
  const h = await serve();
  browser ??= await launch();
  const page = await newPage(browser);
  try {
    await page.goto(h.url);
    const boxes = page.locator('tbody input[type=checkbox]');
    await boxes.first().waitFor();
    assert.equal(await boxes.count(), 5);
    await page.locator('.mark', { hasText: 'sample' }).first().waitFor();
    assert.ok(await page.getByRole('button', { name: 'Compare' }).isDisabled());
    await boxes.nth(0).check();
    await boxes.nth(1).check();
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.locator('dialog sample-dialog').waitFor();
    assert.equal(await page.evaluate(() => document.querySelector('sample-dialog').shadowRoot.textContent), '2 spans');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Count' }).click();
    await page.getByText('2 spans', { exact: true }).waitFor();
    await page.locator('td .link').first().click();
    await page.locator('sample-footer').waitFor();
    await page.getByRole('link', { name: 'Samples' }).click();
    await page.locator('main sample-page').waitFor();
    assert.equal(new URL(page.url()).pathname, '/samples');
    await page.reload();
    await page.locator('main sample-page').waitFor();
    await page.getByRole('button', { name: 'Samples' }).click();
    await page.locator('aside sample-page').waitFor();
    assert.deepEqual(page.problems, []);
  } finally {
    await page.context().close();
    await h.stop();
  }
});
