// What to show before the first span: how to point an SDK at this viewer. Also the body of the info popover.
import { html } from 'lit';
import { icon } from '../../../webui/kit/icons';
import { copyButton } from './copy';

/** The address that SDKs send to, from /api/info or else this page's own. */
export const endpoint = (otlp: string[] | undefined): string => otlp?.[0] ?? location.origin;

export function envLine(otlp: string[] | undefined) {
  const line = `export OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint(otlp)}`;
  return html`<div class="env"><code class="mono">${line}</code>${copyButton(() => line, 'Copy the line', false)}</div>`;
}

export function firstSpans(otlp: string[] | undefined) {
  return html`<div class="void first">${icon('inbox', 'big')}<h2>No spans yet</h2>
    <p>Point any OpenTelemetry SDK at this viewer and run your program. Spans show up here as they arrive.</p>
    ${envLine(otlp)}
    <p class="hint">OTLP over HTTP, protobuf or JSON. Where an SDK asks for it: <span class="mono">OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf</span></p></div>`;
}
