/** An identifier exactly as named. */
export function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
