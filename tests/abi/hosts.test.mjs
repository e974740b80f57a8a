// The two hosts printed in host-api/README.md are taken out of it and run: the page has to stay true.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { freePort } from '../support/viewer.mjs';

const ROOT = path.resolve(import.meta.dirname, '..', '..');
const BUILD = path.resolve(ROOT, process.env.BUILD || 'build');
const SAMPLE = path.join(BUILD, 'tests', 'abi', 'sample.so');
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'hosts-test-'));
const skip = process.env.SANITIZED && 'a plain host cannot load a sanitized plugin';
after(() => fs.rmSync(dir, { recursive: true, force: true }));

function example(name) {
  const text = fs.readFileSync(path.join(ROOT, 'host-api', 'README.md'), 'utf8');
  const found = text.match(new RegExp(`<!-- ${name.replace('.', '\\.')} -->\\n\`\`\`\\w+\\n([\\s\\S]*?)\n\`\`\``));
  assert.ok(found, `README.md has no ${name}`);
  const file = path.join(dir, name);
  fs.writeFileSync(file, `${found[1]}\n`);
  return file;
}

test('the C host compiles without a warning and runs', { skip }, () => {
  const bin = path.join(dir, 'host');
  execFileSync('gcc', ['-std=c11', '-Wall', '-Wextra', '-Wpedantic', '-Werror', `-I${ROOT}/host-api`, example('host.c'), '-ldl', '-o', bin]);
  fs.mkdirSync(path.join(dir, 'c'));
  const out = execFileSync(bin, [SAMPLE, path.join(dir, 'c')], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  assert.match(out, /page Samples at \/samples/);
  assert.match(out, /action Count/);
  assert.match(out, /widget Samples of this span/);
  assert.match(out, /Sample listens at http:\/\/127\.0\.0\.1:\d+/);
});

const hasPython = (() => { try { execFileSync('python3', ['--version']); return true; } catch { return false; } })();

test('the Python host serves the plugin through its proxy', { skip: skip || (!hasPython && 'no python3'), timeout: 30_000 }, async () => {
  fs.mkdirSync(path.join(dir, 'py'));
  const child = spawn('python3', [example('host.py'), SAMPLE, path.join(dir, 'py'), String(await freePort())], { stdio: ['ignore', 'pipe', 'pipe'] });
  let err = '';
  child.stderr.on('data', (d) => { err += d; });
  const ended = new Promise((r) => { child.once('exit', (code) => r(code)); });
  try {
    const url = await new Promise((resolve, reject) => {
      let out = '';
      child.stdout.on('data', (d) => { out += d; const m = out.match(/http:\/\/\S+/); if (m) resolve(m[0]); });
      ended.then((code) => reject(new Error(`ended with ${code}: ${err}`)));
    });
    const page = await fetch(url);
    assert.equal(page.status, 200);
    assert.match(page.headers.get('content-security-policy'), /frame-ancestors 'self'/);
    assert.equal((await (await fetch(new URL('../api/hello', url))).json()).text, 'Sample page');
    assert.equal((await fetch(new URL('../api/hello', url), { method: 'POST' })).status, 403);
    const events = await fetch(new URL('../api/events', url));
    const reader = events.body.getReader();
    let text = '';
    while (!text.includes('event: tick')) {
      const { value, done } = await reader.read();
      assert.ok(!done, text);
      text += new TextDecoder().decode(value);
    }
    await reader.cancel();
  } finally {
    child.kill('SIGINT');
    assert.equal(await ended, 0, err);
  }
});
