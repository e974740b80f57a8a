// The orders a dataset's records can stand in, and how they are written in an address.
import type { Query } from './record-pages.js';

export type Sort = Query['sort'];
export type Order = Query['order'];

export const SORTS: { sort: Sort; order: Order; label: string }[] = [
  { sort: 'created_at', order: 'desc', label: 'Newest first' }, { sort: 'created_at', order: 'asc', label: 'Oldest first' },
  { sort: 'topic', order: 'asc', label: 'Topic A to Z' }, { sort: 'topic', order: 'desc', label: 'Topic Z to A' },
  { sort: 'score', order: 'desc', label: 'Best score first' }, { sort: 'score', order: 'asc', label: 'Worst score first' },
];

/** Where an order begins when its column is clicked. */
export const NATURAL: Record<Sort, Order> = { created_at: 'desc', topic: 'asc', score: 'desc' };

export interface ViewState { q: string; sort: Sort; order: Order }

export function readState(params: URLSearchParams): ViewState {
  const s = params.get('sort'), o = params.get('order');
  const sort: Sort = s === 'topic' || s === 'score' ? s : 'created_at';
  return { q: params.get('q') ?? '', sort, order: o === 'asc' || o === 'desc' ? o : NATURAL[sort] };
}

/** "?q=..&sort=.." without what is the default. */
export function writeState({ q, sort, order }: ViewState): string {
  const p = new URLSearchParams();
  if (q) p.set('q', q);
  if (sort !== 'created_at') p.set('sort', sort);
  if (order !== NATURAL[sort]) p.set('order', order);
  const text = p.toString();
  return text && `?${text}`;
}
