// JSON text for people: indented and coloured without being parsed and printed again, so numbers and strings keep their
// bytes (a 64-bit id stays what it is).
import { css, html, type TemplateResult } from 'lit';

export const jsonCss = css`
  pre, .js-box { font: 400 var(--_mono-md)/18px var(--_mono); white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 2; }
  .js-box { padding: 6px 10px; border: 1px solid var(--_border); border-radius: var(--_radius-sm); background: var(--_bg); margin-top: 4px; max-height: 420px; overflow: auto; }
  .jk { color: var(--_j-key); } .jstr { color: var(--_j-str); } .jn { color: var(--_j-num); } .jw { color: var(--_j-kw); }
`;

// strings, numbers and words, punctuation; anything else is one character that is no JSON
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:]|\s+|[^]/g;
const COLOUR_MAX = 200_000; // characters; longer texts stay plain

/** Whether the text is one JSON object or array (what is worth printing prettily). */
export function isJson(text: string): boolean {
  const t = text.trim();
  if (!/^[{[]/.test(t) || !/[}\]]$/.test(t) || t.length > COLOUR_MAX * 10) return false;
  try {
    JSON.parse(t);
    return true;
  } catch {
    return false;
  }
}

/** Re-indented by two spaces. Containers whose one-line form fits into `width` stay on one line. */
export function prettyJson(text: string, width = 76): string {
  const tokens = (text.match(TOKEN) ?? []).filter((t) => !/^\s+$/.test(t));
  // One-line length of each container, from its opening bracket.
  const flat = new Int32Array(tokens.length);
  const stack: number[] = [];
  let length = 0;
  const starts: number[] = [];
  tokens.forEach((t, n) => {
    if (t === '{' || t === '[') { stack.push(n); starts.push(length); }
    length += t.length + (t === ',' || t === ':' ? 1 : 0);
    if (t === '}' || t === ']') { const at = stack.pop(); const from = starts.pop(); if (at !== undefined && from !== undefined) flat[at] = length - from + 2; }
  });
  let out = '', depth = 0, inline = 0;
  const line = (): string => `\n${'  '.repeat(depth)}`;
  tokens.forEach((t, n) => {
    if (t === '{' || t === '[') {
      const empty = tokens[n + 1] === '}' || tokens[n + 1] === ']';
      if (inline || empty || ((flat[n] ?? 0) > 0 && (flat[n] ?? 0) + depth * 2 <= width)) {
        inline++;
        out += empty || t === '[' ? t : '{ ';
      } else {
        depth++;
        out += t + line();
      }
    } else if (t === '}' || t === ']') {
      const empty = tokens[n - 1] === '{' || tokens[n - 1] === '[';
      if (inline) {
        inline--;
        out += empty || t === ']' ? t : ' }';
      } else {
        depth = Math.max(0, depth - 1);
        out += line() + t;
      }
    } else if (t === ',') out += inline ? ', ' : `,${line()}`;
    else if (t === ':') out += ': ';
    else out += t;
  });
  return out;
}

/** Coloured spans of JSON text, as it stands. */
export function colourJson(text: string): unknown {
  if (text.length > COLOUR_MAX) return text;
  const tokens = text.match(TOKEN) ?? [];
  const out: unknown[] = [];
  let plain = '';
  tokens.forEach((t, n) => {
    let cls = '';
    if (t[0] === '"' && t.length > 1) {
      let next = n + 1;
      while (/^\s+$/.test(tokens[next] ?? '')) next++;
      cls = tokens[next] === ':' ? 'jk' : 'jstr';
    } else if (/^-?\d/.test(t)) cls = 'jn';
    else if (t === 'true' || t === 'false' || t === 'null') cls = 'jw';
    if (cls === '') { plain += t; return; }
    if (plain) { out.push(plain); plain = ''; }
    out.push(html`<span class=${cls}>${t}</span>`);
  });
  if (plain) out.push(plain);
  return out;
}

/** A box with the text as pretty JSON; text that is none is shown as it is. */
export function jsonBox(text: string, label = 'JSON'): TemplateResult {
  return html`<pre class="js-box" tabindex="0" role="group" aria-label=${label}>${isJson(text) ? colourJson(prettyJson(text)) : text}</pre>`;
}
