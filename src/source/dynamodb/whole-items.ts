import type { WireItem } from '../../item/attribute-value.js';
import { joinParts } from '../../item/oversize.js';
import { messageOf } from '../../support/error.js';
import { sourceError } from '../errors.js';
import type { ItemDecoder, ItemScanner } from '../item-decoder.js';

/** Items as the mapping made them: the parts of those that are split are read and put behind them. Throws `SOURCE_ITEM`. */
export async function wholeItems(
  items: readonly WireItem[],
  { partsOf }: Pick<ItemDecoder, 'partsOf'>,
  scanner: ItemScanner,
  signal: AbortSignal,
): Promise<readonly WireItem[]> {
  const keys = items.map(partsOf);
  const asked = keys.flat();
  if (asked.length === 0) return items;
  const parts = await scanner.get(asked, signal);
  return items.map((item, at) => {
    const own = keys[at] ?? [];
    if (own.length === 0) return item;
    try {
      return joinParts(
        item,
        own.map((key) => parts.get(key)).filter((part) => part !== undefined),
      );
    } catch (error) {
      throw sourceError(
        'SOURCE_ITEM',
        `the item before ${own[0]} cannot be put together: ${messageOf(error)}`,
        { cause: error, hint: 'Mend the item, or take the rows from the database that they came from.' },
      );
    }
  });
}
