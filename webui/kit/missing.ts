// What a span did not hold, in words. DataInfo lists it as JSON pointers (input.metadata.missing): redacted, cut by an
// attribute limit, damaged, or never recorded by the SDK. Pure; records may have been edited by hand, so nothing about
// the list is taken for granted, and a pointer that nobody here knows is still said readably.
import { count } from './format.js';
import type { DataInfo, Message } from './conversation.js';

export interface Missing {
  /** "tool definitions, tool choice": what is missing, the conversation itself first */
  words: string;
  /** what that means for a dataset, one sentence */
  meaning: string;
  /** part of the conversation is missing, not only settings and ids around it */
  content: boolean;
  /** the pointers as the record has them */
  pointers: ReadonlySet<string>;
}

const MOST_POINTERS = 100_000, MOST_OTHERS = 4;

// Fields that have a name: [words, whether they are several things]. Elements of them fold into the same words.
const FIELDS: Record<string, [words: string, many: boolean]> = {
  '/input/tools': ['tool definitions', true],
  '/input/tool_choice': ['tool choice', false],
  '/input/metadata/model': ['model', false],
  '/input/metadata/provider': ['provider', false],
  '/input/metadata/parameters': ['parameters of the call', true],
  '/output/finish_reason': ['finish reason', false],
  '/output/metadata/usage': ['token counts', true],
  '/output/metadata/cost': ['cost', false],
  '/output/metadata/latency_ms': ['latency', false],
};

/** What info says is missing; null when it says nothing. */
export function missingOf(info: DataInfo | null | undefined): Missing | null {
  const list: unknown = info?.input?.metadata?.missing;
  if (!Array.isArray(list)) return null;
  const pointers = new Set<string>();
  for (const p of list.slice(0, MOST_POINTERS)) if (typeof p === 'string' && p !== '') pointers.add(p);
  if (pointers.size === 0) return null;

  const sides = { input: new Side(info?.input?.messages), output: new Side(info?.output?.messages) };
  const ids = new Set<string>(), named = new Map<string, boolean>(), others: string[] = [];
  for (const pointer of pointers) {
    const [side, at, index, ...rest] = keys(pointer);
    const known = Object.keys(FIELDS).find((f) => pointer === f || pointer.startsWith(`${f}/`));
    const last = rest.at(-1) ?? '';
    if (known) named.set(...FIELDS[known]!);
    else if ((side === 'input' || side === 'output') && at === 'messages') {
      if (last === 'tool_call_id' || (rest[0] === 'tool_calls' && last === 'id')) ids.add('tool call ids');
      else sides[side].add(index, rest);
    } else if (side === 'output' && at === 'tool_calls') {
      if (last === 'id') ids.add('tool call ids');
      else sides.output.add('0', ['tool_calls', index ?? '', ...rest]); // its calls are those of the messages
    } else others.push(words(pointer));
  }

  const conversation = [...sides.input.say('input', 'message'), ...sides.output.say('answer', 'answer')];
  const around: [string, boolean][] = [...named, ...[...ids].map((s): [string, boolean] => [s, true])];
  const rest = others.length > MOST_OTHERS ? [...others.slice(0, MOST_OTHERS - 1), `${count(others.length - MOST_OTHERS + 1)} more fields`] : others;
  const several = around.length + rest.length !== 1 || (around[0]?.[1] ?? false);
  return {
    words: [...conversation, ...around.map(([w]) => w), ...rest].join(', '),
    meaning: conversation.length > 0 ? 'Redacted, cut by an attribute limit or never recorded: check before you rely on it.'
      : `The SDK did not record ${several ? 'them' : 'it'}; the record is complete otherwise.`,
    content: conversation.length > 0,
    pointers,
  };
}

/** Whether the span did not hold the content of the message at a pointer ("/input/messages/3"). A message that says
 *  nothing in a list that is missing is one of those that are. */
export function lacksContent(missing: Missing | null, at: string, m: Message): boolean {
  const p = missing?.pointers;
  return !!p && (p.has(at) || p.has(`${at}/content`) || (!saysSomething(m) && p.has(at.slice(0, at.lastIndexOf('/')))));
}

/** Whether a message says anything: text, parts, calls, a refusal or reasoning. */
export function saysSomething(m: Message | null | undefined): boolean {
  return hasContent(m) || !!m?.refusal || !!m?.reasoning_content || (Array.isArray(m?.tool_calls) && m.tool_calls.length > 0);
}

/** Whether there is content at all. */
export function hasContent(m: Message | null | undefined): boolean {
  const c = m?.content;
  return c !== undefined && c !== null && c !== '' && !(Array.isArray(c) && c.length === 0);
}

// Counts what is missing of the messages of one side: the whole list, whole contents, parts.
class Side {
  private list = false;
  private readonly whole = new Set<string>();
  private readonly part = new Set<string>();
  private readonly messages: Message[];

  constructor(messages: unknown) { this.messages = Array.isArray(messages) ? (messages as Message[]) : []; }

  add(index: string | undefined, rest: string[]): void {
    if (index === undefined) this.list = true;
    else if (rest.length === 0 || (rest.length === 1 && rest[0] === 'content' && !hasContent(this.messages[Number(index)]))) this.whole.add(index);
    else this.part.add(index);
  }

  say(list: 'input' | 'answer', one: 'message' | 'answer'): string[] {
    const these = (s: Set<string>): string => (one === 'answer' && this.messages.length <= 1 ? 'the answer' : s.size === 1 ? `1 ${one}` : `${count(s.size)} ${one}s`);
    for (const i of this.whole) this.part.delete(i);
    if (this.list && !this.messages.some(saysSomething)) return [`the ${list}`]; // which says it for each message
    const said = this.list ? [`part of the ${list}`] : [];
    if (this.whole.size) said.push(`content of ${these(this.whole)}`);
    if (this.part.size) said.push(`part of ${these(this.part)}`);
    return said;
  }
}

const keys = (pointer: string): string[] => pointer.replace(/^\//, '').split('/').map((k) => k.replaceAll('~1', '/').replaceAll('~0', '~'));

// "/input/metadata/user_id" -> "user id", "/output/audio/2/format" -> "audio 3 format"
function words(pointer: string): string {
  const all = keys(pointer), side = all[0] === 'input' || all[0] === 'output' ? all.shift()! : '';
  if (all[0] === 'metadata' && all.length > 1) all.shift();
  const said = all.map((k) => (/^\d{1,9}$/.test(k) ? String(Number(k) + 1) : k.replaceAll('_', ' '))).join(' ').trim() || side || pointer;
  return said.length > 80 ? `${said.slice(0, 79)}…` : said;
}
