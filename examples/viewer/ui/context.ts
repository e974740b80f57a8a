// What lives as long as the page does and is shared by its parts.
import { Live } from './live';
import { Marks, Plugins } from './plugins';
import { Router } from './router';
import { Selection } from './selection';
import { SpanStore } from './span-store';
import { ThemeChoice } from './theme';

export class Context {
  readonly router = new Router();
  readonly theme = new ThemeChoice();
  readonly live = new Live();
  readonly spans = new SpanStore();
  readonly selection = new Selection((id) => this.spans.load(id));
  readonly plugins = new Plugins();
  readonly marks = new Marks(this.plugins);
}

/** Remembers a choice in this browser; a browser that refuses storage forgets it. */
export function remember(key: string, value: string): void {
  try { localStorage.setItem(key, value); } catch { /* then not */ }
}
export function recall(key: string): string | null {
  try { return localStorage.getItem(key); } catch { return null; }
}
