/* sample_ui.h: the browser side of the sample plugin: one module with three elements and spanMarks, and documents
 * that work without a host. Everything is addressed relatively, so any mount point will do. */
#ifndef TESTS_SAMPLE_UI_H
#define TESTS_SAMPLE_UI_H

#define SAMPLE_DOCUMENT(element)                                                                               \
    "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Sample</title>"                     \
    "<script type=\"module\" src=\"sample.js\"></script></head><body><" element "></" element                  \
    "></body></html>\n"

static const char sample_page_html[] = SAMPLE_DOCUMENT("sample-page");
static const char sample_footer_html[] = SAMPLE_DOCUMENT("sample-footer");
static const char sample_dialog_html[] = SAMPLE_DOCUMENT("sample-dialog");

static const char sample_module[] =
    "const api = new URL('../api/', import.meta.url);\n"
    "class Base extends HTMLElement {\n"
    "  connectedCallback() {\n"
    "    if (!this.root) this.root = this.attachShadow({ mode: 'open' });\n"
    "    this.show();\n"
    "  }\n"
    "  show() { this.root.textContent = this.text(); }\n"
    "}\n"
    "class Page extends Base {\n"
    "  text() { return 'Sample page'; }\n"
    "  async show() {\n"
    "    this.root.textContent = 'Loading';\n"
    "    const reply = await (await fetch(new URL('hello', api))).json();\n"
    "    this.root.textContent = reply.text;\n"
    "  }\n"
    "}\n"
    "class Footer extends Base {\n"
    "  text() {\n"
    "    const q = new URLSearchParams(location.search);\n"
    "    const span = this.span ?? { trace_id: q.get('trace'), span_id: q.get('span') };\n"
    "    return 'Sample of ' + span.span_id;\n"
    "  }\n"
    "}\n"
    "class Dialog extends Base {\n"
    "  text() { return (this.count ?? new URLSearchParams(location.search).get('n')) + ' spans'; }\n"
    "}\n"
    "for (const [name, type] of [['sample-page', Page], ['sample-footer', Footer], ['sample-dialog', "
    "Dialog]])\n"
    "  if (!customElements.get(name)) customElements.define(name, type);\n"
#ifdef BREAK_MARKS
    "export const spanMarks = (refs) => refs.map((r) => r.span_id);\n";
#else
    "export async function spanMarks(refs) {\n"
    "  return refs.slice(0, 1).map((r) => ({ ...r, text: 'sample', title: 'A sample', href: 'samples' }));\n"
    "}\n";
#endif

#endif
