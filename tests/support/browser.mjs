// browser.mjs: Debian's Chromium through playwright-core from webui/node_modules.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ROOT } from './viewer.mjs';

const require = createRequire(path.join(ROOT, 'webui', 'package.json'));
export const { chromium } = require('playwright-core');
export const AXE_SOURCE = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--font-render-hinting=none'];

export function launch() {
  const executablePath = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find((f) => fs.existsSync(f));
  if (!executablePath) throw new Error('no Chromium: run "make deps-test"');
  return chromium.launch({ executablePath, args: FLAGS });
}

/** A page that fails the test on console errors, uncaught errors and CSP violations. `allow`: patterns to let pass. */
export async function newPage(browser, { theme = 'dark', width = 1440, height = 900, allow = [], ...rest } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, reducedMotion: 'reduce', ...rest });
  const page = await context.newPage();
  page.problems = [];
  const note = (text) => { if (!allow.some((p) => p.test(text))) page.problems.push(text); };
  page.on('console', (m) => { if (m.type() === 'error') note(`${m.text()} (${m.location().url})`); });
  page.on('pageerror', (e) => note(`uncaught: ${e.stack ?? e.message}`));
  return page;
}

/** axe's serious and critical findings, shadow roots included: [] is what you want. The page's CSP forbids injected
 *  scripts, so axe goes in through the debugger. */
export async function axe(page) {
  await page.evaluate(AXE_SOURCE);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  return found.violations.filter((v) => ['serious', 'critical'].includes(v.impact))
    .map((v) => `${v.id}: ${v.help} (${v.nodes.slice(0, 3).map((n) => n.target.flat().join(' ')).join('; ')})`);
}
