// The look of <spanset-add>.
import { css } from 'lit';

export const addCss = css`
  :host { width: 620px; max-width: 100%; max-height: calc(100vh - 32px); display: flex; flex-direction: column; min-height: 0; background: var(--_surface); }
  .box { display: flex; flex-direction: column; min-height: 0; flex: 1; }
  .form { align-content: start; }
  .seg { justify-self: start; }
  .ln { display: flex; align-items: center; gap: 8px; min-width: 0; height: 18px; }
  .tx { flex: 0 1 auto; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; line-height: 18px; }
  .tx.js { font: 400 var(--_mono-sm)/18px var(--_mono); }
  .dot::before { content: "·"; margin: 0 2px; color: var(--_faint); }
  .bad-text { margin-top: 6px; }
  .opts { border: 1px solid var(--_border); border-radius: var(--_radius); overflow: auto; max-height: 200px; margin-top: 8px; }
  .opts.none { padding: 8px 12px; color: var(--_muted); min-height: 36px; display: flex; align-items: center; gap: 8px; }
  .opt { display: grid; grid-template-columns: 16px minmax(0, 1fr) auto; gap: 10px; align-items: center; height: 36px; padding: 0 12px; cursor: pointer; }
  .opt + .opt { border-top: 1px solid var(--_border); }
  .opt:hover { background: var(--_row-hover); }
  .opt[aria-selected="true"] { background: var(--_accent-soft); }
  .opt .i { color: var(--_muted); } .opt[aria-selected="true"] .i { color: var(--_accent); }
  .opt small { color: var(--_muted); font-size: var(--_text-sm); white-space: nowrap; }
  .store { border: 1px solid var(--_border); border-radius: var(--_radius); background: var(--_bg); overflow: hidden; }
  .store .h { display: flex; align-items: center; gap: 8px; height: 32px; padding: 0 4px 0 12px; border-bottom: 1px solid var(--_border); font-size: var(--_text-sm); color: var(--_muted); white-space: nowrap; }
  .store .r { padding: 8px 12px; display: grid; gap: 6px; grid-template-columns: minmax(0, 1fr); min-height: 112px; align-content: start; }
  .wait { display: flex; align-items: center; gap: 8px; }
  .skip { display: flex; gap: 8px; line-height: 19px; } .skip .i { color: var(--_warn); margin-top: 2px; } .skip b { font-weight: 600; }
  .io { display: grid; grid-template-columns: 56px minmax(0, 1fr); gap: 10px; font-size: var(--_text-sm); }
  .io dt { color: var(--_muted); line-height: 18px; } .io dd { display: grid; gap: 3px; min-width: 0; grid-template-columns: minmax(0, 1fr); }
  .io.out { border-top: 1px solid var(--_border); padding-top: 6px; }
  .facts { color: var(--_muted); line-height: 18px; }
  .tx.gap { font-style: italic; }
  .lacks { display: flex; gap: 6px; align-items: flex-start; border-top: 1px solid var(--_border); padding-top: 6px; color: var(--_muted); font-size: var(--_text-sm); line-height: 18px; overflow-wrap: anywhere; } .lacks .i { margin-top: 2px; }
  .lacks.content { color: var(--_fg); } .lacks.content .i { color: var(--_warn); }
  .sum { display: grid; grid-template-columns: repeat(3, 1fr); border: 1px solid var(--_border); border-radius: var(--_radius); overflow: hidden; }
  .sum > div { padding: 8px 12px; } .sum > div + div { border-inline-start: 1px solid var(--_border); }
  .sum b { display: block; font-size: var(--_text-xl); line-height: 22px; font-weight: 600; } .sum .ok { color: var(--_accent); } .sum span { color: var(--_muted); font-size: var(--_text-sm); line-height: 16px; display: block; }
  .skipped { margin-top: 0; max-height: 320px; }
  .skipped li { display: grid; grid-template-columns: 88px minmax(0, 1fr); gap: 10px; padding: 8px 12px; line-height: 18px; } .skipped li + li { border-top: 1px solid var(--_border); }
  .skipped span { text-wrap: pretty; } .skipped .link { align-self: start; line-height: 18px; }
`;
