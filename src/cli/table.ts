import Table from 'cli-table3';

export type Cell = string | number;

/** Plain columns without rules: numbers to the right, readable in a terminal, a file and a ticket. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const none = Object.fromEntries(
    ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
      .concat(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'])
      .map((part) => [part, '']),
  );
  const numeric = head.map((_, column) => {
    const cells = rows.map((row) => row[column]).filter((cell) => cell !== '');
    return cells.length > 0 && cells.every((cell) => typeof cell === 'number');
  });
  const grid = new Table({
    head: [...head],
    chars: { ...none, middle: '  ' },
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    colAligns: numeric.map((right) => (right ? 'right' : 'left')),
  });
  for (const row of rows) grid.push(row.map((cell) => (typeof cell === 'number' ? count(cell) : cell)));
  return `${grid.toString().replaceAll(/ +$/gm, '')}\n`;
}

/** `1234567` → `1,234,567`; at most two decimals. */
export function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 });
}

/** `1 row`, `2 rows` */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** A share from 0 to 1: `42 %`, `3.5 %`, `< 0.1 %` */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) return '< 0.1 %';
  return `${(share * 100).toLocaleString('en-US', { maximumFractionDigits: share < 0.1 ? 1 : 0 })} %`;
}

/** An amount of money: `$312.50`, `EUR 12.00`; parts of a cent are `< $0.01` */
export function money(amount: number, currency: string): string {
  if (amount > 0 && amount < 0.01) return `< ${money(0.01, currency)}`;
  return amount.toLocaleString('en-US', { style: 'currency', currency });
}

/** Bytes as people read them, in powers of 1,024. */
export function bytes(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let size = value;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${size.toLocaleString('en-US', { maximumFractionDigits: unit === 0 ? 0 : 1 })} ${units[unit]}`;
}

/** Milliseconds as `850 ms`, `12.3 s`, `4 min 05 s`, `3 h 20 min`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(Math.floor(seconds % 60)).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
