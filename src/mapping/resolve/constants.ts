import { canonicalNumber, numberFits } from '../../item/number.js';
import type { Scalar } from '../mapping.js';
import type { DocumentPath } from '../problem.js';
import type { ProblemList } from '../problem-list.js';
import type { AttributeSource } from '../resolved-mapping.js';

/** `{ value: … }`: text is S, a number N, true and false BOOL. Null after reporting why it cannot be. */
export function constantSource(
  { value, as }: { readonly value: Scalar; readonly as?: 'number' },
  at: DocumentPath,
  problems: ProblemList,
): AttributeSource | null {
  if (typeof value === 'boolean' && as === undefined) {
    return { kind: 'constant', value: { type: 'BOOL', value } };
  }
  if (typeof value === 'string' && as === undefined) {
    return { kind: 'constant', value: { type: 'S', text: value } };
  }
  const problem = numberProblem(value);
  if (problem !== null) {
    problems.error([...at, 'value'], 'CONSTANT_NUMBER', problem.message, problem.fix);
    return null;
  }
  return { kind: 'constant', value: { type: 'N', text: canonicalNumber(String(value)) ?? '' } };
}

function numberProblem(value: Scalar): { readonly message: string; readonly fix: string } | null {
  const text = String(value);
  // YAML says so itself of what it rounds; a TypeScript literal was rounded before anybody could look.
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    const fix = "Write its digits in quotes: { value: '12345678901234567890', as: number }.";
    return { message: `${text} is more than a JavaScript number holds exactly`, fix };
  }
  if (typeof value === 'boolean' || canonicalNumber(text) === null) {
    return { message: `${JSON.stringify(value)} is no number`, fix: 'Write a number, or leave "as" out.' };
  }
  const fix = 'DynamoDB holds 38 significant digits from 1E-130 to 9.99E+125.';
  return numberFits(text) ? null : { message: `${text} fits no DynamoDB number`, fix };
}
