// What a span did not hold: JSON pointers in, words out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.mjs';

const { lacksContent, missingOf } = await load('kit/missing.ts');

const say = (role, content, more) => ({ role, content, ...more });
const info = (missing, input = [], output = [say('assistant', 'Yes.')]) => ({ input: { messages: input, metadata: { missing } }, output: { messages: output, tool_calls: [] } });
const words = (...args) => missingOf(info(...args))?.words;

test('nothing is said where nothing is missing, or where the list is none', () => {
  assert.equal(missingOf(null), null);
  assert.equal(missingOf({}), null);
  for (const list of [undefined, null, [], '', '/input/tools', {}, [3, null, ''], [[]]]) assert.equal(missingOf(info(list)), null, JSON.stringify(list));
  assert.equal(missingOf({ input: 3 }), null);
  assert.equal(missingOf({ input: { messages: 'x', metadata: { missing: ['/input/messages/0/content'] } }, output: 'y' }).words, 'content of 1 message');
});

test('what an SDK never records is said quietly, each thing once', () => {
  const m = missingOf(info(['/input/tools', '/input/tool_choice', '/input/tools/2/function/description']));
  assert.equal(m.words, 'tool definitions, tool choice');
  assert.equal(m.content, false);
  assert.match(m.meaning, /^The SDK did not record them;/);
  assert.match(missingOf(info(['/output/finish_reason'])).meaning, /^The SDK did not record it;/);
  assert.match(missingOf(info(['/input/tools'])).meaning, /^The SDK did not record them;/);
  assert.equal(words(['/input/messages/3/tool_calls/0/id', '/input/messages/4/tool_call_id', '/output/tool_calls/0/id', '/output/messages/0/tool_calls/1/id']), 'tool call ids');
});

test('contents are counted, and make the mark a strong one', () => {
  const asked = [say('system', null), say('user', ''), say('assistant', []), say('user', 'cut off he')];
  const m = missingOf(info(['/input/tools', '/input/messages/0/content', '/input/messages/1/content', '/input/messages/2/content', '/input/messages/3/content'], asked));
  assert.equal(m.words, 'content of 3 messages, part of 1 message, tool definitions');
  assert.equal(m.content, true);
  assert.match(m.meaning, /check before you rely on it/);
  assert.equal(words(['/input/messages/1/content', '/input/messages/1/content/0'], asked), 'content of 1 message');
  assert.equal(words(['/input/messages/3/content/0', '/input/messages/3/content/1', '/input/messages/9/content/0'], asked), 'part of 2 messages');
});

test('a list that is missing as a whole speaks for its messages', () => {
  assert.equal(words(['/input/messages']), 'the input');
  assert.equal(words(['/input/messages', '/input/messages/0/content'], [say('user', null)]), 'the input');
  assert.equal(words(['/input/messages'], [say('user', 'Hello')]), 'part of the input');
  assert.equal(words(['/input/messages', '/input/messages/1/content'], [say('user', 'Hello'), say('user', null)]), 'part of the input, content of 1 message');
  assert.equal(words(['/output/messages', '/output/messages/0/content'], [], [say('assistant', null)]), 'the answer');
  assert.equal(words(['/output/messages'], [], [say('assistant', null, { tool_calls: [{}] })]), 'part of the answer');
  assert.equal(words(['/output/messages/0/content'], [], [say('assistant', null)]), 'content of the answer');
  assert.equal(words(['/output/messages/0/content', '/output/messages/2/content'], [], [say('assistant', null), say('assistant', 'b'), say('assistant', null)]), 'content of 2 answers');
});

test('a message lacks its content when it is named, and when it is empty in a list that is missing', () => {
  const lacks = (missing, m, at = '/output/messages/0') => lacksContent(missingOf(info(missing)), at, m);
  assert.equal(lacksContent(null, '/output/messages/0', say('assistant', null)), false);
  assert.equal(lacks(['/output/messages/0/content'], say('assistant', 'cut')), true);
  assert.equal(lacks(['/output/messages/0'], say('assistant', null)), true);
  assert.equal(lacks(['/output/messages'], say('assistant', null)), true);
  assert.equal(lacks(['/output/messages'], say('assistant', 'here')), false);
  assert.equal(lacks(['/output/messages'], say('assistant', null, { tool_calls: [{}] })), false);
  assert.equal(lacks(['/input/messages'], say('assistant', null)), false);
  assert.equal(lacks(['/output/messages/0/content'], say('assistant', null), '/output/messages/1'), false);
});

test('a pointer that nobody knows is readable, and many of them do not fill the page', () => {
  assert.equal(words(['/input/metadata/user_id']), 'user id');
  assert.equal(words(['/output/audio/1/format_name']), 'audio 2 format name');
  assert.equal(words(['/a~1b/c~0d']), 'a/b c~d');
  assert.equal(words(['/']), '/');
  assert.equal(words(['no pointer']), 'no pointer');
  assert.equal(words(['/input']), 'input');
  assert.equal(words(['/input/messages/0/refusal'], [say('user', 'x')]), 'part of 1 message');
  assert.ok(words([`/${'x'.repeat(5000)}`]).length <= 80);
  assert.equal(words(Array.from({ length: 1200 }, (_, n) => `/input/x${n}`)), 'x0, x1, x2, 1,197 more fields');
  assert.equal(words(['/input/toolsmith', '/input/tools']), 'tool definitions, toolsmith');
});

test('a hundred thousand pointers take no time', () => {
  const began = performance.now();
  const m = missingOf(info(Array.from({ length: 250_000 }, (_, n) => `/input/messages/${n}/content`), Array.from({ length: 1000 }, () => say('user', null))));
  assert.equal(m.words, 'content of 100,000 messages');
  assert.ok(performance.now() - began < 2000);
});
