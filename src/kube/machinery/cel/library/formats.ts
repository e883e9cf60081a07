// Named formats in rules: `format.dns1123Label().validate(…)`. Models apiserver/pkg/cel/library/format.go
import { validateDns1035Label, validateDnsLabel, validateDnsSubdomain, validateLabelKey, validateLabelValue } from '../../names.ts';
import { isFormatted } from '../../string-formats.ts';
import { structNamed, type CelType } from '../types.ts';
import { Opaque, Optional, PlainList, type Value } from '../values.ts';
import { failure, typed, type Implementations } from './implementation.ts';
import { urlProblem } from '../../go-url.ts';

const FORMAT_TYPE = structNamed('kubernetes.NamedFormat');
const DATE_TIME_PATTERN = 71;

export class NamedFormat extends Opaque {
  readonly type: CelType = FORMAT_TYPE;
  readonly name: string;
  readonly validate: (text: string) => readonly string[];
  /** How long the expression is that costs are estimated with. */
  readonly patternSize: number;
  constructor(name: string, validate: (text: string) => readonly string[], patternSize: number) {
    super();
    this.name = name;
    this.validate = validate;
    this.patternSize = patternSize;
  }
  equals(other: Value): Value {
    return other instanceof NamedFormat ? other.name === this.name : failure('no such overload');
  }
}

const asPrefix =
  (validate: (text: string) => readonly string[]) =>
  (text: string): readonly string[] =>
    validate(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text);
const checked =
  (format: string, message: string) =>
  (text: string): readonly string[] =>
    isFormatted(format, text) ? [] : [message];
const uri = (text: string): readonly string[] => {
  const problem = urlProblem(text, true);
  return problem === undefined ? [] : [problem];
};

const FORMATS: Readonly<Record<string, NamedFormat>> = {
  dns1123Label: new NamedFormat('DNS1123Label', validateDnsLabel, 30),
  dns1123Subdomain: new NamedFormat('DNS1123Subdomain', validateDnsSubdomain, 60),
  dns1035Label: new NamedFormat('DNS1035Label', validateDns1035Label, 30),
  qualifiedName: new NamedFormat('QualifiedName', validateLabelKey, 60),
  dns1123LabelPrefix: new NamedFormat('DNS1123LabelPrefix', asPrefix(validateDnsLabel), 30),
  dns1123SubdomainPrefix: new NamedFormat('DNS1123SubdomainPrefix', asPrefix(validateDnsSubdomain), 60),
  dns1035LabelPrefix: new NamedFormat('DNS1035LabelPrefix', asPrefix(validateDns1035Label), 30),
  labelValue: new NamedFormat('LabelValue', validateLabelValue, 40),
  uri: new NamedFormat('URI', uri, 1103),
  uuid: new NamedFormat('uuid', checked('uuid', 'does not match the UUID format'), 70),
  byte: new NamedFormat('byte', checked('byte', 'invalid base64'), 84),
  date: new NamedFormat('date', checked('date', 'invalid date'), DATE_TIME_PATTERN),
  datetime: new NamedFormat('datetime', checked('datetime', 'invalid datetime'), DATE_TIME_PATTERN),
};

export const FORMAT_FUNCTIONS: Implementations = {
  ...Object.fromEntries(Object.entries(FORMATS).map(([name, format]) => [`format.${name}`, () => format])),
  'format-named': typed((name: string) => new Optional(Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined)),
  'format-validate': typed((format: NamedFormat, text: string) => {
    const problems = format.validate(text);
    return problems.length ? new Optional(new PlainList(problems)) : new Optional();
  }),
};
