// The look of buttons, fields, check boxes, chips, menus, tables and dialogs: one sheet, adopted by every element.
// Classes are short, because shadow roots keep them apart from everyone else's.
import { css } from 'lit';

export const controls = css`
  :host { display: block; font: 400 var(--_text-md)/1.5 var(--_font); color: var(--_fg); font-variant-ligatures: no-contextual; -webkit-font-smoothing: antialiased; text-align: start; }
  :host([hidden]), [hidden] { display: none !important; }
  *, *::before, *::after { box-sizing: border-box; }
  h1, h2, h3, h4, p, ul, ol, dl, dd, figure, pre { margin: 0; padding: 0; }
  ul, ol { list-style: none; }
  button, input, textarea, select { font: inherit; color: inherit; letter-spacing: inherit; }
  button { cursor: pointer; }
  a { color: inherit; text-decoration: none; }
  :focus { outline: none; }
  :focus-visible { outline: 2px solid var(--_focus); outline-offset: 2px; }
  ::placeholder { color: var(--_muted); opacity: 1; }
  ::selection { background: var(--_accent-line); }
  * { scrollbar-width: thin; scrollbar-color: var(--_control) transparent; }
  .sr { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  .i { width: 16px; height: 16px; flex: none; fill: none; stroke: currentColor; stroke-width: 1.9; stroke-linecap: round; stroke-linejoin: round; display: block; }
  .i.s { width: 14px; height: 14px; }
  .i.xs { width: 12px; height: 12px; stroke-width: 2.2; }
  .i.big { width: 28px; height: 28px; stroke-width: 1.3; }
  .mono { font-family: var(--_mono); font-size: var(--_mono-sm); }
  .num { font-variant-numeric: tabular-nums; }
  .muted { color: var(--_muted); }
  .ell { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; }
  .grow { flex: 1; min-width: 0; }

  /* buttons */
  .btn { display: inline-flex; align-items: center; justify-content: center; gap: 6px; height: var(--_control-h); padding: 0 12px; border: 1px solid var(--_border); border-radius: var(--_radius-sm); background: var(--_surface-2); font-weight: 500; white-space: nowrap; line-height: 1; flex: none; }
  .btn:hover { background: var(--_surface-3); }
  .btn.primary { background: var(--_accent); border-color: var(--_accent); color: var(--_on-accent); font-weight: 600; }
  .btn.primary:hover { background: color-mix(in srgb, var(--_accent) 88%, var(--_fg)); }
  .btn.danger { background: var(--_err); border-color: var(--_err); color: var(--_on-err); font-weight: 600; }
  .btn.danger:hover { background: color-mix(in srgb, var(--_err) 88%, var(--_fg)); }
  .btn.danger-text { color: var(--_err); }
  .btn.ghost { background: none; border-color: transparent; }
  .btn.ghost:hover { background: var(--_row-hover); }
  .btn.soft { background: var(--_accent-soft); border-color: var(--_accent-line); color: var(--_accent); }
  .btn.sm { height: 28px; padding: 0 10px; font-size: var(--_text-sm); }
  .btn:disabled, .btn[aria-disabled="true"] { color: var(--_faint); background: var(--_surface-2); border-color: var(--_border); cursor: not-allowed; }
  .ib { display: inline-grid; place-items: center; width: 28px; height: 28px; padding: 0; border: 1px solid transparent; border-radius: var(--_radius-sm); background: none; color: var(--_muted); flex: none; }
  .ib:hover, .ib[aria-expanded="true"][aria-haspopup] { background: var(--_surface-3); color: var(--_fg); }
  .ib:disabled { color: var(--_faint); background: none; cursor: not-allowed; opacity: .6; }
  .ib.sm { width: 24px; height: 24px; }
  .ib.faint { color: var(--_faint); }
  .ib.del:hover { color: var(--_err); }
  .link { color: var(--_accent); font-weight: 500; background: none; border: 0; padding: 0; display: inline-flex; align-items: center; gap: 4px; border-radius: 3px; }
  .link:hover { text-decoration: underline; text-underline-offset: 3px; }

  /* fields */
  .field { display: flex; align-items: center; gap: 8px; height: var(--_control-h); padding: 0 10px; border: 1px solid var(--_control); border-radius: var(--_radius-sm); background: var(--_surface); color: var(--_muted); min-width: 0; }
  .field input { flex: 1; min-width: 0; width: 100%; border: 0; background: none; padding: 0; color: var(--_fg); height: 100%; outline: none; text-overflow: ellipsis; }
  .field input[type="search"]::-webkit-search-cancel-button { display: none; }
  .field:focus-within { outline: 2px solid var(--_focus); outline-offset: 1px; }
  .field.bad { border-color: var(--_err); }
  .field .ib { width: 22px; height: 22px; margin-inline-end: -4px; }
  textarea.area { display: block; width: 100%; min-height: 72px; padding: 7px 10px; border: 1px solid var(--_control); border-radius: var(--_radius-sm); background: var(--_surface); resize: vertical; line-height: 19px; }
  textarea.area:focus-visible { outline-offset: 1px; }
  .hint { color: var(--_muted); font-size: var(--_text-sm); line-height: 18px; }
  .bad-text { display: flex; gap: 6px; align-items: flex-start; color: var(--_err); font-size: var(--_text-sm); line-height: 18px; }
  .bad-text .i { margin-top: 2px; }
  kbd { font: 500 11px/16px var(--_font); min-width: 18px; padding: 0 5px; text-align: center; border: 1px solid var(--_border); border-radius: var(--_radius-xs); background: var(--_surface-2); color: var(--_muted); }
  input[type="checkbox"] { appearance: none; width: 16px; height: 16px; margin: 0; flex: none; border: 1.5px solid var(--_control); border-radius: 4px; background: var(--_surface); display: inline-grid; place-items: center; position: relative; cursor: pointer; }
  /* the target is 24 px, the box 16 */
  input[type="checkbox"]::before { content: ""; position: absolute; inset: -5.5px; }
  input[type="checkbox"]::after { content: ""; }
  input[type="checkbox"]:checked, input[type="checkbox"]:indeterminate { background: var(--_accent); border-color: var(--_accent); }
  input[type="checkbox"]:checked::after { width: 9px; height: 5px; border: solid var(--_on-accent); border-width: 0 0 2px 2px; transform: rotate(-45deg) translate(.5px, -1px); }
  input[type="checkbox"]:indeterminate::after { width: 8px; height: 2px; background: var(--_on-accent); border: 0; transform: none; }
  .seg { display: inline-flex; padding: 2px; border: 1px solid var(--_border); border-radius: var(--_radius-sm); background: var(--_surface-2); gap: 2px; }
  .seg button { height: 26px; padding: 0 12px; border: 0; border-radius: 4px; background: none; color: var(--_muted); font-weight: 500; display: inline-flex; align-items: center; gap: 6px; white-space: nowrap; }
  .seg button:hover { color: var(--_fg); }
  .seg button[aria-selected="true"], .seg button[aria-checked="true"] { background: var(--_surface); color: var(--_fg); box-shadow: 0 0 0 1px var(--_control); }

  /* chips, badges, topics */
  .chip { display: inline-flex; align-items: center; gap: 6px; height: 26px; padding: 0 4px 0 10px; border: 1px solid var(--_accent-line); border-radius: var(--_radius-pill); background: var(--_accent-soft); font-size: var(--_text-sm); white-space: nowrap; }
  .chip b { font-weight: 600; }
  .chip .ib { width: 20px; height: 20px; border-radius: 50%; }
  .chip.plain { background: none; border: 1px dashed var(--_control); padding: 0 10px 0 8px; color: var(--_muted); }
  .chip.plain:hover { color: var(--_fg); }
  .badge { display: inline-flex; align-items: center; height: 18px; padding: 0 6px; border-radius: var(--_radius-xs); font-size: var(--_text-xs); font-weight: 600; letter-spacing: .02em; background: var(--_surface-3); color: var(--_muted); white-space: nowrap; }
  .badge.accent { background: var(--_accent-soft); color: var(--_accent); box-shadow: inset 0 0 0 1px var(--_accent-line); }
  .badge.warn { background: var(--_warn-soft); color: var(--_warn); box-shadow: inset 0 0 0 1px var(--_warn-line); }
  .badge.err { background: var(--_err-soft); color: var(--_err); box-shadow: inset 0 0 0 1px var(--_err-line); }
  .role { flex: none; display: inline-block; width: 34px; height: 15px; border-radius: var(--_radius-xs); font: 600 var(--_text-xs)/15px var(--_font); letter-spacing: .02em; text-align: center; color: var(--_muted); background: var(--_surface-3); }
  .role.tool { width: 38px; }
  .role.sys { color: var(--_sys); background: var(--_sys-bg); } .role.usr { color: var(--_usr); background: var(--_usr-bg); }
  .role.ast { color: var(--_ast); background: var(--_ast-bg); } .role.tool { color: var(--_tool); background: var(--_tool-bg); }
  .fn { flex: none; display: inline-flex; align-items: center; gap: 4px; height: 15px; padding: 0 6px; border-radius: var(--_radius-xs); font: 500 11px/15px var(--_mono); color: var(--_tool); background: var(--_tool-bg); max-width: 100%; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .fn i { font: italic 600 12px/15px Georgia, "Liberation Serif", serif; opacity: .95; }
  .topic { display: inline-flex; align-items: center; max-width: 100%; height: 20px; padding: 0 8px; border: 1px solid; border-radius: var(--_radius-pill); font: 600 var(--_text-xs)/18px var(--_font); letter-spacing: .015em; text-transform: uppercase; }
  .topic > span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .t0 { color: var(--_t0); background: var(--_t0-bg); border-color: var(--_t0-bd); } .t1 { color: var(--_t1); background: var(--_t1-bg); border-color: var(--_t1-bd); }
  .t2 { color: var(--_t2); background: var(--_t2-bg); border-color: var(--_t2-bd); } .t3 { color: var(--_t3); background: var(--_t3-bg); border-color: var(--_t3-bd); }
  .t4 { color: var(--_t4); background: var(--_t4-bg); border-color: var(--_t4-bd); } .t5 { color: var(--_t5); background: var(--_t5-bg); border-color: var(--_t5-bd); }
  .t6 { color: var(--_t6); background: var(--_t6-bg); border-color: var(--_t6-bd); } .t7 { color: var(--_t7); background: var(--_t7-bg); border-color: var(--_t7-bd); }
  .t8 { color: var(--_t8); background: var(--_t8-bg); border-color: var(--_t8-bd); } .t9 { color: var(--_t9); background: var(--_t9-bg); border-color: var(--_t9-bd); }
  .topic-add { height: 20px; padding: 0 8px 0 6px; border: 1px dashed var(--_control); border-radius: var(--_radius-pill); background: none; color: var(--_muted); font-size: var(--_text-xs); display: inline-flex; align-items: center; gap: 3px; white-space: nowrap; }
  .topic-add:hover { color: var(--_fg); }
  .mix { display: flex; width: 84px; height: 6px; border-radius: 3px; overflow: hidden; background: var(--_surface-3); flex: none; gap: 1px; }
  .mix i { display: block; height: 100%; min-width: 2px; }
  .b0 { background: var(--_t0-bar); } .b1 { background: var(--_t1-bar); } .b2 { background: var(--_t2-bar); } .b3 { background: var(--_t3-bar); } .b4 { background: var(--_t4-bar); }
  .b5 { background: var(--_t5-bar); } .b6 { background: var(--_t6-bar); } .b7 { background: var(--_t7-bar); } .b8 { background: var(--_t8-bar); } .b9 { background: var(--_t9-bar); }
  .bar-track { display: block; height: 4px; border-radius: 2px; background: var(--_surface-3); overflow: hidden; } .bar-track i { display: block; height: 100%; background: var(--_accent); border-radius: 2px; }
  .eyebrow { font-size: var(--_text-xs); font-weight: 600; letter-spacing: .04em; color: var(--_muted); text-transform: uppercase; }

  /* heads, tools, foot */
  .head { padding: 9px 16px 8px; display: flex; gap: 12px; align-items: flex-start; flex: none; }
  .head .ttl { flex: 1; min-width: 0; }
  h1 { font-size: var(--_text-2xl); line-height: 28px; font-weight: 600; letter-spacing: -.01em; }
  .crumb { display: flex; align-items: center; gap: 6px; min-width: 0; height: 28px; }
  .crumb > a { color: var(--_muted); font-size: var(--_text-lg); } .crumb > a:hover { color: var(--_fg); text-decoration: underline; text-underline-offset: 3px; } .crumb > .i { color: var(--_faint); }
  .meta { color: var(--_muted); font-size: var(--_text-sm); line-height: 18px; margin-top: 2px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
  .meta b { color: var(--_fg); font-weight: 600; }
  .acts { display: flex; gap: 8px; align-items: center; }
  .tools { display: flex; gap: 8px; align-items: center; padding: 0 16px 10px; flex: none; min-width: 0; }
  .foot { height: 36px; flex: none; display: flex; align-items: center; gap: 20px; padding: 0 16px; border-top: 1px solid var(--_border); background: var(--_surface); color: var(--_muted); font-size: var(--_text-sm); white-space: nowrap; overflow: hidden; }
  .foot b { color: var(--_fg); font-weight: 600; font-variant-numeric: tabular-nums; }
  .foot.bulk { gap: 4px; background: color-mix(in srgb, var(--_accent) 10%, var(--_surface)); border-top-color: var(--_accent-line); color: var(--_fg); font-size: var(--_text-md); padding: 0 8px 0 16px; }
  .bulk .cnt { font-weight: 600; } .bulk .out { color: var(--_muted); font-size: var(--_text-sm); margin-inline-start: 6px; }
  .bulk .vr { width: 1px; height: 20px; background: var(--_accent-line); margin: 0 8px; flex: none; }
  .bulk .btn { height: 28px; padding: 0 8px; }
  .bulk .link { margin-inline-start: 8px; min-height: 24px; }

  /* tables of rows that are grids: set --cols on .table */
  .table { flex: 1; min-height: 0; overflow: auto; background: var(--_rows); border-top: 1px solid var(--_border); scrollbar-gutter: stable; position: relative; }
  .tr { display: grid; grid-template-columns: var(--cols); column-gap: 10px; align-items: center; padding: 0 10px 0 16px; }
  .thead { position: sticky; top: 0; z-index: 2; height: 32px; background: var(--_thead); border-bottom: 1px solid var(--_border); color: var(--_muted); font-size: var(--_text-sm); font-weight: 500; }
  .thead button { border: 0; background: none; padding: 0; height: 24px; display: inline-flex; align-items: center; gap: 4px; color: inherit; font-weight: 500; border-radius: 4px; }
  .thead button:hover, .thead [aria-sort]:not([aria-sort="none"]) button { color: var(--_fg); }
  .end { text-align: end; justify-self: end; }
  .row { height: var(--_row); border-bottom: 1px solid color-mix(in srgb, var(--_border) 72%, transparent); position: relative; }
  .row:hover { background: var(--_row-hover); }
  .row[aria-selected="true"] { background: var(--_row-selected); box-shadow: inset 2px 0 0 var(--_accent); }
  .row:focus-visible { outline-offset: -2px; }
  .twist { width: 24px; height: 24px; padding: 0; border: 0; background: none; color: var(--_faint); display: grid; place-items: center; border-radius: 4px; flex: none; }
  .twist:hover { color: var(--_fg); background: var(--_surface-3); }
  .twist .i { transition: transform .12s; }
  .twist[aria-expanded="true"] .i { transform: rotate(90deg); } .twist[aria-expanded="true"] { color: var(--_fg); }

  /* menus (kit/menu.ts): fixed, in the top layer where there is one */
  .menu { position: fixed; inset: auto; margin: 0; z-index: 1000; min-width: 184px; max-width: min(360px, calc(100vw - 16px)); max-height: min(420px, calc(100vh - 16px)); overflow: auto; padding: 4px; border: 1px solid var(--_control); border-radius: var(--_radius); background: var(--_surface-2); color: var(--_fg); box-shadow: var(--_shadow); font: 400 var(--_text-md)/1.5 var(--_font); }
  .menu button { display: grid; grid-template-columns: 16px minmax(0, 1fr) auto; gap: 10px; align-items: center; width: 100%; height: 30px; padding: 0 8px; border: 0; border-radius: 5px; background: none; text-align: start; }
  .menu button > span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .menu button:hover, .menu button:focus { background: var(--_surface-3); } .menu button:focus-visible { outline-offset: -2px; }
  .menu button > .i { color: var(--_muted); } .menu button[aria-checked="true"] > .i { color: var(--_accent); }
  .menu button.del, .menu button.del > .i { color: var(--_err); }
  .menu button:disabled { color: var(--_faint); cursor: not-allowed; background: none; }
  .menu hr { border: 0; border-top: 1px solid var(--_border); margin: 4px 0; } .menu small { white-space: nowrap; color: var(--_muted); font-size: var(--_text-xs); }
  .menu .cap { padding: 6px 8px 4px; color: var(--_muted); font-size: var(--_text-xs); font-weight: 600; }

  /* dialogs (kit/dialog.ts) */
  dialog { position: fixed; inset: 0; margin: auto; padding: 0; border: 1px solid var(--_control); border-radius: 12px; background: var(--_surface); color: var(--_fg); box-shadow: var(--_shadow); flex-direction: column; overflow: hidden; width: 480px; max-width: calc(100vw - 32px); max-height: calc(100vh - 32px); font: 400 var(--_text-md)/1.5 var(--_font); }
  dialog[open] { display: flex; }
  dialog::backdrop { background: rgb(4 6 8 / .6); }
  .dlg-head { display: flex; align-items: flex-start; gap: 12px; padding: 16px 12px 12px 20px; flex: none; }
  .dlg-head h2 { font-size: var(--_text-xl); line-height: 24px; font-weight: 600; overflow-wrap: anywhere; } .dlg-head p { color: var(--_muted); font-size: var(--_text-sm); line-height: 18px; margin-top: 2px; }
  .dlg-body { padding: 0 20px 16px; overflow: auto; min-height: 0; line-height: 20px; overflow-wrap: anywhere; }
  .dlg-body p { color: var(--_muted); }
  .dlg-foot { display: flex; align-items: center; justify-content: flex-end; gap: 8px; padding: 12px 20px; border-top: 1px solid var(--_border); background: var(--_surface); flex: none; }
  .form { padding: 4px 20px 16px; display: grid; gap: 14px; grid-template-columns: minmax(0, 1fr); overflow: auto; min-height: 0; }
  .lab { display: flex; align-items: baseline; justify-content: space-between; gap: 12px; font-size: var(--_text-sm); font-weight: 600; margin-bottom: 6px; } .lab > span { font-weight: 400; color: var(--_muted); }

  /* tabs */
  .tabs { display: flex; gap: 4px; border-bottom: 1px solid var(--_border); padding: 0 6px; flex: none; }
  .tabs button { border: 0; background: none; height: 36px; padding: 0 10px; color: var(--_muted); font-weight: 500; position: relative; display: inline-flex; align-items: center; gap: 6px; border-radius: 4px 4px 0 0; }
  .tabs button:hover { color: var(--_fg); } .tabs button:focus-visible { outline-offset: -2px; }
  .tabs button[aria-selected="true"] { color: var(--_fg); } .tabs button[aria-selected="true"]::after { content: ""; position: absolute; left: 10px; right: 10px; bottom: -1px; height: 2px; background: var(--_accent); }

  /* states (kit/states.ts) */
  .spin { display: inline-block; width: 14px; height: 14px; border-radius: 50%; border: 2px solid var(--_surface-3); border-top-color: var(--_accent); animation: spin .9s linear infinite; flex: none; }
  .spin.lg { width: 24px; height: 24px; border-width: 2.5px; }
  @keyframes spin { to { transform: rotate(1turn); } }
  .void { flex: 1; display: grid; place-content: center; justify-items: center; text-align: center; gap: 8px; padding: 24px; min-height: 180px; }
  .void > .i.big { color: var(--_faint); } .void > .i.big.bad { color: var(--_err); }
  .void h2, .void h3 { font-size: var(--_text-lg); font-weight: 600; line-height: 20px; overflow-wrap: anywhere; } .void p { color: var(--_muted); max-width: 360px; line-height: 19px; text-wrap: balance; overflow-wrap: anywhere; } .void .acts { margin-top: 4px; flex-wrap: wrap; justify-content: center; }
  .sk { background: var(--_surface-3); border-radius: 4px; height: 10px; animation: pulse 1.4s ease-in-out infinite; }
  @keyframes pulse { 50% { opacity: .5; } }
  .banner { display: flex; align-items: center; gap: 10px; padding: 6px 16px; background: var(--_warn-soft); border-bottom: 1px solid var(--_warn-line); font-size: var(--_text-sm); line-height: 18px; flex: none; } .banner > .i { color: var(--_warn); }

  /* a wait that is over at once is not shown at all */
  .late { opacity: 0; animation: late 0s .15s forwards; }
  @keyframes late { to { opacity: 1; } }

  @media (prefers-reduced-motion: reduce) { *, *::before, *::after { transition: none !important; } .spin { animation-duration: 2.4s; } .sk { animation: none; } }
  @media (forced-colors: active) { .row[aria-selected="true"], .seg button[aria-selected="true"] { outline: 1px solid Highlight; outline-offset: -2px; } }
`;
