import type { ResolvedColumn } from './resolved-mapping.js';

/** A template as written: `ORDER#{customer.created_at | month}#{id}`. Doubled braces are literal ones. */
export type TemplatePart =
  | { readonly kind: 'literal'; readonly text: string }
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
  readonly code: string;
  readonly message: string;
  readonly fix: string | null;
  readonly offset: number;
}
