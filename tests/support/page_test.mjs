// page_test.mjs: tests of a page in the browser.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPage } from './browser.mjs';

/** Gives onPage(name, options, run): a test with a page of its own, which must end without console errors. `browser()`
 *  is asked for when the test runs. */
export const pageTest = (browser) => (name, options, run) => {
  test(name, async () => {
    const page = await newPage(browser(), options);
    page.setDefaultTimeout(20_000);
    try {
      await run(page);
      assert.deepEqual(page.problems, []);
    } finally {
      await page.context().close();
    }
  });
};
