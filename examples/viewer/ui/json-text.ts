// JSON as text: a member's value as it was sent, so that 64-bit numbers keep their digits (kit/json.ts prints it).

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
