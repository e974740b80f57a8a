#!/usr/bin/env node
// fragments.mjs URL: the rules of `harness check --browser` that need a browser, against a running harness at URL.
// Prints "alone ok", "defines FAIL why", "marks skip why": one line per rule.
import { launch, newPage } from '../support/browser.mjs';

const base = process.argv[2];
const DEFINED_MS = 2000, SETTLE_MS = 10_000;
const verdict = (word, problems, skip) => console.log(`${word} ${skip ? `skip ${skip}` : problems.length ? `FAIL ${problems[0].replace(/\s+/g, ' ').slice(0, 500)}` : 'ok'}`);
const get = async (path) => (await fetch(base + path)).json();

const { plugins } = await get('/api/plugins');
const { spans } = await get('/api/spans?limit=50');
const refs = spans.map(({ trace_id, span_id }) => ({ trace_id, span_id }));
const views = plugins.flatMap((p) => [
  ...p.pages, ...p.panels,
  ...p.widgets.map((w) => ({ ...w, path: `${w.path}?trace=${refs[0].trace_id}&span=${refs[0].span_id}` })),
].map((v) => ({ ...v, url: base + p.base + v.path, moduleUrl: v.module && base + p.base + v.module, id: `${p.id}/${v.id}` })));
const marking = plugins.flatMap((p) => p.widgets.filter((w) => w.module).map((w) => ({ id: `${p.id}/${w.id}`, url: base + p.base + w.module })));

// Something to see: text or an image anywhere in the document, shadow roots included.
const hasContent = () => {
  const look = (node) => {
    for (const child of node.childNodes) {
      if (child.nodeType === 3 && child.textContent.trim() && !['STYLE', 'SCRIPT', 'TITLE'].includes(child.parentNode.nodeName)) return true;
      if (child.nodeType === 1 && (['IMG', 'SVG', 'CANVAS', 'INPUT'].includes(child.nodeName.toUpperCase()) || look(child) || (child.shadowRoot && look(child.shadowRoot)))) return true;
    }
    return false;
  };
  return look(document.body);
};

/** The document by itself, in a tab and in an iframe of an empty page: it shows something and complains about nothing. */
async function alone(browser, problems) {
  for (const v of views)
    for (const framed of [false, true]) {
      const page = await newPage(browser), where = `${v.path}${framed ? ' in an iframe' : ''}`;
      try {
        let frame = page.mainFrame();
        if (framed) {
          await page.goto(`${base}/api/info`);
          await page.evaluate((src) => new Promise((done) => {
            document.body.replaceChildren(Object.assign(document.createElement('iframe'), { src, onload: done }));
          }), v.url);
          frame = page.frames().find((f) => f !== page.mainFrame());
        } else {
          await page.goto(v.url);
        }
        await frame.waitForFunction(hasContent, undefined, { timeout: SETTLE_MS }).catch(() => problems.push(`${where} stays empty`));
        await page.waitForTimeout(200);
        if (page.problems.length) problems.push(`${where} says in the console: ${page.problems[0]}`);
      } catch (e) {
        problems.push(`${where}: ${e.message}`);
      }
      await page.context().close();
    }
}

async function defines(browser, problems) {
  const page = await newPage(browser);
  await page.goto(`${base}/api/info`);
  for (const v of views.filter((x) => x.element)) {
    const why = await page.evaluate(async ({ module, element, ms }) => {
      const late = new Promise((r) => { setTimeout(() => r(`${element} is not defined ${ms} ms after the import`), ms); });
      const ready = import(module).then(() => customElements.whenDefined(element)).then(() => '', (e) => `importing fails: ${e.message}`);
      const why = await Promise.race([ready, late]);
      if (why) return why;
      await import(`${module}?again`).catch((e) => { throw new Error(`a second import fails: ${e.message}`); });
      return document.createElement(element) instanceof customElements.get(element) ? '' : `${element} cannot be created`;
    }, { module: v.moduleUrl, element: v.element, ms: DEFINED_MS }).catch((e) => e.message);
    if (why) problems.push(`${v.id}: ${why}`);
  }
  await page.context().close();
}

async function marks(browser, problems) {
  const page = await newPage(browser);
  let exported = 0;
  await page.goto(`${base}/api/info`);
  for (const m of marking) {
    const result = await page.evaluate(async ({ url, refs }) => {
      const { spanMarks } = await import(url);
      if (spanMarks === undefined) return { none: true };
      if (typeof spanMarks !== 'function') return { why: 'it is no function' };
      const strange = [{ trace_id: 'f'.repeat(32), span_id: 'f'.repeat(16) }];
      for (const given of [refs, [], strange]) {
        const promise = spanMarks(structuredClone(given));
        if (typeof promise?.then !== 'function') return { why: 'it returns no promise' };
        const got = await promise;
        if (!Array.isArray(got)) return { why: 'its promise gives no array' };
        for (const mark of got) {
          const known = given.some((r) => r.trace_id === mark?.trace_id && r.span_id === mark?.span_id);
          if (!known) return { why: `it marks a span that was not asked for: ${JSON.stringify(mark)}` };
          if (typeof mark.text !== 'string' || !mark.text) return { why: `a mark has no text: ${JSON.stringify(mark)}` };
          for (const key of ['title', 'href'])
            if (mark[key] !== undefined && typeof mark[key] !== 'string') return { why: `${key} is no string: ${JSON.stringify(mark)}` };
        }
      }
      return {};
    }, { url: m.url, refs }).catch((e) => ({ why: e.message }));
    if (!result.none) exported++;
    if (result.why) problems.push(`spanMarks of ${m.id}: ${result.why}`);
  }
  await page.context().close();
  return exported;
}

const browser = await launch();
try {
  const problems = { alone: [], defines: [], marks: [] };
  await alone(browser, problems.alone);
  verdict('alone', problems.alone, views.length ? '' : 'registers nothing to see');
  await defines(browser, problems.defines);
  verdict('defines', problems.defines, views.some((v) => v.element) ? '' : 'registers no element');
  const exported = await marks(browser, problems.marks);
  verdict('marks', problems.marks, exported || problems.marks.length ? '' : 'exports no spanMarks');
} finally {
  await browser.close();
}
