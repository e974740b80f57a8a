// Design tokens: colours, type, measures.
//
// Each one is public as --tvp-NAME, for a host to set on :root, and private as --_NAME, for components to use:
//
//     :host { --_bg: var(--tvp-bg, #0c0e10) }      here
//     .row  { background: var(--_bg) }             in a component
//
// The detour is what makes a host's value win: a custom property declared on :host would hide an inherited one of the
// same name. The theme is the element's data-theme ("dark" or "light"), else the system's.
import { unsafeCSS, type CSSResult } from 'lit';

// Type, spacing and measures: the same in both themes.
const common: Record<string, string> = {
  font: '-apple-system, "Segoe UI", "Adwaita Sans", Inter, Cantarell, Ubuntu, Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif',
  mono: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace',
  'text-xs': '11px',
  'text-sm': '12px',
  'text-md': '13px',
  'text-lg': '14px',
  'text-xl': '16px',
  'text-2xl': '20px',
  'mono-sm': '11.5px',
  'mono-md': '12px',
  s1: '4px',
  s2: '8px',
  s3: '12px',
  s4: '16px',
  s5: '20px',
  s6: '24px',
  s8: '32px',
  radius: '8px',
  'radius-sm': '6px',
  'radius-xs': '4px',
  'radius-pill': '999px',
  bar: '44px',
  panel: '384px',
  row: '40px',
  'control-h': '32px',
  hit: '24px',
};

// name: [dark, light]
const themed: Record<string, [string, string]> = {
  bg: ['#0c0e10', '#f6f7f8'],
  surface: ['#131618', '#ffffff'],
  'surface-2': ['#1a1e21', '#f0f2f4'],
  'surface-3': ['#23282c', '#e5e8eb'],
  fg: ['#e9ecee', '#15191c'],
  muted: ['#a3abb3', '#535c65'],
  faint: ['#868f98', '#646d76'],
  border: ['#262b30', '#dde1e5'],
  control: ['#666f78', '#848d96'],
  accent: ['#34d399', '#046c4e'],
  'on-accent': ['#03261a', '#ffffff'],
  ok: ['#4ade80', '#166534'],
  warn: ['#fbbf24', '#854d0e'],
  err: ['#f87171', '#b42318'],
  'on-err': ['#250404', '#ffffff'],
  focus: ['#6cb8ff', '#0a66c2'],
  rows: ['#0c0e10', '#ffffff'],
  thead: ['#131618', '#f0f2f4'],
  open: ['#131618', '#f6f7f8'],
  scrim: ['rgb(4 6 8 / .66)', 'rgb(22 28 34 / .42)'],
  shadow: ['0 12px 32px rgb(0 0 0 / .55), 0 2px 6px rgb(0 0 0 / .4)', '0 12px 32px rgb(20 28 36 / .18), 0 2px 6px rgb(20 28 36 / .10)'],
  sys: ['#e5c379', '#684600'],
  'sys-bg': ['#34280d', '#f8edd7'],
  'sys-bd': ['#5d4a1f', '#e3cb99'],
  usr: ['#9bcbff', '#1d4d87'],
  'usr-bg': ['#1a2b40', '#e1f0ff'],
  'usr-bd': ['#344e70', '#afd1fc'],
  ast: ['#8bdcb1', '#005e37'],
  'ast-bg': ['#133122', '#ddf6e7'],
  'ast-bd': ['#295841', '#a6dcbe'],
  tool: ['#d1b9ff', '#573c7f'],
  'tool-bg': ['#2d253d', '#f1eaff'],
  'tool-bd': ['#52456b', '#d4c4f6'],
  t0: ['#ffafa8', '#7c322f'],
  't0-bg': ['#38201e', '#ffeae7'],
  't0-bd': ['#623c39', '#f6c2bd'],
  't0-bar': ['#cd7670', '#c8635d'],
  t1: ['#f8b78b', '#773a00'],
  't1-bg': ['#362315', '#ffece0'],
  't1-bd': ['#5f402a', '#f1c7ac'],
  't1-bar': ['#c67f4d', '#c16e2d'],
  t2: ['#e4c37e', '#674700'],
  't2-bg': ['#302610', '#f8efdd'],
  't2-bd': ['#554523', '#e3cfa5'],
  't2-bar': ['#b18c39', '#aa7e00'],
  t3: ['#b9d38e', '#405601'],
  't3-bg': ['#232b16', '#ecf4e1'],
  't3-bd': ['#414d2b', '#c8d8ae'],
  't3-bar': ['#839e4f', '#749331'],
  t4: ['#8fdbb2', '#005e38'],
  't4-bg': ['#162d21', '#e2f6ea'],
  't4-bd': ['#2b513d', '#b0dec4'],
  't4-bar': ['#4ca77b', '#239d6a'],
  t5: ['#76dbda', '#005d5f'],
  't5-bg': ['#0c2d2d', '#ddf6f5'],
  't5-bd': ['#1c5151', '#a3dedd'],
  't5-bar': ['#12a7a7', '#009d9e'],
  t6: ['#83d3f9', '#00567b'],
  't6-bg': ['#122b37', '#dff4ff'],
  't6-bd': ['#254d60', '#a9d9f1'],
  't6-bar': ['#3a9ec8', '#0093c5'],
  t7: ['#a6c8ff', '#2c4b86'],
  't7-bg': ['#1d283a', '#e7f1ff'],
  't7-bd': ['#374866', '#bcd2f9'],
  't7-bar': ['#6d92d6', '#5a84d4'],
  t8: ['#d0bafc', '#563d7d'],
  't8-bg': ['#2a2338', '#f2edff'],
  't8-bd': ['#4c4161', '#d7c9f3'],
  't8-bar': ['#9d82cc', '#9372c8'],
  t9: ['#f5afd5', '#74325a'],
  't9-bg': ['#35202c', '#feeaf4'],
  't9-bd': ['#5d3b4e', '#efc2da'],
  't9-bar': ['#c276a2', '#bc6398'],
  'j-key': ['#80d0f6', '#005c87'],
  'j-str': ['#b6cf8b', '#435d00'],
  'j-num': ['#f5b488', '#833c00'],
  'j-kw': ['#cdb6f9', '#5d408a'],
};

// Follow whatever accent, surface and so on the host sets.
const derived: Record<string, string> = {
  'accent-soft': 'color-mix(in srgb, var(--_accent) 13%, var(--_surface))',
  'accent-line': 'color-mix(in srgb, var(--_accent) 42%, var(--_border))',
  'row-hover': 'color-mix(in srgb, var(--_fg) 4%, transparent)',
  'row-selected': 'color-mix(in srgb, var(--_accent) 9%, transparent)',
  'err-soft': 'color-mix(in srgb, var(--_err) 11%, var(--_surface))',
  'err-line': 'color-mix(in srgb, var(--_err) 45%, var(--_border))',
  'warn-soft': 'color-mix(in srgb, var(--_warn) 11%, var(--_surface))',
  'warn-line': 'color-mix(in srgb, var(--_warn) 42%, var(--_border))',
  mark: 'color-mix(in srgb, var(--_warn) 32%, transparent)',
};

const define = (values: [string, string][]): string => values.map(([k, v]) => `--_${k}:var(--tvp-${k},${v});`).join('');
const theme = (n: 0 | 1): string => define(Object.entries(themed).map(([k, v]) => [k, v[n]]));

function sheet(at: (attribute: string) => string): CSSResult {
  const dark = `color-scheme:dark;${theme(0)}`, light = `color-scheme:light;${theme(1)}`;
  return unsafeCSS(
    `${at('')}{${define(Object.entries(common))}${dark}}` +
    `@media (prefers-color-scheme:light){${at(':not([data-theme])')}{${light}}}` +
    `${at('[data-theme=light]')}{${light}}` +
    `${at('')}{${define(Object.entries(derived))}}`);
}

/** For the styles of an element with a shadow root of its own. */
export const tokens: CSSResult = sheet((a) => (a ? `:host(${a})` : ':host'));

/** For a document's own adopted sheet: body { background: var(--_bg) } and the like. */
export const documentTokens: CSSResult = sheet((a) => `:root${a}`);

/** Index of a topic's hue, 0 to 9: FNV-1a of the lower-case topic. */
export function topicHue(topic: string): number {
  let h = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(topic.toLowerCase())) h = Math.imul(h ^ byte, 0x01000193) >>> 0;
  return h % 10;
}
