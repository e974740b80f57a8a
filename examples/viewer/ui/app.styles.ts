import { css } from 'lit';

export const appStyles = css`
  :host { display: grid; grid-template-rows: var(--_bar) auto minmax(0, 1fr); height: 100%; background: var(--_bg); color: var(--_fg); overflow: hidden; }
  .skip { position: absolute; top: -60px; left: 8px; z-index: 50; } .skip:focus { top: 6px; }
  .host { display: flex; align-items: center; gap: 4px; padding: 0 12px 0 16px; background: var(--_surface); border-bottom: 1px solid var(--_border); min-width: 0; }
  .brand { display: flex; align-items: center; gap: 8px; font-weight: 600; margin-inline-end: 16px; white-space: nowrap; border-radius: 4px; }
  .brand .i { color: var(--_accent); width: 18px; height: 18px; }
  nav { display: flex; gap: 2px; height: 100%; min-width: 0; }
  nav a { display: flex; align-items: center; gap: 6px; padding: 0 12px; height: 100%; color: var(--_muted); font-weight: 500; position: relative; white-space: nowrap; }
  nav a:hover { color: var(--_fg); } nav a[aria-current] { color: var(--_fg); } nav a:focus-visible { outline-offset: -3px; border-radius: 6px; }
  nav a[aria-current]::after { content: ''; position: absolute; left: 12px; right: 12px; bottom: -1px; height: 2px; background: var(--_accent); }
  .live { display: inline-flex; align-items: center; gap: 6px; font-size: var(--_text-sm); color: var(--_muted); margin-inline-end: 8px; white-space: nowrap; }
  .live::before { content: ''; width: 7px; height: 7px; border-radius: 50%; background: var(--_ok); }
  .live.off::before { background: var(--_warn); } .live.connecting::before { background: var(--_faint); }
  .frame { display: flex; min-height: 0; min-width: 0; }
  .panel { flex: none; width: min(var(--w), 60vw); min-height: 0; display: flex; background: var(--_surface); } .panel.left { border-inline-end: 1px solid var(--_border); } .panel.right { border-inline-start: 1px solid var(--_border); } .panel tv-plugin-view { flex: 1; }
  main { flex: 1; min-width: 0; min-height: 0; display: grid; grid-template-columns: minmax(0, 1fr); position: relative; outline: none; }
  main.open { grid-template-columns: minmax(0, 1fr) min(var(--insp, 456px), 60%); }
  .left { display: flex; flex-direction: column; min-width: 0; min-height: 0; position: relative; }
  .left > [hidden] { display: none; }
  .insp { position: relative; min-width: 0; min-height: 0; border-inline-start: 1px solid var(--_border); background: var(--_surface); }
  .grip { position: absolute; inset-block: 0; inset-inline-start: -4px; width: 8px; cursor: col-resize; z-index: 6; touch-action: none; }
  .grip::after { content: ''; position: absolute; inset-block: 0; inset-inline-start: 3px; width: 2px; background: transparent; }
  .grip:hover::after, .grip:focus-visible::after, .grip.drag::after { background: var(--_focus); } .grip:focus-visible { outline: none; }
  .toasts { bottom: var(--toasts-up, 48px); }
  .nowhere { display: flex; flex-direction: column; min-height: 0; }
  @media (max-width: 1100px) {
    main.open { grid-template-columns: minmax(0, 1fr); }
    .insp { position: absolute; inset-block: 0; inset-inline-end: 0; width: min(var(--insp, 456px), calc(100% - 48px)); box-shadow: var(--_shadow); z-index: 7; }
    /* what stays in sight beside the panel that lies over the list */
    main.open { --cover: min(var(--insp, 456px), calc(100% - 48px)); } main.open tv-action-bar { right: var(--cover); }
    nav a { padding: 0 9px; } .brand { margin-inline-end: 8px; }
  }
  @media (max-width: 860px) { main.open { --cover: 0px; } }
  @media (max-width: 760px) { .brand span, .live span { display: none; } nav a .i { display: none; } }
`;
