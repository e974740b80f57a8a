// Sets custom properties on an element: `<i ${vars({ '--x': '4%' })}>`. Lit's own styleMap writes a style attribute at
// first, which our CSP (style-src 'self') refuses; properties set through the CSSOM are allowed.
import { nothing } from 'lit';
import { Directive, type ElementPart, directive } from 'lit/directive.js';

class Vars extends Directive {
  #last: Record<string, string> = {};
  render(_values: Record<string, string>): typeof nothing { return nothing; }
  override update(part: ElementPart, [values]: [Record<string, string>]): typeof nothing {
    const style = (part.element as HTMLElement).style;
    for (const k of Object.keys(this.#last)) if (!(k in values)) style.removeProperty(k);
    for (const [k, v] of Object.entries(values)) if (this.#last[k] !== v) style.setProperty(k, v);
    this.#last = values;
    return nothing;
  }
}
export const vars = directive(Vars);
