// What the harness' calls answer, and what plugin elements are given. See host-api/README.md.

export interface Ref { trace_id: string; span_id: string }

export interface Span extends Ref {
  name: string; kind: string; service?: string; model?: string; start: string; duration_ms: number;
  input_tokens?: number; output_tokens?: number; failed: boolean; error?: string; preview_input?: string; preview_output?: string;
}

export interface View { id: string; title: string; path: string; element?: string; module?: string }
export interface Page extends View { icon?: string; route: string }
export interface Action { id: string; label: string; shortcut?: string; min_spans: number; max_spans: number }
export interface Widget extends View { order: number; height: number }
export interface Panel extends View { side: 'left' | 'right'; width: number; order: number }

export interface Plugin {
  id: string; name: string; version: string; base: string; healthy: boolean; observes: boolean;
  pages: Page[]; actions: Action[]; widgets: Widget[]; panels: Panel[];
}

export interface Opened { element?: string; module?: string; path?: string; props?: Record<string, unknown> }
export interface Reply { open?: Opened; toast?: string; error?: string }

export interface Toast {
  text: string; level?: 'info' | 'ok' | 'error'; details?: string[];
  action?: { label: string; url: string; method?: 'POST' };
}

/** The property `host` of every element. */
export interface Host { version: string; base: string; location: string; theme: 'light' | 'dark'; locale: string; user?: string }
