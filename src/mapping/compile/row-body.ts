import type { Origin } from '../../item/item.js';
import { jsonText } from '../../item/json-text.js';
import type { RowTree } from '../../source/source.js';
import { lineageWriter, type WriteLineage } from '../lineage.js';
import type { ResolvedCopy, ResolvedEntity, ResolvedTable } from '../resolved-mapping.js';
import { cellText } from '../value/canonical-text.js';
import type { Encoding, ValueFailure } from '../value/encode-value.js';
import { compileAttribute, type WriteAttribute } from './compile-attribute.js';

/** An attribute that could not be made; it concerns the copies that hold it. */
export interface AttributeFailure extends ValueFailure {
  readonly attribute: string;
}

/** The attributes that several copies of one row share, written once. */
export interface Group {
  /** Positions in the entity's attributes. */
  readonly positions: readonly number[];
  /** Children are in it: a row whose children overflow has no such item. */
  readonly holdsChildren: boolean;
  /** Of the present row: `,"a":{…},"b":{…}`, its size, and the first attribute that failed. */
  text: string;
  bytes: number;
  failure: AttributeFailure | null;
}

/**
 * Everything of a row that does not depend on the copy: each attribute is written once, however many
 * copies hold it. One per entity, reused for every row: `start` forgets the one before.
 */
export class RowBody {
  readonly groups: readonly Group[];
  readonly #writers: readonly (WriteAttribute | null)[];
  readonly #names: readonly string[];
  /** Where all copies hold the same attributes: these. What each of them is need not be kept then, to be gathered for another. */
  readonly #only: Group | null;
  readonly #texts: string[];
  readonly #bytes: number[];
  readonly #failures: (ValueFailure | null)[];
  readonly #encoding: Encoding = { bytes: 0, failure: null };
  readonly #table: string;
  readonly #identity: number;
  readonly #labelPrefix: string;
  readonly #lineage: WriteLineage;
  readonly #fixedBytes: number;
  #tree: RowTree = { row: [], children: [], overflow: false };
  #written = false;
  #origin: Origin | null = null;
  #labels = '';
  #labelBytes = 0;

  constructor(entity: ResolvedEntity, table: ResolvedTable) {
    const { attributes, copies } = entity;
    this.groups = groupsOf(entity);
    this.#only = this.groups.length === 1 ? (this.groups[0] ?? null) : null;
    const level = { level: 0, columns: entity.query.columns.length };
    const used = new Set(copies.flatMap((copy) => copy.attributes));
    this.#writers = attributes.map((attribute, at) =>
      used.has(at) ? compileAttribute(attribute, level) : null,
    );
    this.#names = attributes.map(({ name }) => name);
    this.#texts = attributes.map(() => '');
    this.#bytes = attributes.map(() => 0);
    this.#failures = attributes.map(() => null);
    this.#table = entity.tableLabel;
    this.#identity = entity.query.identity.length;
    const entityText = `,${jsonText(table.entityAttribute)}:{"S":${jsonText(entity.name)}}`;
    this.#lineage = lineageWriter(entity.tableLabel);
    this.#labelPrefix = `${entityText},${jsonText(table.lineageAttribute)}:{"S":`;
    this.#fixedBytes =
      Buffer.byteLength(table.entityAttribute) +
      Buffer.byteLength(entity.name) +
      Buffer.byteLength(table.lineageAttribute);
  }

  start(tree: RowTree): void {
    this.#tree = tree;
    this.#written = false;
    this.#origin = null;
  }

  /** The row's source key. An identity that is NULL is the empty text here; such a row makes no item. */
  get origin(): Origin {
    if (this.#origin === null) {
      const key: string[] = [];
      for (let at = 0; at < this.#identity; at += 1) {
        const cell = this.#tree.row[at] ?? null;
        key.push(cell === null ? '' : cellText(cell));
      }
      this.#origin = { table: this.#table, key };
    }
    return this.#origin;
  }

  get hasIdentity(): boolean {
    for (let at = 0; at < this.#identity; at += 1) if ((this.#tree.row[at] ?? null) === null) return false;
    return true;
  }

  /** Entity and lineage attribute as JSON; `labelBytes` is their size. Valid after `write`. */
  get labels(): string {
    return this.#labels;
  }

  get labelBytes(): number {
    return this.#labelBytes;
  }

  /** Size of one attribute of the present row, 0 when it is left off. Valid once a group was asked for. */
  bytesOf(position: number): number {
    return this.#bytes[position] ?? 0;
  }

  /** `,"name":{…}` of one attribute of the present row, '' when it is left off. Valid as `bytesOf` is. */
  textOf(position: number): string {
    if (this.#only === null) return this.#texts[position] ?? '';
    return this.#writers[position]?.(this.#tree, { bytes: 0, failure: null }) ?? '';
  }

  /** Writes the row's attributes, if that was not done for another copy. */
  write(): void {
    if (this.#written) return;
    this.#written = true;
    const encoding = this.#encoding;
    if (this.#only !== null) this.#writeGroup(this.#only);
    else {
      this.#writeEach();
      for (const group of this.groups) this.#gather(group);
    }
    encoding.bytes = this.#fixedBytes;
    this.#labels = `${this.#labelPrefix}${this.#lineage(this.origin.key, encoding)}}`;
    this.#labelBytes = encoding.bytes;
  }

  #writeGroup(group: Group): void {
    const encoding = this.#encoding;
    let text = '';
    let bytes = 0;
    group.failure = null;
    for (const at of group.positions) {
      encoding.bytes = 0;
      encoding.failure = null;
      text += this.#writers[at]?.(this.#tree, encoding) ?? '';
      this.#bytes[at] = encoding.bytes;
      bytes += encoding.bytes;
      if (encoding.failure !== null) this.#blame(group, at, encoding.failure);
    }
    group.text = text;
    group.bytes = bytes;
  }

  #writeEach(): void {
    const encoding = this.#encoding;
    for (let at = 0; at < this.#writers.length; at += 1) {
      const write = this.#writers[at];
      if (write === null || write === undefined) continue;
      encoding.bytes = 0;
      encoding.failure = null;
      this.#texts[at] = write(this.#tree, encoding);
      this.#bytes[at] = encoding.bytes;
      if (encoding.failure !== null || this.#failures[at] !== null) this.#failures[at] = encoding.failure;
    }
  }

  #gather(group: Group): void {
    let text = '';
    let bytes = 0;
    group.failure = null;
    for (const at of group.positions) {
      const failure = this.#failures[at] ?? null;
      if (failure !== null) this.#blame(group, at, failure);
      text += this.#texts[at] ?? '';
      bytes += this.#bytes[at] ?? 0;
    }
    group.text = text;
    group.bytes = bytes;
  }

  /** The first attribute that failed is told of. */
  #blame(group: Group, at: number, failure: ValueFailure): void {
    group.failure ??= { ...failure, attribute: this.#names[at] ?? '' };
  }
}

/** The group of a copy: copies with the same attributes share one. */
export function groupOf(groups: readonly Group[], copy: ResolvedCopy): Group {
  const found = groups.find(({ positions }) => samePositions(positions, copy.attributes));
  if (found === undefined) throw new TypeError(`no attributes for ${copy.name}`);
  return found;
}

function groupsOf({ attributes, copies }: ResolvedEntity): readonly Group[] {
  const groups: Group[] = [];
  for (const { attributes: positions } of copies) {
    if (groups.some((group) => samePositions(group.positions, positions))) continue;
    const holdsChildren = positions.some((at) => {
      const kind = attributes[at]?.value.kind;
      return kind === 'embed' || kind === 'count';
    });
    groups.push({ positions, holdsChildren, text: '', bytes: 0, failure: null });
  }
  return groups;
}

function samePositions(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((position, at) => position === other[at]);
}
