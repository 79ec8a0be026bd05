import { nameOf } from './names.js';

export interface SqlQuery {
  /** `orders`, `sales.orders` */
  readonly label: string;
  readonly equals: readonly string[];
  readonly orderBy: readonly string[];
  readonly descending?: boolean;
}

/** Words that are no names without quotes; those that tables and columns are called in practice. */
const RESERVED = new Set(
  (
    'all and any as asc between by case check column condition constraint create cross current_date current_user default ' +
    'delete desc describe distinct drop else end except exists false fetch for foreign from function grant group groups having in ' +
    'index inner insert interval into is join key keys leading left like limit lock match natural not null offset on option or ' +
    'order outer primary procedure range rank read references release rename repeat require restrict return right row rows ' +
    'schema select set some system table then to trigger true union unique update usage use user using values when where ' +
    'window with write'
  ).split(' '),
);

/** The statement that a pattern stands for, its parameters in braces: `select * from orders where customer_id = {customerId}`. */
export function sqlOf({ label, equals, orderBy, descending = false }: SqlQuery, dialect: string): string {
  const name = (text: string) => quoted(text, dialect);
  const where = equals.map((column) => `${name(column)} = {${nameOf(column)}}`).join(' and ');
  const order = orderBy.map((column) => `${name(column)}${descending ? ' desc' : ''}`).join(', ');
  const from = label.split('.').map(name).join('.');
  return `select * from ${from} where ${where}${order === '' ? '' : ` order by ${order}`}`;
}

function quoted(name: string, dialect: string): string {
  const mysql = dialect === 'mysql';
  const plain = mysql ? /^[A-Za-z_][A-Za-z0-9_]*$/ : /^[a-z_][a-z0-9_]*$/;
  if (plain.test(name) && !RESERVED.has(name.toLowerCase())) return name;
  return mysql ? `\`${name.replaceAll('`', '``')}\`` : `"${name.replaceAll('"', '""')}"`;
}
