import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Plugin } from '@oclif/core';
import { mappingJsonSchema } from '../mapping/mapping-schema.js';

/**
 * Part of the build: writes what is derived from the code beside it. Without `oclif.manifest.json` every
 * command would be imported at every start.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const plugin = new Plugin({
  root,
  ignoreManifest: true,
  errorOnManifestCreate: true,
  respectNoCacheDefault: true,
});
await plugin.load();
await writeFile(`${root}/oclif.manifest.json`, `${JSON.stringify(plugin.manifest, null, 2)}\n`);
await writeFile(`${root}/mapping.schema.json`, `${JSON.stringify(mappingJsonSchema(), null, 2)}\n`);
