// Numbers, times and sizes as people read them. English, like the rest of the page; digits are grouped by commas.

const grouped = new Intl.NumberFormat('en-US');
const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

/** 1,402 */
export function count(n: number): string {
  return grouped.format(n);
}

/** "1 record", "1,402 records"; irregular plurals are given. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${grouped.format(n)} ${n === 1 ? one : many}`;
}

/** 950 -> "950", 12345 -> "12.3 k", 4100000 -> "4.1 M" */
export function compact(n: number): string {
  if (n < 10_000) return grouped.format(n);
  if (n < 999_500) return `${trim(n / 1000)} k`;
  return n < 999_500_000 ? `${trim(n / 1e6)} M` : `${trim(n / 1e9)} G`;
}
const trim = (x: number): string => (x < 99.95 ? x.toFixed(1).replace(/\.0$/, '') : x.toFixed(0));

/** Tokens in and out: "1,204 / 68"; "" when both are unknown. */
export function tokens(input: number | null | undefined, output: number | null | undefined): string {
  if (input == null && output == null) return '';
  return `${input == null ? '–' : compact(input)} / ${output == null ? '–' : compact(output)}`;
}

/** US dollars with as many digits as say something: "$41.07", "$0.0042". */
export function cost(usd: number): string {
  if (usd === 0) return '$0';
  if (usd >= 1) return `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
  if (usd < 0.000001) return '<$0.000001';
  return `$${Number(usd.toPrecision(2)).toFixed(Math.min(8, Math.max(2, 1 - Math.floor(Math.log10(usd)))))}`;
}

/** "620 ms", "1.84 s", "12.3 s", "2 min 3 s", "1 h 5 min" */
export function duration(ms: number): string {
  if (ms < 0.95) return `${ms < 0.005 ? 0 : Number(ms.toPrecision(2))} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9_995) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const s = Math.round(ms / 1000);
  if (s < 3600) return `${Math.floor(s / 60)} min${s % 60 ? ` ${s % 60} s` : ''}`;
  const m = Math.round(s / 60);
  return `${Math.floor(m / 60)} h${m % 60 ? ` ${m % 60} min` : ''}`;
}

/** "512 B", "21 MB", "1.8 GB" (decimal units, as file managers show them) */
export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  const units = ['KB', 'MB', 'GB', 'TB'];
  let x = n / 1000, u = 0;
  while (x >= 999.5 && u < units.length - 1) { x /= 1000; u++; }
  return `${x < 9.95 ? x.toFixed(1).replace(/\.0$/, '') : x.toFixed(0)} ${units[u]}`;
}

const startOfDay = (t: number): number => new Date(t).setHours(0, 0, 0, 0);
// Made once: toLocaleString makes a formatter for each call, which is what a long list would spend its time on.
const formatter = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => new Intl.DateTimeFormat('en-GB', options);
const DAY_MONTH = formatter({ day: 'numeric', month: 'short' });
const DAY_MONTH_YEAR = formatter({ day: 'numeric', month: 'short', year: 'numeric' });
const MINUTES = formatter({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const SECONDS = formatter({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });

const day = (t: number, now: number): string =>
  (new Date(t).getFullYear() === new Date(now).getFullYear() ? DAY_MONTH : DAY_MONTH_YEAR).format(t);

/** "just now", "12 min ago", "2 h ago", "Yesterday", "24 Dec", "24 Dec 2024" */
export function ago(time: string | number, now = Date.now()): string {
  const t = typeof time === 'number' ? time : Date.parse(time);
  if (Number.isNaN(t)) return '';
  const d = now - t;
  if (d < MINUTE) return 'just now';
  if (d < HOUR) return `${Math.floor(d / MINUTE)} min ago`;
  if (startOfDay(t) === startOfDay(now)) return `${Math.floor(d / HOUR)} h ago`;
  return dayName(t, now);
}

/** The same inside a sentence: "updated yesterday" */
export function agoInText(time: string | number, now = Date.now()): string {
  return ago(time, now).replace(/^Y/, 'y');
}

/** "Today", "Yesterday", "24 Dec" */
export function dayName(time: string | number, now = Date.now()): string {
  const t = typeof time === 'number' ? time : Date.parse(time);
  if (Number.isNaN(t)) return '';
  const days = Math.round((startOfDay(now) - startOfDay(t)) / DAY);
  return days === 0 ? 'Today' : days === 1 ? 'Yesterday' : day(t, now);
}

/** "14:02", with seconds "14:02:11" */
export function clock(time: string | number, seconds = false): string {
  const t = new Date(time);
  return Number.isNaN(t.getTime()) ? '' : (seconds ? SECONDS : MINUTES).format(t);
}

/** "29 Dec 2025, 12:47:03": for tooltips and details */
export function full(time: string | number): string {
  const t = new Date(time);
  return Number.isNaN(t.getTime()) ? '' : `${DAY_MONTH_YEAR.format(t)}, ${SECONDS.format(t)}`;
}

/** First digits of an id: "53cc91…" */
export function shortId(id: string, digits = 6): string {
  return id.length > digits + 1 ? `${id.slice(0, digits)}…` : id;
}
