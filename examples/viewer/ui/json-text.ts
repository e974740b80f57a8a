// JSON as text: finding a member and indenting without parsing, so that 64-bit numbers keep their digits.

/** End (exclusive) of the string that begins at s[i] === '"'. */
function stringEnd(s: string, i: number): number {
  for (let j = i + 1; j < s.length; j++) {
    const c = s.charCodeAt(j);
    if (c === 92) j++;
    else if (c === 34) return j + 1;
  }
  return s.length;
}

/** The text of a top-level member's value, undefined when the object has none of that name. */
export function member(s: string, name: string): string | undefined {
  let depth = 0, key = '', from = -1;
  for (let i = 0; i < s.length; i++) {
    const c = s[i]!;
    if (c === '"') {
      const end = stringEnd(s, i);
      if (depth === 1 && from < 0) key = s.slice(i + 1, end - 1);
      i = end - 1;
    } else if (c === '{' || c === '[') {
      depth++;
    } else if (c === ':' && depth === 1 && from < 0) {
      from = i + 1;
    } else if (c === '}' || c === ']' || c === ',') {
      if (depth === 1 && from >= 0) {
        if (key === name) return s.slice(from, i).trim();
        from = -1;
      }
      if (c !== ',') depth--;
    }
  }
  return undefined;
}

/** Indents valid JSON text by two spaces; empty containers stay on their line. */
export function indent(s: string): string {
  const out: string[] = [];
  let pad = '\n';
  for (let i = 0; i < s.length; i++) {
    const c = s[i]!;
    if (c === '"') {
      const end = stringEnd(s, i);
      out.push(s.slice(i, end));
      i = end - 1;
    } else if (c === '{' || c === '[') {
      let j = i + 1;
      while (j < s.length && s.charCodeAt(j) <= 32) j++;
      if (s[j] === (c === '{' ? '}' : ']')) {
        out.push(c, s[j]!);
        i = j;
      } else {
        pad += '  ';
        out.push(c, pad);
      }
    } else if (c === '}' || c === ']') {
      pad = pad.slice(0, -2);
      out.push(pad, c);
    } else if (c === ',') {
      out.push(c, pad);
    } else if (c === ':') {
      out.push(': ');
    } else if (c.charCodeAt(0) > 32) {
      out.push(c);
    }
  }
  return out.join('');
}

/** Splits JSON text into pieces for colouring: [class, text]. Classes: key, str, num, kw, '' (rest). */
export function tokens(s: string): [string, string][] {
  const out: [string, string][] = [];
  const re = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*)|\b(true|false|null)\b/g;
  let at = 0;
  for (let m = re.exec(s); m; m = re.exec(s)) {
    if (m.index > at) out.push(['', s.slice(at, m.index)]);
    if (m[1] !== undefined) {
      out.push([m[2] ? 'key' : 'str', m[1]]);
      if (m[2]) out.push(['', m[2]]);
    } else {
      out.push([m[3] !== undefined ? 'num' : 'kw', m[0]]);
    }
    at = re.lastIndex;
  }
  if (at < s.length) out.push(['', s.slice(at)]);
  return out;
}
