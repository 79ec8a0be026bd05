import { Flags } from '@oclif/core';
import { usageError } from '../operations/errors.js';
import { EMIT_LANGUAGES } from '../table/emit/emit-table.js';
import { STREAM_VIEWS, TABLE_CLASSES, type TableSettings } from '../table/table-settings.js';

const tagFlag = Flags.custom<readonly [string, string]>({
  helpValue: 'KEY=VALUE',
  parse: async (text) => {
    const at = text.indexOf('=');
    if (at < 1) {
      throw usageError('USAGE_VALUE', `--tag ${text} is no KEY=VALUE`, {
        hint: 'Such as --tag team=orders.',
      });
    }
    return [text.slice(0, at), text.slice(at + 1)];
  },
});

const kmsKeyFlag = Flags.custom<string>({
  helpValue: 'ARN|aws',
  parse: async (text) => {
    if (text === 'aws' || /^arn:[^:]+:kms:/.test(text)) return text;
    throw usageError('USAGE_VALUE', `--kms-key ${text} is not the ARN of a KMS key`, {
      hint: 'Give arn:aws:kms:…:key/…, or aws for the key that AWS manages in this account.',
    });
  },
});

/** What the owner of a table decides beside the mapping. */
export const settingsFlags = {
  'write-units': Flags.integer({
    min: 1,
    helpValue: 'UNITS/S',
    dependsOn: ['read-units'],
    description: 'Provisioned write capacity of table and indexes. Default: on-demand.',
  }),
  'read-units': Flags.integer({
    min: 1,
    helpValue: 'UNITS/S',
    dependsOn: ['write-units'],
    description: 'Provisioned read capacity of table and indexes. Default: on-demand.',
  }),
  'warm-write-units': Flags.integer({
    min: 1,
    helpValue: 'UNITS/S',
    description:
      'Write units that table and each index take from the first second (WarmThroughput). Billed once; cannot be lowered.',
  }),
  'warm-read-units': Flags.integer({ min: 1, helpValue: 'UNITS/S', description: 'The same for reads.' }),
  stream: Flags.option({
    options: STREAM_VIEWS,
    description: 'What a DynamoDB stream of the table holds. Default: no stream.',
  })(),
  'point-in-time-recovery': Flags.boolean({ description: 'Turn point-in-time recovery on.' }),
  'deletion-protection': Flags.boolean({ description: 'Refuse to delete the table.' }),
  'kms-key': kmsKeyFlag({ description: "Encrypt with this KMS key instead of DynamoDB's own." }),
  'table-class': Flags.option({ options: TABLE_CLASSES, description: 'Default: standard.' })(),
  tag: tagFlag({ multiple: true, description: 'Tag of the table; repeat for more.' }),
};

export const emitFlag = {
  emit: Flags.option({
    options: EMIT_LANGUAGES,
    description: 'Print the table in this language and make nothing; AWS is not asked.',
  })(),
};

export interface SettingsFlags {
  readonly 'write-units'?: number | undefined;
  readonly 'read-units'?: number | undefined;
  readonly 'warm-write-units'?: number | undefined;
  readonly 'warm-read-units'?: number | undefined;
  readonly stream?: TableSettings['stream'];
  readonly 'point-in-time-recovery': boolean;
  readonly 'deletion-protection': boolean;
  readonly 'kms-key'?: string | undefined;
  readonly 'table-class'?: TableSettings['tableClass'];
  readonly tag?: readonly (readonly [string, string])[] | undefined;
}

/** Only what was said. */
export function settingsOf(flags: SettingsFlags): TableSettings {
  const { 'write-units': write, 'read-units': read } = flags;
  const warm = { write: flags['warm-write-units'], read: flags['warm-read-units'] };
  return {
    billing: write === undefined || read === undefined ? undefined : { read, write },
    warm: warm.write === undefined && warm.read === undefined ? undefined : warm,
    stream: flags.stream,
    pointInTimeRecovery: flags['point-in-time-recovery'] || undefined,
    deletionProtection: flags['deletion-protection'] || undefined,
    kmsKey: flags['kms-key'],
    tableClass: flags['table-class'],
    tags: flags.tag === undefined ? undefined : Object.fromEntries(flags.tag),
  };
}
