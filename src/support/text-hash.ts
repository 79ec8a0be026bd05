/** FNV-1a over a text's UTF-16 units, 32 bits with a sign: for tables and samples in memory, not for what is stored. */
export function textHash(text: string): number {
  let hash = 0x811c9dc5 | 0;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}
