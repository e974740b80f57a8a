#!/usr/bin/env node
// run.mjs: runs test programs and test files, prints a line for each and at the end "N passed, N failed".
//
//   node tests/run.mjs --build DIR [--sanitizer address|thread] [--sanitized DIR] SUITE...
//
// Suites: unit (cmocka programs in DIR/tests/unit), fuzz-seeds (DIR/tests/fuzz/*-replay over tests/fixtures/fuzz),
// webui, abi, http, ui (node:test files in tests/<suite>/*.test.mjs, which get BUILD=DIR), types (tsc over the UI).
// With --sanitized, unit, fuzz-seeds, abi and http run a second time on that build (ASan and UBSan). --sanitizer says
// what DIR itself was built with. Test files find its name in SANITIZED, which is empty in a plain build.
// A program that crashes, prints no count or runs over its time
// counts as one failure, so silence is never success.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const { values: opt, positionals: suites } = parseArgs({
  options: { build: { type: 'string', default: 'build' }, sanitizer: { type: 'string', default: '' }, sanitized: { type: 'string' }, node: { type: 'string', default: process.execPath } },
  allowPositionals: true,
});
const MINUTES = { unit: 3, 'fuzz-seeds': 2, abi: 4, http: 5, ui: 8, types: 3, webui: 1 };
const suppressions = (name) => `suppressions=${path.join(root, 'tests', `${name}.supp`)}`;
const SANITIZER_ENV = {
  '': {},
  address: {
    ASAN_OPTIONS: 'detect_leaks=1:abort_on_error=0:exitcode=99:detect_stack_use_after_return=1',
    UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
    LSAN_OPTIONS: `${suppressions('lsan')}:print_suppressions=0`,
  },
  thread: { TSAN_OPTIONS: `halt_on_error=1:second_deadlock_stack=1:${suppressions('tsan')}` },
};
const SLOWER = { '': 1, address: 2, thread: 3 }; // times are multiplied by that

const list = (dir, test) => (fs.existsSync(dir) ? fs.readdirSync(dir).filter(test).sort().map((f) => path.join(dir, f)) : []);
const hasSource = (dir) => (f) => !f.includes('.') && fs.existsSync(path.join(root, 'tests', dir, `${f.replace(/-replay$/, '')}.c`)); // no leftovers

function jobsOf(suite, build, sanitizer) {
  const env = { BUILD: path.resolve(build), SANITIZED: sanitizer, ...SANITIZER_ENV[sanitizer] };
  const tag = { '': '', address: ' (asan)', thread: ' (tsan)' }[sanitizer], minutes = MINUTES[suite] * SLOWER[sanitizer];
  const job = (file, cmd, args, count, extra = {}) => ({ minutes, name: `${path.relative(root, file)}${tag}`, cmd, args, count, env: { ...env, ...extra } });
  switch (suite) {
    case 'unit': {
      const built = list(path.join(build, 'tests', 'unit'), hasSource('unit'));
      return built.map((f) => job(f, f, [], countTap, { CMOCKA_MESSAGE_OUTPUT: 'TAP' }));
    }
    case 'fuzz-seeds':
      return list(path.join(build, 'tests', 'fuzz'), (f) => f.endsWith('-replay') && hasSource('fuzz')(f)).map((f) => {
        const seeds = list(path.join(root, 'tests', 'fixtures', 'fuzz', path.basename(f, '-replay')), (s) => !s.startsWith('.'));
        return job(f, f, seeds, (out, code) => (code === 0 ? { passed: seeds.length, failed: seeds.length ? 0 : 1 } : { passed: 0, failed: 1 }));
      });
    case 'types':
      return [job(path.join(root, 'webui', 'build.mjs'), opt.node, [path.join(root, 'webui', 'build.mjs'), '--check'],
        (out, code) => (code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }))];
    default:
      return list(path.join(root, 'tests', suite), (f) => f.endsWith('.test.mjs'))
        .map((f) => job(f, opt.node, ['--test', '--test-reporter=tap', f], countNode));
  }
}

function countTap(out) {
  // cmocka writes a skipped test as "not ok 1 # SKIP name", against TAP.
  const n = (re) => (out.match(re) ?? []).length, skipped = n(/^(not )?ok \d+ # SKIP/gm);
  return { passed: n(/^ok \d+(?! # SKIP)/gm), failed: n(/^not ok \d+(?! # SKIP)/gm), skipped };
}
function countNode(out) {
  const n = (word) => Number(out.match(new RegExp(`^# ${word} (\\d+)`, 'm'))?.[1] ?? 0);
  return { passed: n('pass'), failed: n('fail') + n('cancelled'), skipped: n('skipped') };
}

function run(job) {
  return new Promise((resolve) => {
    const begun = Date.now();
    const child = spawn(job.cmd, job.args, { cwd: root, env: { ...process.env, ...job.env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let out = '', late = false;
    const timer = setTimeout(() => { late = true; try { process.kill(-child.pid, 'SIGKILL'); } catch { /* gone */ } }, job.minutes * 60_000);
    for (const s of [child.stdout, child.stderr]) s.on('data', (d) => { out += d; });
    const done = (code, why) => {
      clearTimeout(timer);
      const count = job.count(out, code);
      const report = /(ERROR|WARNING): \w+Sanitizer|^\S+:\d+:\d+: runtime error:/m.exec(out);
      const silent = count.passed + count.failed + (count.skipped ?? 0) === 0;
      if ((code !== 0 || silent || report) && count.failed === 0) count.failed = 1;
      const seconds = ((Date.now() - begun) / 1000).toFixed(1);
      console.log(`${count.failed ? 'FAIL' : 'ok  '} ${job.name}: ${count.passed} passed, ${count.failed} failed, ${count.skipped ? `${count.skipped} skipped, ` : ''}${seconds} s${late ? ' (over its time)' : ''}`);
      if (count.failed) console.log(excerpt(out, why ?? `exit ${code}`));
      resolve(count);
    };
    child.on('error', (e) => done(127, e.message));
    child.on('close', (code, signal) => done(signal ? 128 : code, signal && `killed by ${signal}`));
  });
}

function excerpt(out, why) {
  const lines = out.split('\n'), shown = lines.filter((l) => !/^\s*(ok \d|# (Subtest|tests|suites|pass|fail|cancelled|skipped|todo|duration_ms)\b|duration_ms|---|\.\.\.|type:)/.test(l));
  return [...shown.slice(0, 20), ...(shown.length > 80 ? ['    [...]'] : []), ...shown.slice(Math.max(20, shown.length - 60))]
    .map((l) => `    | ${l}`).join('\n') + `\n    ${why}`;
}

async function runAll(jobs, width) {
  const total = { passed: 0, failed: 0 };
  const worker = async () => {
    for (let job; (job = jobs.shift());) {
      const count = await run(job);
      total.passed += count.passed;
      total.failed += count.failed;
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return total;
}

// First what computes, one job a core. Then what mostly waits for servers, one more than cores, the slowest suite first.
// Then what measures frames and times in a browser, which needs the machine for itself.
const begun = Date.now();
const cores = Math.max(1, Math.min(4, os.cpus().length));
const WAITING = ['abi', 'http'], ALONE = ['ui'];
const total = { passed: 0, failed: 0 };
const add = (part) => { total.passed += part.passed; total.failed += part.failed; };
const all = (names) => names.flatMap((suite) => {
  const jobs = jobsOf(suite, opt.build, opt.sanitizer);
  if (opt.sanitized && ['unit', 'fuzz-seeds', 'abi', 'http'].includes(suite)) jobs.push(...jobsOf(suite, opt.sanitized, 'address'));
  if (!jobs.length) { console.log(`FAIL ${suite}: nothing to run`); total.failed++; }
  return jobs;
});
add(await runAll(all(suites.filter((s) => !WAITING.includes(s) && !ALONE.includes(s))), cores));
add(await runAll(all(WAITING.filter((s) => suites.includes(s))), cores + 1));
add(await runAll(all(ALONE.filter((s) => suites.includes(s))), 1));
console.log(`${((Date.now() - begun) / 60_000).toFixed(1)} minutes`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed ? 1 : 0;
