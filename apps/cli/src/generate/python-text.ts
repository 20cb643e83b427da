import type { ScalarTypeName, ValueTypeName } from '@larder/registry';
import { listElementType } from '@larder/registry';
import type { CodeInput } from './generated-code.js';
import { PYTHON_CLIENT, PYTHON_HEAD, PYTHON_HELPERS } from './python-client.js';
import type { ContractFeature, ServiceContract } from './service-contract.js';
import { contractNote, pascalCase } from './service-contract.js';

interface PythonType {
  /** In annotations. */
  readonly name: string;
  /** Function of the generated module that makes it of JSON. */
  readonly read: string;
}

const TYPES: Readonly<Record<ScalarTypeName, PythonType>> = {
  bool: { name: 'bool', read: '_bool' },
  int32: { name: 'int', read: '_int' },
  int64: { name: 'int', read: '_int' },
  float32: { name: 'float', read: '_float' },
  float64: { name: 'float', read: '_float' },
  string: { name: 'str', read: '_str' },
  bytes: { name: 'bytes', read: '_bytes' },
  timestamp: { name: 'datetime.datetime', read: '_time' },
  date: { name: 'datetime.date', read: '_date' },
  decimal: { name: 'decimal.Decimal', read: '_decimal' },
  json: { name: 'Any', read: '_json' },
};

/** What Python keeps for itself, and what the generated classes and methods need. */
const RESERVED: ReadonlySet<string> = new Set(
  `False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda
nonlocal not or pass raise return try while with yield self cls Any datetime decimal int float str bool bytes list`.split(
    /\s+/,
  ),
);

/** Dataclasses of keys and features of each service and a client over the JSON gateway; the standard library of Python 3.8 is all it needs. */
export function pythonText({ project, from, command, services }: CodeInput): string {
  const head = `"""Typed reads of feature services.\n\nMade by \`${command}\` from ${from}. Do not edit; make it again.\n"""\n`;
  const classes = services.flatMap(serviceClasses).join('\n');
  const methods = services.flatMap(serviceMethods).join('\n');
  return `${head}${PYTHON_HEAD.replace('PROJECT_NAME', text(project))}${classes}\n${PYTHON_HELPERS}${PYTHON_CLIENT}${methods}\n`;
}

function serviceClasses(service: ServiceContract): string[] {
  const name = pascalCase(service.name);
  return [
    '',
    '',
    '@dataclasses.dataclass(frozen=True)',
    `class ${name}Keys:`,
    `    """Join keys of ${service.name}."""`,
    '',
    ...service.joinKeys.map((key) => `    ${attribute(key.name)}: ${annotation(key.type)}`),
    '',
    '',
    '@dataclasses.dataclass(frozen=True)',
    `class ${name}Features:`,
    `    ${docstring(contractNote(service) || `Features of ${service.name}.`)}`,
    '',
    ...service.features.flatMap(featureLines),
  ];
}

function featureLines(feature: ContractFeature): string[] {
  const note = contractNote(feature);
  return [
    ...(note === '' ? [] : [`    # ${note}`]),
    `    ${attribute(feature.name)}: Optional[${annotation(feature.type)}]`,
  ];
}

function serviceMethods(service: ServiceContract): string[] {
  const name = pascalCase(service.name);
  const keys = service.joinKeys.map(({ name: key }) => `${text(key)}: _key(keys.${attribute(key)})`).join(', ');
  return [
    '',
    `    def get_${service.name}(`,
    `        self, keys: ${name}Keys, *, max_age_seconds: Optional[float] = None`,
    `    ) -> OnlineFeatures[${name}Features]:`,
    `        """The newest features of one entity; why a value is None says its status."""`,
    '        answer = self._read(',
    `            ${text(service.name)},`,
    `            {${keys}},`,
    `            ${service.fullFeatureNames ? 'True' : 'False'},`,
    '            max_age_seconds,',
    '        )',
    '        values = _mapping(answer.get("features"))',
    '        return OnlineFeatures(',
    `            ${name}Features(`,
    ...service.features.map(
      (each) => `                ${attribute(each.name)}=${reader(each.type, `values.get(${text(each.name)})`)},`,
    ),
    '            ),',
    '            _statuses(answer),',
    '            _event_times(answer),',
    '        )',
  ];
}

function annotation(type: ValueTypeName): string {
  const element = listElementType(type);
  return element === undefined ? TYPES[type as ScalarTypeName].name : `List[${TYPES[element].name}]`;
}

function reader(type: ValueTypeName, value: string): string {
  const element = listElementType(type);
  return element === undefined
    ? `_maybe(${TYPES[type as ScalarTypeName].read}, ${value})`
    : `_maybe_list(${TYPES[element].read}, ${value})`;
}

function attribute(name: string): string {
  return RESERVED.has(name) ? `${name}_` : name;
}

function docstring(note: string): string {
  return `"""${note.replaceAll('\\', '\\\\').replaceAll('"', "'")}"""`;
}

function text(value: string): string {
  return JSON.stringify(value);
}
