/** A query of one table by the values of columns: `SELECT … FROM orders WHERE customer_id = $1 ORDER BY placed_at LIMIT $2`. */
export interface SimpleQuery {
  /** As the query names it: `orders`, `sales.orders`. */
  readonly table: string;
  /** In the order of the text. */
  readonly equals: readonly string[];
  readonly orderBy: readonly { readonly column: string; readonly descending: boolean }[];
  readonly limited: boolean;
  readonly calls: number;
  readonly sql: string;
}
