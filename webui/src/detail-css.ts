// The look of <spanset-detail-view>.
import { css } from 'lit';
import { conversationCss } from '../kit/conversation.js';

export const detailCss = [conversationCss, css`
  .tools .find { flex: 0 1 300px; }
  .pane { flex: 1; min-height: 0; display: flex; background: var(--_rows); border-top: 1px solid var(--_border); overflow: auto; }
  .table { --cols: 46px minmax(0, 1fr) 118px 66px 120px 104px 74px 26px; }
  .table:focus-visible { outline: none; }
  .table:focus-visible .row.active { outline: 2px solid var(--_focus); outline-offset: -2px; }
  .thead-group { position: sticky; top: 0; z-index: 2; }
  .thead { position: static; }
  .rows { position: relative; }
  .row, .open { position: absolute; inset-inline: 0; top: 0; }
  .row:hover { background: color-mix(in srgb, var(--_fg) 4%, var(--_rows)); }
  .row[aria-selected="true"] { background: color-mix(in srgb, var(--_accent) 9%, var(--_rows)); }
  .row.opened { background: var(--_open); }
  .row.wait { pointer-events: none; } .row.wait .link { pointer-events: auto; }
  .sel { display: flex; align-items: center; gap: 8px; }
  .pv { display: grid; grid-template-rows: 17px 17px; grid-template-columns: minmax(0, 1fr); width: 100%; border: 0; background: none; padding: 0; text-align: start; min-width: 0; border-radius: 4px; }
  .ln.a .tx { color: var(--_muted); }
  .two { line-height: 17px; min-width: 0; white-space: nowrap; } .two > * { display: block; overflow: hidden; text-overflow: ellipsis; } .two small { font-size: var(--_text-sm); color: var(--_muted); }
  .two.end { max-width: 100%; }
  .plain { border: 0; background: none; padding: 2px 0; min-height: 24px; max-width: 100%; display: flex; align-items: center; border-radius: var(--_radius-pill); }
  .plain:hover .topic { box-shadow: 0 0 0 1px currentColor; }
  .c-topic { min-width: 0; }
  .short { display: none; }
  .score { display: grid; gap: 3px; width: 44px; line-height: 15px; font-weight: 600; font-variant-numeric: tabular-nums; }
  .score .bar-track i { background: var(--c); }
  .score.hi { --c: var(--_ok); } .score.mid { --c: var(--_warn); } .score.lo { --c: var(--_err); }
  .rowacts { display: flex; justify-content: flex-end; }
  .open { height: 320px; display: grid; grid-template-columns: minmax(0, 1fr) 248px; border-bottom: 1px solid var(--_border); background: var(--_open); box-shadow: inset 2px 0 0 var(--_accent); }
  .convc { min-width: 0; min-height: 0; }
  .conv { height: 100%; padding: 6px 16px 8px 72px; overflow: auto; overscroll-behavior: contain; }
  .conv:focus-visible { outline-offset: -2px; }
  .conv > .ln { height: 32px; color: var(--_muted); }
  .facts { border-inline-start: 1px solid var(--_border); padding: 12px 16px; font-size: var(--_text-sm); line-height: 20px; display: flex; flex-direction: column; gap: 12px; min-width: 0; overflow: auto; }
  .facts dl { display: grid; grid-template-columns: 76px minmax(0, 1fr); gap: 2px 8px; } .facts dt { color: var(--_muted); } .facts dd { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; } .facts dd.wrap { white-space: normal; overflow-wrap: anywhere; }
  .facts .acts { flex-wrap: wrap; gap: 6px; margin-top: auto; }
  .assign { width: 220px; margin-inline-end: 4px; }
  @container main (max-width: 900px) {
    .table { --cols: 46px minmax(0, 1fr) 104px 52px 74px 26px; }
    .c-model, .c-tok, .wide { display: none !important; }
    .open { grid-template-columns: minmax(0, 1fr) 200px; } .conv { padding-inline-start: 16px; }
    .long { display: none; } .short { display: inline; }
  }
  @container main (max-width: 560px) {
    .table { --cols: 46px minmax(0, 1fr) 26px; } .tr > :nth-child(n+3):not(:last-child) { display: none; }
    .open { grid-template-columns: minmax(0, 1fr); } .facts { display: none; } .assign { width: 130px; }
  }
`];
