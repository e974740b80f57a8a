import { css } from 'lit';

export const detailStyles = css`
  :host { display: flex; flex-direction: column; min-width: 0; min-height: 0; height: 100%; background: var(--_surface); container: insp / inline-size; }
  header { padding: 12px 8px 10px 16px; display: flex; gap: 8px; align-items: flex-start; flex: none; }
  header h2 { font-size: var(--_text-lg); line-height: 20px; font-weight: 600; overflow-wrap: anywhere; display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; }
  header .meta { font-size: var(--_text-sm); line-height: 18px; margin: 0; color: var(--_muted); display: flex; align-items: center; }
  header .nav { display: flex; margin-top: -3px; }
  header .sid { white-space: pre; flex: none; }
  .tabs button { white-space: nowrap; padding: 0 8px; }
  .kind { width: 18px; height: 18px; border-radius: 5px; display: grid; place-items: center; flex: none; color: var(--_muted); background: var(--_surface-3); margin-top: 1px; }
  .kind.ast { color: var(--_ast); background: var(--_ast-bg); } .kind.tool { color: var(--_tool); background: var(--_tool-bg); }
  .kind.usr { color: var(--_usr); background: var(--_usr-bg); } .kind.sys { color: var(--_sys); background: var(--_sys-bg); }
  .stats { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); padding: 0 16px 10px; gap: 8px; flex: none; }
  .stats div { line-height: 16px; font-size: var(--_text-xs); color: var(--_muted); min-width: 0; }
  .stats b { display: block; color: var(--_fg); font-size: var(--_text-md); line-height: 18px; font-weight: 600; font-variant-numeric: tabular-nums; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .failure { display: flex; gap: 8px; margin: 0 16px 10px; padding: 7px 10px; border: 1px solid var(--_err-line); border-radius: var(--_radius-sm); background: var(--_err-soft); color: var(--_err); line-height: 18px; max-height: 92px; overflow: auto; overflow-wrap: anywhere; flex: none; } .failure .i { margin-top: 1px; }
  .tabs .badge { font-variant-numeric: tabular-nums; }
  .body { flex: 1; min-height: 0; overflow: auto; padding: 4px 16px 16px; outline-offset: -2px; display: flex; flex-direction: column; }
  .body > * { flex: none; } .body > .void { flex: 1; }
  .notice { display: flex; gap: 8px; align-items: flex-start; padding: 8px 10px; margin: 8px 0 4px; border: 1px solid var(--_border); border-radius: var(--_radius-sm); background: var(--_surface-2); color: var(--_muted); line-height: 18px; font-size: var(--_text-sm); } .notice .i { margin-top: 1px; } .notice .link { display: inline; }
  .sec { padding: 12px 0 4px; display: flex; align-items: center; gap: 8px; }
  .sec + .js-box, .sec + .plainbox { margin-top: 0; }
  .plainbox { white-space: pre-wrap; overflow-wrap: anywhere; line-height: 20px; }
  .tooldef { border: 1px solid var(--_border); border-radius: var(--_radius); padding: 8px 12px 10px; margin-top: 8px; display: grid; gap: 4px; grid-template-columns: minmax(0, 1fr); }
  .tooldef p { color: var(--_muted); line-height: 18px; overflow-wrap: anywhere; } .tooldef summary { cursor: pointer; color: var(--_muted); font-size: var(--_text-sm); width: fit-content; }
  .bar { display: flex; gap: 8px; align-items: center; position: sticky; top: -4px; padding: 8px 0; background: var(--_surface); z-index: 1; } .bar .field { flex: 1; height: 28px; }
  .attrs { display: grid; grid-template-columns: minmax(0, 1fr); }
  .attr { display: grid; grid-template-columns: minmax(0, 42%) minmax(0, 1fr); gap: 10px; padding: 4px 0; border-top: 1px solid color-mix(in srgb, var(--_border) 60%, transparent); align-items: start; line-height: 18px; }
  .attr dt { color: var(--_muted); font: 400 var(--_mono-sm)/18px var(--_mono); overflow-wrap: anywhere; padding: 2px 0; }
  .attr dd { display: grid; grid-template-columns: minmax(0, 1fr) 24px; gap: 0 8px; align-items: start; min-width: 0; }
  .attr .v { font: 400 var(--_mono-sm)/18px var(--_mono); overflow-wrap: anywhere; white-space: pre-wrap; padding: 2px 0; min-width: 0; }
  .attr .copy { opacity: 0; } .attr:hover .copy, .attr:focus-within .copy, .copy[data-done] { opacity: 1; }
  .attr .clip { max-height: 108px; overflow: hidden; -webkit-mask-image: linear-gradient(#000 70%, transparent); mask-image: linear-gradient(#000 70%, transparent); }
  .attr .more { grid-column: 1; font-size: var(--_text-sm); justify-self: start; min-height: 24px; }
  mark { background: var(--_mark); color: inherit; border-radius: 2px; }
  .ib.copy .done { display: none; } .ib.copy[data-done='yes'] .i { display: none; } .ib.copy[data-done='yes'] .done { display: block; color: var(--_ok); } .ib.copy[data-done='no'] { color: var(--_err); }
  .event { border-top: 1px solid color-mix(in srgb, var(--_border) 60%, transparent); padding: 8px 0; display: grid; gap: 4px; grid-template-columns: minmax(0, 1fr); } .event:first-child { border-top: 0; }
  .event .h { display: flex; align-items: center; gap: 8px; } .event .h b { font-weight: 600; overflow-wrap: anywhere; } .event time { color: var(--_muted); font-size: var(--_text-sm); margin-inline-start: auto; white-space: nowrap; font-variant-numeric: tabular-nums; }
  .event dl { display: grid; grid-template-columns: minmax(0, 38%) minmax(0, 1fr); gap: 2px 10px; font: 400 var(--_mono-sm)/18px var(--_mono); } .event dt { color: var(--_muted); overflow-wrap: anywhere; } .event dd { overflow-wrap: anywhere; white-space: pre-wrap; }
  pre.raw { font: 400 var(--_mono-md)/18px var(--_mono); white-space: pre-wrap; overflow-wrap: anywhere; }
  .widgets { flex: none; max-height: 45%; overflow: auto; }
  .widgets section { border-top: 1px solid var(--_border); min-height: var(--reserve, 0); }
  .widgets section.gone { display: none; }
  @container insp (max-width: 400px) { .tabs button { padding: 0 7px; } .tabs .badge { display: none; } }
`;
