// The kit's pure parts: numbers and times, JSON that keeps its bytes, topic hues.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.mjs';

const f = await load('kit/format.ts');
const j = await load('kit/json.ts');
const t = await load('kit/tokens.ts');

test('counts and plurals', () => {
  assert.equal(f.plural(1, 'record'), '1 record');
  assert.equal(f.plural(0, 'record'), '0 records');
  assert.equal(f.plural(1402, 'entry', 'entries'), '1,402 entries');
  assert.equal(f.compact(9999), '9,999');
  assert.equal(f.compact(12345), '12.3 k');
  assert.equal(f.compact(999_499), '999 k');
  assert.equal(f.compact(999_500), '1 M');
  assert.equal(f.compact(4_100_000), '4.1 M');
});

test('tokens: unknown is not zero', () => {
  assert.equal(f.tokens(1204, 68), '1,204 / 68');
  assert.equal(f.tokens(0, undefined), '0 / –');
  assert.equal(f.tokens(undefined, null), '');
});

test('durations at the edges of their units', () => {
  for (const [ms, text] of [[0, '0 ms'], [0.5, '0.5 ms'], [999.4, '999 ms'], [999.6, '1.00 s'], [1840, '1.84 s'], [9994, '9.99 s'],
    [9995, '10.0 s'], [59_949, '59.9 s'], [59_950, '1 min'], [123_000, '2 min 3 s'], [3_600_000, '1 h'], [3_900_000, '1 h 5 min']])
    assert.equal(f.duration(ms), text, String(ms));
});

test('bytes and dollars', () => {
  for (const [n, text] of [[999, '999 B'], [1000, '1 KB'], [21_000_000, '21 MB'], [1_800_000_000, '1.8 GB'], [999_600, '1 MB']]) assert.equal(f.bytes(n), text);
  for (const [n, text] of [[0, '$0'], [41.07, '$41.07'], [1234.5, '$1,234.50'], [0.0042, '$0.0042'], [0.5, '$0.50'], [1e-9, '<$0.000001']]) assert.equal(f.cost(n), text);
});

test('times are told from the reader\'s day', () => {
  const now = new Date(2026, 0, 2, 12, 0, 0).getTime();
  assert.equal(f.ago(now - 30_000, now), 'just now');
  assert.equal(f.ago(now - 12 * 60_000, now), '12 min ago');
  assert.equal(f.ago(now - 5 * 3_600_000, now), '5 h ago');
  assert.equal(f.ago(now - 13 * 3_600_000, now), 'Yesterday');
  assert.equal(f.agoInText(now - 13 * 3_600_000, now), 'yesterday');
  assert.equal(f.ago(now - 9 * 86_400_000, now), '24 Dec 2025');
  assert.equal(f.dayName(now, now), 'Today');
  assert.equal(f.ago('nonsense', now), '');
});

test('pretty JSON keeps the bytes of numbers and strings', () => {
  const text = '{"id":12345678901234567890,"x":1.0,"e":1E400,"s":"a\\u00e9\\/ \\"{[","deep":{"list":[1,2,{"k":"long enough to make the line too long for one"}],"n":null},"empty":{},"none":[]}';
  const pretty = j.prettyJson(text, 40);
  for (const piece of ['12345678901234567890', '1.0', '1E400', '"a\\u00e9\\/ \\"{["', '"empty": {}', '"none": []']) assert.ok(pretty.includes(piece), piece);
  assert.deepEqual(JSON.parse(pretty), JSON.parse(text));
  assert.equal(j.prettyJson('{"a":1,"b":[true,null]}'), '{ "a": 1, "b": [true, null] }');
  assert.match(pretty, /\n {2}"id"/);
});

test('what is no JSON is left alone', () => {
  assert.equal(j.isJson('hello'), false);
  assert.equal(j.isJson('{"a":'), false);
  assert.equal(j.isJson('"just a string"'), false);
  assert.equal(j.isJson(' [1] '), true);
});

test('pretty JSON takes time in proportion to its length', () => {
  const text = `[${Array.from({ length: 40_000 }, (_, n) => `{"n":${n},"s":"some words that fill"}`).join(',')}]`;
  const start = performance.now();
  j.prettyJson(text);
  assert.ok(performance.now() - start < 3000);
});

test('a topic has the same hue however it is written', () => {
  assert.equal(t.topicHue('Travel'), t.topicHue('TRAVEL'));
  assert.equal(t.topicHue('travel'), 9);
  for (const x of ['', 'ä', '日本語', 'safety']) assert.ok(t.topicHue(x) >= 0 && t.topicHue(x) < 10);
});
