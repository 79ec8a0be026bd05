import type { Code } from '../../src/mapping/codes/code.js';
import { CODE_AREAS } from '../../src/mapping/problem-codes.js';

/** `docs/problems.md`, written from the table of codes: `npm run docs`. */
export function problemsPage(): string {
  return `# What \`check\` says

<!-- Written by \`npm run docs\` from src/mapping/codes. The tests hold it against the code. -->

Each problem has a code, a place in the file, what is wrong there and what to do. Codes are API: scripts may rely on
them (\`check --json\`). With an **error** nothing runs. A **warning** is what can be meant so; \`check --strict\` exits 6
on one, and the mapping can say that it was weighed and accepted:

\`\`\`yaml skip
check:
  ignore:
    - PARTITION_HOT                                            # everywhere
    - { code: COPY_UNREAD, at: entities.Order.items.byStatus } # at and below this place
\`\`\`

An ignored warning that there is not (any more) is \`IGNORE_IDLE\`. Those marked ◊ rest on the source's statistics, which
a development database does not share with the real one: for them there is no \`IGNORE_IDLE\`.

What rejects single rows has codes of its own: [operations](operations.md).
${Object.entries(CODE_AREAS)
  .map(([area, codes]) => section(area, codes))
  .join('')}`;
}

function section(area: string, codes: { readonly [code: string]: Code }): string {
  const lines = Object.entries(codes).map(
    ([code, { severity, meaning, fix, example, ...rest }]) =>
      `| \`${code}\` | ${severity}${rest.statistics ? ' ◊' : ''} | ${cell(meaning)} | ${cell(fix)} | \`${cell(example)}\` |`,
  );
  return `
## ${area}

| code | | means | what to do | for example |
|---|---|---|---|---|
${lines.sort().join('\n')}
`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
