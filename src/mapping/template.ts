import type { Column, ColumnType } from '../source/source-schema.js';
import type { ProblemCode } from './problem-codes.js';

/** A template as written: `ORDER#{customer.created_at | month}#{id}`. Doubled braces are literal ones. */
export type TemplatePart =
  | {
      readonly kind: 'literal';
      readonly text: string;
      /** Of its first character in the template's text. */
      readonly offset: number;
    }
  | {
      readonly kind: 'placeholder';
      /** Join path, empty for the root's own column. */
      readonly path: string;
      readonly column: string;
      readonly transforms: readonly TransformCall[];
      /** Of the opening brace in the template's text. */
      readonly offset: number;
    };

export interface TransformCall {
  readonly name: string;
  readonly args: readonly (string | number)[];
}

/** A cell of a row. */
export interface ResolvedColumn {
  readonly cell: number;
  /** Join path, empty for the query's own table. */
  readonly path: string;
  readonly column: Column;
  /** Type whose key codec applies: a foreign key column takes that of the column it references. */
  readonly keyType: ColumnType;
}

/** A template whose placeholders are columns of a query. Adjacent literals are merged. */
export interface ResolvedTemplate {
  readonly text: string;
  readonly parts: readonly ResolvedPart[];
}

export type ResolvedPart =
  | { readonly kind: 'literal'; readonly text: string }
  | {
      readonly kind: 'column';
      readonly column: ResolvedColumn;
      readonly transforms: readonly TransformCall[];
    };

/** What is wrong with a template, by place in its text; the caller adds file and line. */
export interface TemplateProblem {
  readonly severity: 'error' | 'warning';
  readonly code: ProblemCode;
  readonly message: string;
  readonly fix: string | null;
  readonly offset: number;
}
