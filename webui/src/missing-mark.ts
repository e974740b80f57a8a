// The mark on a record's row that says what its span did not hold. Content that is missing has a mark of its own: such a
// record is not whole, while settings and ids that an SDK never records leave the conversation as it was.
import { html, nothing } from 'lit';
import { icon } from '../kit/icons.js';
import type { MissingPart, RecordRow } from './api.js';

const WORDS: Record<MissingPart, string> = {
  content: 'parts of the conversation', tools: 'tool definitions', tool_choice: 'tool choice', ids: 'tool call ids', finish_reason: 'finish reason',
};

export function missingMark(r: RecordRow): unknown {
  if (!r.missing) return nothing;
  const parts = r.missing_parts ?? [], words = parts.map((p) => WORDS[p] ?? p).join(', ');
  const what = `Not in the span: ${words || 'parts of the call'}`, content = parts.includes('content');
  return html`<span class="flag ${content ? 'warn' : ''}" role="img" aria-label=${what} title=${what}>${icon(content ? 'gap' : 'info', 'xs')}</span>`;
}
