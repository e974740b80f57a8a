import { css } from 'lit';

export const tableStyles = css`
  :host { display: flex; flex: 1; min-height: 0; min-width: 0; container: tl / inline-size; }
  .tl { flex: 1; min-width: 0; overflow: auto; overflow-anchor: none; background: var(--_rows); outline-offset: -2px; --tcols: minmax(0, 1fr) 92px 62px 62px minmax(140px, 32%); }
  .tl:focus-visible { outline: none; }
  .sizer { position: relative; height: var(--vl-total); margin-bottom: 72px; }
  .g { display: grid; grid-template-columns: var(--tcols); column-gap: 12px; align-items: center; padding: 0 14px 0 12px; box-sizing: border-box; }
  .th { height: 28px; position: sticky; top: 0; z-index: 2; background: var(--_thead); border-bottom: 1px solid var(--_border); font-size: var(--_text-sm); color: var(--_muted); font-weight: 500; }
  .c-name { display: flex; align-items: center; gap: 8px; }
  .end { text-align: end; }
  .num { font-variant-numeric: tabular-nums; white-space: nowrap; }
  .sm { font-size: var(--_text-sm); }
  .dim { color: var(--_muted); }
  .ell { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; }
  .grow { flex: 1; min-width: 0; }
  .n { display: flex; align-items: center; gap: 8px; min-width: 0; height: 100%; }

  .trace { height: 36px; background: var(--_surface-2); border-bottom: 1px solid var(--_border); cursor: pointer; position: relative; }
  .trace:hover { background: color-mix(in srgb, var(--_fg) 3%, var(--_surface-2)); }
  .twist { width: 20px; height: 20px; display: grid; place-items: center; color: var(--_muted); flex: none; margin-inline: -2px; }
  .name { flex: 0 1 auto; max-width: 60%; font-weight: 600; }
  .id { color: var(--_muted); flex: none; }
  .t-at, .svc { color: var(--_muted); font-size: var(--_text-sm); white-space: nowrap; flex: none; }
  .trace .text { flex: 1 100 0; } .svc { flex: 1 100 0; }
  .sum { color: var(--_muted); font-size: var(--_text-sm); }
  .axis { display: grid; grid-template-columns: repeat(4, 1fr); align-items: center; height: 100%; background: linear-gradient(90deg, var(--_border) 1px, transparent 1px) 0 0 / 25% 100%; font-size: var(--_text-xs); color: var(--_muted); font-variant-numeric: tabular-nums; white-space: nowrap; overflow: hidden; }
  .axis span { padding-inline-start: 5px; }

  .span { height: 30px; border-bottom: 1px solid color-mix(in srgb, var(--_border) 55%, transparent); position: relative; cursor: pointer; }
  .span:hover { background: var(--_row-hover); }
  .span[aria-selected='true'] { background: var(--_row-selected); }
  .trace[aria-selected='true'] { background: color-mix(in srgb, var(--_accent) 9%, var(--_surface-2)); }
  .span.cur { box-shadow: inset 2px 0 0 var(--_focus); background: color-mix(in srgb, var(--_focus) 10%, transparent); }
  .span.dimmed .title, .span.dimmed .text { color: var(--_faint); }
  .span.dimmed .kind, .span.dimmed .tbar i { opacity: .45; }
  .tl:focus-visible .active { outline: 2px solid var(--_focus); outline-offset: -2px; }
  .ind { width: calc(var(--lv) * 16px); align-self: stretch; flex: none; background: repeating-linear-gradient(90deg, transparent 0 7px, var(--_border) 7px 8px, transparent 8px 16px); }
  .title { flex: 0 1 auto; max-width: 70%; }
  .title, .text { text-align: left; }
  .text { flex: 1 1 0; font-size: var(--_text-sm); color: var(--_muted); }
  .kind { width: 18px; height: 18px; border-radius: 5px; display: grid; place-items: center; flex: none; color: var(--_muted); background: var(--_surface-3); }
  .kind.ast { color: var(--_ast); background: var(--_ast-bg); } .kind.tool { color: var(--_tool); background: var(--_tool-bg); }
  .kind.usr { color: var(--_usr); background: var(--_usr-bg); } .kind.sys { color: var(--_sys); background: var(--_sys-bg); }
  .mk { color: var(--_accent); flex: none; display: inline-flex; align-items: center; gap: 3px; font-size: var(--_text-xs); font-weight: 600; padding: 0 2px; border-radius: 3px; } a.mk:hover { background: var(--_accent-soft); }
  .warn { color: var(--_warn); }
  .tbar { position: relative; height: 100%; display: flex; align-items: center; background: linear-gradient(90deg, var(--_border) 1px, transparent 1px) 0 0 / 25% 100%; }
  .tbar i { position: absolute; height: 8px; border-radius: 3px; min-width: 3px; left: min(var(--x), calc(100% - 3px)); width: min(var(--w), calc(100% - var(--x))); background: var(--_control); }
  .tbar .k-ast { background: var(--_t4-bar); } .tbar .k-tool { background: var(--_t8-bar); }
  .tbar .k-usr { background: var(--_t7-bar); opacity: .75; } .tbar .k-sys { background: var(--_t2-bar); } .tbar .k-err { background: var(--_err); }
  .wait { cursor: default; }
  .sk { height: 10px; border-radius: 4px; width: 40%; background: var(--_surface-3); animation: pulse 1.4s ease-in-out infinite; }
  .morerow { height: 40px; display: grid; place-items: center; color: var(--_muted); font-size: var(--_text-sm); }
  .morerow > div { display: flex; align-items: center; gap: 8px; }
  .fresh::after { content: ''; position: absolute; inset: 0; pointer-events: none; background: color-mix(in srgb, var(--_accent) 22%, transparent); opacity: 0; animation: fresh 1.6s ease-out; }
  @keyframes pulse { 50% { opacity: .5; } }
  @keyframes fresh { from { opacity: 1; } to { opacity: 0; } }
  @media (prefers-reduced-motion: reduce) { .sk, .fresh::after { animation: none; } }

  .tl.nocost { --tcols: minmax(0, 1fr) 92px 62px minmax(140px, 34%); } .nocost .t-cost { display: none; }
  /* Each row stands at its own place: scrolling adds and removes rows and moves none. */
  .window > * { position: absolute; inset-inline: 0; top: var(--y); contain: strict; }
  @container tl (max-width: 780px) { .tl, .tl.nocost { --tcols: minmax(0, 1fr) 84px 62px minmax(100px, 28%); } .t-cost { display: none; } }
  @container tl (max-width: 620px) { .tl, .tl.nocost { --tcols: minmax(0, 1fr) 58px 26%; } .t-tok, .id { display: none; } }
  @container tl (max-width: 740px) { .axis span:nth-child(even) { visibility: hidden; } .t-at { font-size: var(--_text-xs); } }
`;
