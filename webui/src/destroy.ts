// Deleting, from wherever: asks once and names what goes, then a toast with Undo.
import { confirmDialog } from '../kit/dialog.js';
import { emit, type TvpElement } from '../kit/element.js';
import { plural } from '../kit/format.js';
import { api, isAbort, sentence, undoAction, type Dataset, type RecordRow } from './api.js';

const KEPT = 'stays in the trash for 30 days, and you can undo this.';

async function carryOut(from: TvpElement, run: () => Promise<{ text: string; undo: string | null }>): Promise<boolean> {
  try {
    const { text, undo } = await run();
    const action = undoAction(undo);
    emit(from, 'tvp:toast', { text, level: 'success', ...(action ? { action } : {}) });
    emit(from, 'tvp:changed', { spans: [] });
    return true;
  } catch (e) {
    if (!isAbort(e)) emit(from, 'tvp:toast', { text: sentence(e), level: 'error' });
    return false;
  }
}

/** False when the person said no, or it failed (which has been told). */
export async function deleteDataset(from: TvpElement, d: Dataset): Promise<boolean> {
  const yes = await confirmDialog(from.renderRoot as ShadowRoot, {
    title: d.record_count ? `Delete '${d.name}' and its ${plural(d.record_count, 'record')}?` : `Delete the empty dataset '${d.name}'?`, text: `It ${KEPT}`, confirm: 'Delete Dataset', danger: true });
  return yes && carryOut(from, async () => {
    const done = await api.deleteDataset(d.id);
    return { text: `'${d.name}' ${done.records ? `and ${plural(done.records, 'record')} ` : ''}deleted`, undo: done.undo };
  });
}

export async function deleteRecord(from: TvpElement, r: RecordRow): Promise<boolean> {
  const said = r.preview.input || r.preview.output || (r.preview.tool ? `a call of ${r.preview.tool}` : '');
  const yes = await confirmDialog(from.renderRoot as ShadowRoot, {
    title: 'Delete this record?', text: `${said ? `“${said.length > 140 ? `${said.slice(0, 140)}…` : said}” ` : 'It '}${KEPT}`, confirm: 'Delete Record', danger: true });
  return yes && carryOut(from, async () => {
    const done = await api.deleteRecord(r.id);
    return { text: '1 record deleted', undo: done.undo };
  });
}
