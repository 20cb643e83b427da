/** Pattern of the keys of pointers, as SCAN takes it; keys of rows hold a brace before their first colon and are told apart by it. */
export const POINTER_KEYS = '*:view:*';

/** Whose pointer lies under a key; undefined for a key of anything else. */
export function parsePointerKey(key: string): { readonly project: string; readonly viewId: number } | undefined {
  const parts = /^([^:{}]+):view:([1-9]\d*)$/.exec(key);
  return parts === null ? undefined : { project: String(parts[1]), viewId: Number(parts[2]) };
}
