import { chainTransforms, isChain } from '../key/transform-chain.js';
import type { KeyEscape } from '../mapping.js';
import type { DocumentPath } from '../problem.js';
import type { ProblemList } from '../problem-list.js';
import type { ResolvedPart, ResolvedTemplate } from '../template.js';
import type { QueryColumns } from './query-columns.js';
import { requireTemplate } from './require-cell.js';

export interface KeyRules {
  readonly columns: QueryColumns;
  readonly problems: ProblemList;
  readonly keyEscape: KeyEscape;
}

/** A template of a key, with what `defaults` say of keys; null after reporting what is wrong with it. */
export function requireKeyTemplate(
  text: string,
  role: 'partition' | 'sort',
  at: DocumentPath,
  { columns, problems, keyEscape }: KeyRules,
): ResolvedTemplate | null {
  const template = requireTemplate(text, columns.find, role, at, problems);
  return template === null ? null : applyEscape(template, role, keyEscape);
}

/** `keyEscape: reject` is the transform `unescaped` on every part that the key would hold as text. */
function applyEscape(
  template: ResolvedTemplate,
  role: 'partition' | 'sort',
  keyEscape: KeyEscape,
): ResolvedTemplate {
  if (keyEscape === 'percent') return template;
  const refuse = (part: ResolvedPart): ResolvedPart => {
    if (part.kind === 'literal') return part;
    const chain = chainTransforms(part.column.keyType, part.transforms);
    if (!isChain(chain) || chain.writing.descending === true) return part;
    const { kind } = chain.type;
    const plainEnum = kind === 'enum' && (role === 'partition' || chain.writing.raw === true);
    if (kind !== 'text' && kind !== 'textual' && !plainEnum) return part;
    return { ...part, transforms: [...part.transforms, { name: 'unescaped', args: [] }] };
  };
  return { ...template, parts: template.parts.map(refuse) };
}
