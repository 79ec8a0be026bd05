import type { ProblemCode } from '../problem-codes.js';
import type {
  ResolvedColumn,
  ResolvedPart,
  ResolvedTemplate,
  TemplatePart,
  TemplateProblem,
} from '../template.js';
import { keyCodec } from './key-codecs.js';
import { closingBrace, readPlaceholder } from './template-syntax.js';
import { type Chain, chainTransforms, describeType, isChain, keyWriting } from './transform-chain.js';

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

/** One of these starts every literal behind a component of variable width; `$` ends a range. */
export const SEPARATORS = ' !"#';
const SENTINEL = '$';

/** Splits a template into literals and placeholders; every syntax error at once, by offset. */
export function parseTemplate(text: string): ParsedTemplate {
  const parts: TemplatePart[] = [];
  const problems: TemplateProblem[] = [];
  let literal = '';
  let start = 0;
  const flush = (next: number) => {
    if (literal !== '') parts.push({ kind: 'literal', text: literal, offset: start });
    literal = '';
    start = next;
  };
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if ((char === '{' || char === '}') && text[at + 1] === char) {
      literal += char;
      at += 2;
    } else if (char === '}') {
      problems.push(
        error(
          'TEMPLATE_SYNTAX',
          'a brace is closed that was not opened',
          'Write }} for a literal brace.',
          at,
        ),
      );
      at += 1;
    } else if (char === '{') {
      const end = closingBrace(text, at + 1);
      if (end < 0) {
        problems.push(
          error(
            'TEMPLATE_SYNTAX',
            'the brace is not closed',
            'Close it with }, or write {{ for a literal brace.',
            at,
          ),
        );
        break;
      }
      flush(end + 1);
      const placeholder = readPlaceholder(text.slice(at + 1, end));
      if (typeof placeholder === 'string') {
        problems.push(
          error('TEMPLATE_SYNTAX', placeholder, 'Write {column}, {join.column} or {column | transform}.', at),
        );
      } else parts.push({ kind: 'placeholder', ...placeholder, offset: at });
      at = end + 1;
    } else {
      literal += char;
      at += 1;
    }
  }
  flush(at);
  return { parts, problems };
}

/** Parses a template and checks its columns, transforms, separators and literals for its role. */
export function resolveTemplate(text: string, lookup: ColumnLookup, role: TemplateRole): TemplateResolution {
  const parsed = parseTemplate(text);
  const problems: TemplateProblem[] = [...parsed.problems];
  const parts: ResolvedPart[] = [];
  for (const [index, part] of parsed.parts.entries()) {
    if (part.kind === 'literal') {
      parts.push({ kind: 'literal', text: part.text });
      if (role !== 'attribute') problems.push(...checkLiteral(part.text, part.offset));
      continue;
    }
    const column = lookup(part.path, part.column);
    if ('problem' in column) {
      problems.push(error('UNKNOWN_COLUMN', column.problem, column.fix, part.offset));
      continue;
    }
    const chain = chainTransforms(
      role === 'attribute' ? column.column.type : column.keyType,
      part.transforms,
    );
    if (!isChain(chain)) {
      problems.push(error(chain.code, chain.message, chain.fix, part.offset));
      continue;
    }
    problems.push(
      ...(role === 'attribute'
        ? checkValue(column, chain, part.offset)
        : checkComponent(column, chain, role, parsed.parts[index + 1], part.offset)),
    );
    parts.push({ kind: 'column', column, transforms: part.transforms });
  }
  const failed = problems.some(({ severity }) => severity === 'error');
  return { template: failed ? null : { text, parts }, problems };
}

function checkLiteral(text: string, offset: number): readonly TemplateProblem[] {
  const at = text.indexOf(SENTINEL);
  if (at < 0) return [];
  const message = 'a key literal cannot hold $, which marks the end of a range';
  return [error('TEMPLATE_LITERAL', message, 'Use another character, such as #.', offset + at)];
}

function checkValue({ column }: ResolvedColumn, chain: Chain, offset: number): readonly TemplateProblem[] {
  if (chain.keysOnly !== null) {
    const message = `${chain.keysOnly} changes how a key is written: it has no meaning in an attribute`;
    return [error('TRANSFORM_KEYS_ONLY', message, `Leave ${chain.keysOnly} out.`, offset)];
  }
  if (chain.type.kind !== 'undecided') return [];
  const message = `${column.name} (${column.nativeType}): ${chain.type.why}`;
  return [error('COLUMN_UNDECIDED', message, `Write { column: ${column.name}, as: string }.`, offset)];
}

function checkComponent(
  { column }: ResolvedColumn,
  chain: Chain,
  role: 'partition' | 'sort',
  next: TemplatePart | undefined,
  offset: number,
): readonly TemplateProblem[] {
  const { raw = false, descending = false } = chain.writing;
  const codec = keyCodec(chain.type, keyWriting(chain, role));
  if (codec === null) {
    const message = `${column.name} is ${describeType(chain.type)} (${column.nativeType}) and cannot be part of a key`;
    return [error('KEY_TYPE', message, 'Use another column.', offset)];
  }
  const problems: TemplateProblem[] = [];
  if (
    codec.width === null &&
    next !== undefined &&
    !(next.kind === 'literal' && SEPARATORS.includes(next.text.charAt(0)))
  ) {
    problems.push(
      error(
        'TEMPLATE_SEPARATOR',
        `${column.name} has no fixed width, so what follows must start with # (or space, ! or ")`,
        'Put # behind the placeholder.',
        offset,
      ),
    );
  }
  if (role === 'sort' && raw && !descending) {
    problems.push(
      warning(
        'RAW_UNORDERED',
        `raw gives up the order of ${column.name}: 10 sorts before 9`,
        'Leave raw out.',
        offset,
      ),
    );
  }
  if (role === 'sort' && isTextOrdered(chain)) {
    const message = `${column.name} (${column.nativeType}) sorts by its text, not by its value`;
    problems.push(warning('KEY_TEXT_ORDER', message, null, offset));
  }
  if (role === 'partition' && descending) {
    const message = 'order plays no part in a partition key';
    problems.push(warning('DESC_IN_PARTITION', message, 'Leave desc out.', offset));
  }
  return problems;
}

function isTextOrdered({ type }: Chain): boolean {
  return type.kind === 'textual' || (type.kind === 'time' && type.zone);
}

function error(code: ProblemCode, message: string, fix: string | null, offset: number): TemplateProblem {
  return { severity: 'error', code, message, fix, offset };
}

function warning(code: ProblemCode, message: string, fix: string | null, offset: number): TemplateProblem {
  return { severity: 'warning', code, message, fix, offset };
}
