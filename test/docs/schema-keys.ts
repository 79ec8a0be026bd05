/** What of JSON Schema `mapping.schema.json` is made of. */
export interface KeySchema {
  readonly properties?: Readonly<Record<string, KeySchema>>;
  readonly additionalProperties?: KeySchema | boolean;
  readonly items?: KeySchema;
  readonly anyOf?: readonly KeySchema[];
  readonly allOf?: readonly KeySchema[];
  readonly $ref?: string;
  readonly definitions?: Readonly<Record<string, KeySchema>>;
}

/** Every key, as `entities.*.embed.*.from`; what a definition holds begins with its name: an embed within an embed is an embed. */
export function keysOf(root: KeySchema): readonly string[] {
  const keys = new Set<string>();
  const visit = (schema: KeySchema, path: string): void => {
    for (const { name, schema: inner } of propertiesOf(schema)) {
      const key = join(path, name);
      keys.add(key);
      visit(inner, key);
    }
    for (const inner of branchesOf(schema)) visit(inner, path);
    for (const inner of valuesOf(schema)) visit(inner, join(path, '*'));
  };
  visit(root, '');
  for (const [name, schema] of Object.entries(root.definitions ?? {})) visit(schema, name);
  return [...keys];
}

/** Those of them that a document has. */
export function keysUsed(root: KeySchema, document: unknown): readonly string[] {
  const used = new Set<string>();
  const visit = (value: unknown, schema: KeySchema, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const [, definition = ''] = /^#\/definitions\/(.*)$/.exec(schema.$ref ?? '') ?? [];
    const target = root.definitions?.[definition];
    if (target !== undefined) visit(value, target, definition);
    for (const branch of branchesOf(schema)) visit(value, branch, path);
    const named = new Map(propertiesOf(schema).map(({ name, schema: inner }) => [name, inner]));
    for (const [name, inner] of Object.entries(value)) {
      const property = Array.isArray(value) ? undefined : named.get(name);
      const key = join(path, name);
      if (property !== undefined) used.add(key);
      if (property !== undefined) visit(inner, property, key);
      else for (const other of valuesOf(schema)) visit(inner, other, join(path, '*'));
    }
  };
  visit(document, root, '');
  return [...used];
}

function propertiesOf({ properties = {} }: KeySchema) {
  return Object.entries(properties).map(([name, schema]) => ({ name, schema }));
}

function branchesOf({ anyOf = [], allOf = [] }: KeySchema): readonly KeySchema[] {
  return [...anyOf, ...allOf];
}

/** Of the elements of a list, or the entries whose names are free. */
function valuesOf({ items, additionalProperties }: KeySchema): readonly KeySchema[] {
  return [items, additionalProperties].filter((schema) => typeof schema === 'object');
}

/** Attributes and joins are the same wherever they stand, and so are the parts of either key. */
function join(path: string, name: string): string {
  const whole = path === '' ? name : `${path}.${name}`;
  return whole
    .replace(/^.*\.(?=(?:attributes|join)\.\*\.)/, '')
    .replace(/\.(?:sk|(?:partition|sort)Key)\.\*(?=\.)/, (key) => (key === '.sk.*' ? '.sk' : '.key'));
}
