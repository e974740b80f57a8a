// Icons: 24x24 strokes, one path each, drawn in the text's colour. Decorative: whoever shows one without text beside it
// names the control (aria-label).
import { svg, type TemplateResult } from 'lit';

const paths = {
  // the names of tvp.h
  database: 'M4 6a8 3 0 0 0 16 0a8 3 0 0 0-16 0v12a8 3 0 0 0 16 0V6M4 12a8 3 0 0 0 16 0',
  list: 'M4 6h11M7 12h11M10 18h10M4 12h.01M4 18h.01',
  chat: 'M5 5h14a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-8l-4 4v-4H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1Z',
  sparkle: 'M12 4c.8 5 3 7.2 8 8c-5 .8-7.2 3-8 8c-.8-5-3-7.2-8-8c5-.8 7.2-3 8-8Z',
  chart: 'M4 20h16M7 16v-5M12 16V5M17 16V9',
  tag: 'M12.5 4H20v7.5L11.5 20L4 12.5ZM16.5 7.5h.01',
  flag: 'M6 21V4M6 5h12l-2.5 4L18 13H6',
  play: 'M8 5v14l11-7Z',
  settings: 'M12 15.2a3.2 3.2 0 1 0 0-6.4a3.2 3.2 0 0 0 0 6.4ZM12 3v2.5M12 18.5V21M3 12h2.5M18.5 12H21M5.6 5.6l1.8 1.8M16.6 16.6l1.8 1.8M5.6 18.4l1.8-1.8M16.6 7.4l1.8-1.8',
  plus: 'M12 5v14M5 12h14',
  external: 'M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5',
  // ours
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13a6.5 6.5 0 0 0 0 13ZM15.3 15.3L20 20',
  'search-none': 'M10.5 17a6.5 6.5 0 1 0 0-13a6.5 6.5 0 0 0 0 13ZM15.3 15.3L20 20M8.5 8.5l4 4M12.5 8.5l-4 4',
  close: 'M6 6l12 12M18 6L6 18',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  'chevron-right': 'M9 6l6 6l-6 6',
  'chevron-left': 'M15 6l-6 6l6 6',
  'chevron-down': 'M6 9l6 6l6-6',
  'chevron-up': 'M6 15l6-6l6 6',
  'arrow-right': 'M5 12h14M13 6l6 6l-6 6',
  'arrow-up': 'M12 19V5M6 11l6-6l6 6',
  'arrow-down': 'M12 5v14M6 13l6 6l6-6',
  dots: 'M4 12a.8.8 0 1 0 1.6 0a.8.8 0 1 0-1.6 0ZM11.2 12a.8.8 0 1 0 1.6 0a.8.8 0 1 0-1.6 0ZM18.4 12a.8.8 0 1 0 1.6 0a.8.8 0 1 0-1.6 0Z',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5',
  edit: 'M4 20l1-4L16 5l3 3L8 19ZM14 7l3 3',
  copy: 'M9 9h10a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1ZM6 15H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1h9a1 1 0 0 1 1 1v1',
  undo: 'M8 5L4 9l4 4M4 9h10a5.5 5.5 0 0 1 0 11H9',
  refresh: 'M19.5 12a7.5 7.5 0 1 1-2.3-5.4M20 4v4h-4',
  warning: 'M12 4l9 16H3ZM12 10v4.5M12 17.2h.01',
  error: 'M12 21a9 9 0 1 0 0-18a9 9 0 0 0 0 18ZM12 7.5v5.5M12 16.3h.01',
  info: 'M12 21a9 9 0 1 0 0-18a9 9 0 0 0 0 18ZM12 11v5.5M12 7.7h.01',
  offline: 'M4 4l16 16M9 6.5A6 6 0 0 1 17.7 11A4 4 0 0 1 19.8 17M7 9a6 6 0 0 0-.7 2A4 4 0 0 0 7 19h9',
  inbox: 'M4 13l3-8h10l3 8v6H4ZM4 13h4.5l1 3h5l1-3H20',
  select: 'M5 4h14a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1ZM8 12l3 3l5-6',
  tool: 'M14.5 4.5a5 5 0 0 0-4.7 6.7L4 17v3h3l5.8-5.8a5 5 0 0 0 6.7-4.7L16.5 12L12 9.5l3-3Z',
  bot: 'M7 8h10a2 2 0 0 1 2 2v8a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-8a2 2 0 0 1 2-2ZM12 8V4M9 13h.01M15 13h.01M9.5 16h5M3 13v3M21 13v3',
  vector: 'M6 20V4M4 18h16M10 14h.01M14 9h.01M17 13h.01M12 6h.01',
  shield: 'M12 3l8 3v6c0 5-3.5 7.5-8 9c-4.5-1.5-8-4-8-9V6ZM9 12l2.5 2.5L15.5 10',
  link: 'M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7L12 17',
  chain: 'M5 8h5v5H5ZM14 11h5v5h-5ZM10 10.5h2v3h2',
  circle: 'M12 20a8 8 0 1 0 0-16a8 8 0 0 0 0 16Z',
  clock: 'M12 21a9 9 0 1 0 0-18a9 9 0 0 0 0 18ZM12 7v5.5l3.5 2',
  sun: 'M12 16a4 4 0 1 0 0-8a4 4 0 0 0 0 8ZM12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6L7 7M17 17l1.4 1.4M5.6 18.4L7 17M17 7l1.4-1.4',
  moon: 'M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10Z',
  sort: 'M7 5v14M4 16l3 3l3-3M13 7h7M13 12h5M13 17h3',
  filter: 'M4 6h16M7 12h10M10 18h4',
  image: 'M5 5h14a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1ZM4 16l5-5l5 5l2-2l4 4M15.5 9h.01',
  file: 'M6 3h8l5 5v13H6ZM14 3v5h5',
  audio: 'M5 10v4h3l5 4V6L8 10ZM16.5 9a4 4 0 0 1 0 6',
  download: 'M12 4v11M7 11l5 5l5-5M5 20h14',
  upload: 'M12 16V5M7 9l5-5l5 5M5 20h14',
  user: 'M12 12a4 4 0 1 0 0-8a4 4 0 0 0 0 8ZM4.5 20a7.5 7.5 0 0 1 15 0',
  panel: 'M5 5h14a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1ZM9.5 5v14M15 10l-2 2l2 2',
  expand: 'M7 9l5-5l5 5M7 15l5 5l5-5',
  collapse: 'M7 4l5 5l5-5M7 20l5-5l5 5',
  bell: 'M6 17V11a6 6 0 0 1 12 0v6l1.5 1.5H4.5ZM10 21h4',
  gap: 'M4 6h16M4 12h4M16 12h4M4 18h11',
  brand: 'M4 6h9M8 12h12M4 18h6M14 18h4',
} satisfies Record<string, string>;

export type IconName = keyof typeof paths;

/** An icon by name, or by an inline path as tvp.h allows ("M4 6h16..."); an unknown name gives a neutral shape.
 *  cls: further classes, of which "s" (14 px), "xs" (12 px) and "big" (28 px) set the size; 16 px otherwise. */
export function icon(name: IconName | (string & {}), cls = ''): TemplateResult {
  const d = Object.hasOwn(paths, name) ? paths[name as IconName] : /^[Mm][\d\s.,a-zA-Z-]+$/.test(name) ? name : paths.circle;
  return svg`<svg class=${`i ${cls}`} viewBox="0 0 24 24" aria-hidden="true"><path d=${d}/></svg>` as unknown as TemplateResult;
}
