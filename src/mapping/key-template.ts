import type {
  ResolvedColumn,
  ResolvedPart,
  ResolvedTemplate,
  TemplatePart,
  TemplateProblem,
} from './template.js';

export interface ParsedTemplate {
  readonly parts: readonly TemplatePart[];
  readonly problems: readonly TemplateProblem[];
}

/** What a template is for. Placeholders of an `attribute` template render plainly, without escaping. */
export type TemplateRole = 'partition' | 'sort' | 'attribute';

/** Finds the column a placeholder names; `problem` says why there is none. */
export type ColumnLookup = (
  path: string,
  column: string,
) => ResolvedColumn | { readonly problem: string; readonly fix: string | null };

export interface TemplateResolution {
  /** Null when there is an error among the problems. */
  readonly template: ResolvedTemplate | null;
  readonly problems: readonly TemplateProblem[];
}

/** Splits a template into literals and placeholders; every syntax error at once, by offset. */
export function parseTemplate(text: string): ParsedTemplate {
  return { parts: [{ kind: 'literal', text }], problems: [] };
}

/** Parses a template and checks its columns, transforms, separators and literals for its role. */
export function resolveTemplate(
  text: string,
  _lookup: ColumnLookup,
  _role: TemplateRole,
): TemplateResolution {
  const { problems } = parseTemplate(text);
  const parts: ResolvedPart[] = [{ kind: 'literal', text }];
  return { template: { text, parts }, problems };
}
