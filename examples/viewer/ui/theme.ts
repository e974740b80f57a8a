// Dark, light or as the system says: kept in this browser, shown as data-theme on <html>.
export type Preference = 'system' | 'dark' | 'light';
export type Theme = 'dark' | 'light';

const KEY = 'tv-theme';
const light = matchMedia('(prefers-color-scheme: light)');

export class ThemeChoice extends EventTarget {
  preference: Preference = 'system';

  constructor() {
    super();
    try {
      const v = localStorage.getItem(KEY);
      if (v === 'dark' || v === 'light') this.preference = v;
    } catch { /* storage refused: the system's theme will do */ }
    light.addEventListener('change', () => this.#show());
    this.#show();
  }
  get theme(): Theme {
    return this.preference === 'system' ? (light.matches ? 'light' : 'dark') : this.preference;
  }
  next(): void {
    const order: Preference[] = ['system', 'dark', 'light'];
    this.set(order[(order.indexOf(this.preference) + 1) % 3]!);
  }
  set(p: Preference): void {
    this.preference = p;
    try {
      if (p === 'system') localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, p);
    } catch { /* as above */ }
    this.#show();
  }
  #show(): void {
    document.documentElement.dataset['theme'] = this.theme;
    this.dispatchEvent(new Event('change'));
  }
}
