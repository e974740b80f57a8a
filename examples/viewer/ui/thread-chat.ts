// <tv-thread-chat>: a thread as a conversation. Per trace the last thing the user said and the final answer, taken from
// the trace's last model call that answered; previews stand in until that call has been loaded, and where it fails.
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { controls } from '../../../webui/kit/controls';
import { type Message, conversationCss, message } from '../../../webui/kit/conversation';
import { clock, dayName, duration, full } from '../../../webui/kit/format';
import { icon } from '../../../webui/kit/icons';
import * as api from './api';
import { wordsOf } from './rows';
import type { Span, TraceWithSpans } from './types';
import { refKey } from './types';

interface Turn { user?: Message | undefined; answer: Message[]; failed?: string }
const AT_ONCE = 3;

@customElement('tv-thread-chat')
export class ThreadChat extends LitElement {
  static override styles = [controls, conversationCss, css`
    :host { flex: 1; min-height: 0; overflow: auto; background: var(--_bg); padding: 12px 16px 72px; }
    .turn { max-width: 860px; margin: 0 auto 12px; border: 1px solid var(--_border); border-radius: var(--_radius); background: var(--_surface); padding: 4px 14px 6px; }
    .turn > header { display: flex; align-items: center; gap: 8px; min-height: 30px; color: var(--_muted); font-size: var(--_text-sm); } .turn > header b { color: var(--_fg); font-weight: 600; }
    .turn > header .link { margin-inline-start: auto; font-size: var(--_text-sm); min-height: 24px; flex: none; }
  `].flat();
  @property({ attribute: false }) traces: TraceWithSpans[] = [];
  @state() private turns = new Map<string, Turn>();
  #asked = new Set<string>();
  #queue: Span[] = [];
  #running = 0;
  #seen: IntersectionObserver | null = null;

  override disconnectedCallback(): void { super.disconnectedCallback(); this.#seen?.disconnect(); this.#seen = null; }

  protected override updated(): void {
    this.#seen ??= new IntersectionObserver((list) => {
      for (const e of list) {
        const t = e.isIntersecting && this.traces.find((x) => x.trace_id === (e.target as HTMLElement).dataset['trace']);
        const call = t && callOf(t.spans);
        if (call && !this.#asked.has(refKey(call))) { this.#asked.add(refKey(call)); this.#queue.push(call); }
      }
      this.#pump();
    }, { root: this, rootMargin: '400px' });
    for (const el of this.renderRoot.querySelectorAll('.turn')) this.#seen.observe(el);
  }

  #pump(): void {
    for (let s = this.#running < AT_ONCE ? this.#queue.shift() : undefined; s; s = this.#running < AT_ONCE ? this.#queue.shift() : undefined) {
      const call = s;
      this.#running++;
      api.detail(call).then((d) => {
        const data = d.datainfo?.data;
        if (!data) return;
        const input = (data.input?.messages ?? []) as Message[];
        this.turns = new Map(this.turns).set(refKey(call), {
          user: input.findLast((m) => m.role === 'user'), answer: (data.output?.messages ?? []) as Message[],
        });
      }, () => { /* the previews stay */ }).finally(() => { this.#running--; this.#pump(); });
    }
  }

  protected override render() {
    return repeat(this.traces, (t) => t.trace_id, (t) => {
      const call = callOf(t.spans), turn = call && this.turns.get(refKey(call));
      const user = turn?.user ?? (call?.preview_input ? { role: 'user', content: wordsOf(call.preview_input) } : undefined);
      const answer = turn ? turn.answer : call?.preview_output ? [{ role: 'assistant', content: wordsOf(call.preview_output) }] : [];
      const today = dayName(t.start) === 'Today';
      return html`<article class="turn" data-trace=${t.trace_id}><header><b class="ell">${t.name}</b><span title=${full(t.start)}>${today ? '' : `${dayName(t.start)} `}${clock(t.start, true)}</span><span>${duration(t.duration_ms)}</span>
          ${t.error_count ? html`<span class="badge err">error</span>` : nothing}
          ${call ? html`<button type="button" class="link" @click=${() => this.dispatchEvent(new CustomEvent('tv-open', { detail: { ref: { trace_id: call.trace_id, span_id: call.span_id } }, bubbles: true, composed: true }))}>Open span${icon('arrow-right', 'xs')}</button>` : nothing}</header>
        ${user ? message(user) : nothing}${answer.map(message)}
        ${!user && !answer.length ? html`<p class="hint">${call ? 'Nothing was recorded of what was said.' : 'No model call in this trace.'}</p>` : nothing}</article>`;
    });
  }
}

/** The call that speaks for a trace: the last that answered, else the last. */
function callOf(spans: Span[]): Span | undefined {
  const calls = spans.filter((s) => s.kind === 'llm').sort((a, b) => (a.start < b.start ? -1 : 1));
  return calls.findLast((s) => !s.failed && s.preview_output) ?? calls.at(-1);
}
