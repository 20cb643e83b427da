import type { Cadence, Change, Definitions, FeatureSpec, ObjectKind } from '@larder/registry';
import { formatCadence } from '@larder/registry';
import { styled } from '../terminal.js';
import type { Style, Terminal } from '../terminal.js';
import { featureText } from './feature-text.js';
import { fieldLines, shortJson } from './field-lines.js';

const SIGNS = { add: ['+', 'green'], change: ['~', 'yellow'], retire: ['-', 'red'] } as const;
const LINE_STYLES: Readonly<Record<'+' | '-' | '~', Style>> = { '+': 'green', '-': 'red', '~': 'yellow' };
const SECTIONS = {
  entity: 'entities',
  source: 'sources',
  featureView: 'featureViews',
  featureService: 'featureServices',
} as const satisfies Record<ObjectKind, keyof Definitions>;

/** The kinds of objects as people call them. */
export const KIND_WORDS: Readonly<Record<ObjectKind, string>> = {
  entity: 'entity',
  source: 'source',
  featureView: 'feature view',
  featureService: 'feature service',
};

const MAX_FIELDS = 40;

/** What follows from the rest, or is the same for nearly everything. */
const UNSAID: ReadonlySet<string> = new Set(['name', 'kind', 'computation']);

/** Changes by object, with +, ~ and -, and their fields below; of added objects the fields that `definitions` give them. */
export function changesText(terminal: Terminal, changes: readonly Change[], definitions?: Definitions): string {
  return changes.map((change) => changeLines(terminal, change, definitions).join('\n')).join('\n');
}

function changeLines(terminal: Terminal, change: Change, definitions: Definitions | undefined): string[] {
  const [sign, style] = SIGNS[change.action];
  const suffix = change.rematerialize && change.action === 'change' ? ' (its online values are computed anew)' : '';
  const fields =
    change.action === 'add' ? addedFields(change, definitions) : change.fields.flatMap((each) => fieldLines(each));
  const shown = fields.slice(0, MAX_FIELDS);
  const more = fields.length > shown.length ? [`      … ${fields.length - shown.length} more`] : [];
  return [
    `  ${styled(terminal.stdout, style, `${sign} ${change.action} ${KIND_WORDS[change.kind]} ${change.name}`)}${suffix}`,
    ...shown.map(
      (line) => `      ${styled(terminal.stdout, LINE_STYLES[line.sign], line.sign)} ${line.field}: ${line.text}`,
    ),
    ...more,
  ];
}

/** The object's own fields, what it contains one by one. */
function addedFields(change: Change, definitions: Definitions | undefined): ReturnType<typeof fieldLines> {
  const objects: readonly { readonly name: string }[] = definitions?.[SECTIONS[change.kind]] ?? [];
  const object = objects.find((each) => each.name === change.name);
  if (object === undefined) return [];
  return Object.entries<unknown>({ ...object })
    .filter(([field, value]) => !UNSAID.has(field) && value !== 0 && !isEmpty(value))
    .flatMap(([field, value]) => parts(field, value))
    .map(([field, value]) => ({ sign: '+' as const, field, text: shortJson(value) }));
}

function parts(field: string, value: unknown): (readonly [string, unknown])[] {
  if (field === 'cadence') return [[field, formatCadence(value as Cadence)]];
  if (field === 'features')
    return (value as readonly FeatureSpec[]).map((each) => [`${field}.${each.name}`, featureText(each)]);
  const isNamedList = Array.isArray(value) && value.every((each) => typeof each === 'object' && each !== null);
  if (!isNamedList) return [[field, value]];
  return value.map((each: Readonly<Record<string, unknown>>) => {
    const { name, alias, view, ...rest } = each;
    const used = Object.fromEntries(Object.entries(rest).filter(([, inner]) => !isEmpty(inner)));
    return [
      `${field}.${String(name ?? alias ?? view)}`,
      Object.keys(used).length === 1 ? Object.values(used)[0] : used,
    ];
  });
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
