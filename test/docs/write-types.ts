import { writeFile } from 'node:fs/promises';
import { problemsPage } from './problems-page.js';
import { transformsPage } from './transforms-page.js';
import { typesPage } from './types-page.js';

/** `npm run docs`: what is written from the code. */
await writeFile(new URL('../../docs/problems.md', import.meta.url), problemsPage());
await writeFile(new URL('../../docs/types.md', import.meta.url), typesPage());
await writeFile(new URL('../../docs/transforms.md', import.meta.url), transformsPage());
