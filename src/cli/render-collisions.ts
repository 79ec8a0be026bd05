import type { CollisionReport } from '../operations/collisions.js';
import { count, plural, table } from './table.js';

/** The keys that several rows make, with the rows; '' where none were looked for. */
export function renderCollisions(report: CollisionReport | null): string {
  if (report === null) return '';
  const { copies, keys, collidingKeys, rejected, leftOut, examples, file } = report;
  const head = `Compared ${plural(keys, 'key')} of ${copies.join(', ')}: `;
  if (collidingKeys === 0) return `${head}each is the key of one item.\n`;
  const lines = examples.map(({ key, items, sources, winner }) => [
    keyText(key),
    items,
    sources.map(({ entity, copy, source }) => `${source} (${entity}.${copy})`).join('\n'),
    winner === null ? 'all rejected' : `${winner.source} kept`,
  ]);
  const more = collidingKeys - examples.length;
  return [
    `${head}${plural(collidingKeys, 'key')} of several items; ${count(rejected)} of them rejected, ${count(leftOut)} left out.\n`,
    table(['key', 'items', 'made from', 'outcome'], lines),
    more > 0 ? `and ${plural(more, 'further key')}${file === null ? '' : `: ${file}`}\n` : '',
  ].join('');
}

/** `{"pk":{"S":"A"},"sk":{"S":"B"}}` as `A / B` */
function keyText(key: string): string {
  const attributes = Object.values(JSON.parse(key) as { readonly [name: string]: { readonly S?: string } });
  return attributes.map((value) => value.S ?? JSON.stringify(value)).join(' / ');
}
