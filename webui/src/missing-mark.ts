// <spanset-missing-mark>: the mark on a record's row that says what its span did not hold. In: record, and `wanted` when
// the row is the active one.
//
// Rows say only that something is missing; what it is stands in the record's data. So a mark that stays in sight for a
// moment reads that, one record at a time, and keeps the words. Large records are read when somebody points at the mark
// or the row is active, very large ones not at all: opening the record says it then.
import { css, LitElement, type PropertyValues } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { DataInfo } from '../kit/conversation.js';
import { controls } from '../kit/controls.js';
import { define } from '../kit/element.js';
import { icon } from '../kit/icons.js';
import { missingOf } from '../kit/missing.js';
import { api, type RecordRow } from './api.js';

const REST_MS = 200, SMALL = 256_000, LARGE = 4_000_000, KEPT = 2000;

interface Said { words: string; content: boolean }

const known = new Map<string, Said>(); // by record and version; rows come back when one scrolls
const keyOf = (r: RecordRow): string => `${r.id} ${r.updated_at}`;

let turn: Promise<unknown> = Promise.resolve();

async function read(r: RecordRow, signal: AbortSignal): Promise<void> {
  if (signal.aborted || known.has(keyOf(r))) return;
  try {
    const missing = missingOf(JSON.parse(await api.recordData(r.id, signal)) as DataInfo);
    known.set(keyOf(r), { words: missing?.words ?? '', content: missing?.content ?? false });
    while (known.size > KEPT) known.delete(known.keys().next().value!);
  } catch { /* the mark stays as it is; opening the record tells what is wrong */ }
}

export class SpansetMissingMark extends LitElement {
  static override styles = [controls, css`:host { display: inline-flex; color: inherit; }`];

  @property({ attribute: false }) record!: RecordRow;
  @property({ attribute: false }) wanted = false;
  @state() private said: Said | null = null;
  private timer = 0;
  private calls: AbortController | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('role', 'img');
    this.addEventListener('pointerenter', this.want);
    if (this.hasUpdated) this.plan();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('pointerenter', this.want);
    this.stop();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('record');
    if (!this.hasUpdated || (before && keyOf(before) !== keyOf(this.record))) this.plan();
    else if (changed.has('wanted') && this.record.bytes > SMALL) {
      if (this.wanted) this.plan();
      else this.stop();
    }
    const what = this.said?.words ? `Not in the span: ${this.said.words}` : 'Parts of the call are not in the span';
    this.setAttribute('aria-label', what);
    this.title = what;
    this.classList.toggle('warn', this.said?.content ?? false);
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.calls?.abort();
    this.calls = null;
  }

  private plan(): void {
    this.stop();
    this.said = known.get(keyOf(this.record)) ?? null;
    if (this.said) return;
    if (this.record.bytes <= SMALL || this.wanted) this.timer = window.setTimeout(this.want, REST_MS);
  }

  private readonly want = (): void => {
    if (this.said || this.calls || this.record.bytes > LARGE) return;
    const r = this.record, calls = (this.calls = new AbortController());
    turn = turn.then(() => read(r, calls.signal)).then(() => {
      if (this.calls !== calls) return;
      this.calls = null;
      this.said = known.get(keyOf(r)) ?? null;
    });
  };

  protected override render(): unknown {
    return icon(this.said?.content ? 'gap' : 'info', 'xs');
  }
}
define('spanset-missing-mark', SpansetMissingMark);
declare global { interface HTMLElementTagNameMap { 'spanset-missing-mark': SpansetMissingMark } }
