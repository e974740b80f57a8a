// Faces of a view that has nothing to show (yet): spinner, skeleton, empty, no match, error, offline.
import { html, nothing, type TemplateResult } from 'lit';
import { icon, type IconName } from './icons.js';

export interface Act { label: string; run: () => void; icon?: IconName; primary?: boolean }

const acts = (list: (Act | undefined)[]): TemplateResult | typeof nothing => {
  const shown = list.filter((a): a is Act => a !== undefined);
  return shown.length === 0 ? nothing : html`<div class="acts">${shown.map((a, n) => html`
    <button type="button" class="btn ${a.primary ?? n === 0 ? 'primary' : ''}" @click=${a.run}>${a.icon ? icon(a.icon) : nothing}${a.label}</button>`)}</div>`;
};

/** A spinner that says what it waits for. */
export function spinner(label: string): TemplateResult {
  return html`<div class="void late" role="status"><span class="spin lg"></span><p>${label}</p></div>`;
}

/** A spinner in a line of text. */
export function inlineSpinner(label: string): TemplateResult {
  return html`<span class="spin" role="status" aria-label=${label}></span>`;
}

/** Grey rows where rows will be. */
export function skeletonRows(rows: number, height = 40): TemplateResult {
  const widths = [78, 52, 66, 84, 47, 71, 58, 63];
  return html`<div aria-hidden="true">${Array.from({ length: rows }, (_, n) => html`
    <div .style=${`height:${height}px;display:grid;align-items:center;padding:0 16px`}>
      <div class="sk" .style=${`width:${widths[n % widths.length]}%`}></div>
    </div>`)}</div>`;
}

/** Nothing there: says why, and what to do about it. The first act is the primary one. */
export function empty(title: string, text: string, ...list: (Act | undefined)[]): TemplateResult {
  return face('database', title, text, list);
}

/** Nothing found. */
export function noMatch(text: string, ...list: (Act | undefined)[]): TemplateResult {
  return face('search-none', 'No matches', text, list.map((a) => a && { primary: false, ...a }));
}

export function face(name: IconName, title: string, text: string, list: (Act | undefined)[] = []): TemplateResult {
  return html`<div class="void">${icon(name, 'big')}<h2>${title}</h2><p>${text}</p>${acts(list)}</div>`;
}

/** A failure, in the words of whoever failed, with Retry. */
export function failed(title: string, text: string, retry?: () => void, ...more: (Act | undefined)[]): TemplateResult {
  return html`<div class="void" role="alert">${icon('error', 'big bad')}<h2>${title}</h2><p>${text}</p>
    ${acts([retry && { label: 'Retry', run: retry, icon: 'refresh' }, ...more])}</div>`;
}

/** A strip above content that is still there. seconds: until the next try, if one is planned. */
export function offline(seconds: number | null, retry: () => void, who = 'The viewer'): TemplateResult {
  return html`<div class="banner" role="status">${icon('offline')}<span class="grow"><b>${who} is not answering.</b>
    ${seconds === null ? 'Trying again…' : seconds > 0 ? `Trying again in ${seconds} s.` : 'Trying again…'}</span>
    <button type="button" class="btn sm" @click=${retry}>Try Now</button></div>`;
}
