// kubectl api-resources: what the server offers. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/apiresources
import type { JsonObject } from '../../kube/machinery/json.ts';
import type { ApiResource, Offer } from '../client/discovery.ts';
import { defineCommand, usageError } from '../command.ts';
import { CommandError } from '../failures.ts';
import { bool, string, strings } from '../flags/flag.ts';
import { goQuote } from '../go-quote.ts';
import { printerFor } from '../printers/printer.ts';
import { TabWriter } from '../printers/tab-writer.ts';

const FORMATS = ['json', 'kyaml', 'name', 'wide', 'yaml'];

export const command = defineCommand({
  usage: '[flags]',
  long: 'Lists the resources that the server offers.',
  examples:
    '# All of them, with verbs and categories\nkubectl api-resources -o wide\n\n# Those of one group\nkubectl api-resources --api-group=rbac.authorization.k8s.io',
  flags: {
    'api-group': string('Only those of this group.'),
    cached: bool('What is remembered will do.'),
    categories: strings('Only those of these categories.'),
    namespaced: bool('False: only those that belong to no namespace.', { preset: true }),
    'no-headers': bool('No line of headings.'),
    output: string(`Output format: json, yaml, kyaml, name, wide.`, { short: 'o', completes: FORMATS }),
    'show-managed-fields': bool('Keep the managedFields in JSON and YAML.'),
    'sort-by': string("By 'name' or by 'kind'."),
    verbs: strings('Only those with these verbs.'),
  },
  async run(call, kubectl) {
    const { flags, changed } = call;
    if (call.args.length) throw usageError(call, `unexpected arguments: [${call.args.join(' ')}]`);
    if (flags.output && !FORMATS.includes(flags.output))
      throw new CommandError(`unable to match a printer suitable for the output format ${goQuote(flags.output)}, allowed formats are: ${FORMATS.join(',')}`);
    if (!['', 'name', 'kind'].includes(flags['sort-by'])) throw new CommandError('--sort-by accepts only name or kind');
    const discovery = await kubectl.discovery();
    if (!flags.cached) discovery.invalidate();
    const offer = await (await kubectl.mapper()).offer();
    const resources = preferred(offer).filter(
      (each) =>
        each.verbs.length > 0 &&
        (!changed('api-group') || each.group === flags['api-group']) &&
        (!changed('namespaced') || each.namespaced === flags.namespaced) &&
        flags.verbs.every((verb) => each.verbs.includes(verb)) &&
        flags.categories.every((category) => each.categories.includes(category)),
    );
    const keyOf = (each: ApiResource): string => (flags['sort-by'] === 'name' ? each.resource : flags['sort-by'] === 'kind' ? each.kind : each.group);
    const sorted = resources.sort((a, b) => compare(keyOf(a), keyOf(b)) || compare(a.resource, b.resource));
    if (flags.output === 'name') kubectl.print(sorted.map(({ resource, group }) => `${resource}${group ? `.${group}` : ''}\n`).join(''));
    else if (flags.output && flags.output !== 'wide') {
      const printer = await printerFor({ ...flags, template: '', 'allow-missing-template-keys': true }, kubectl.ports, { isTyped: true });
      kubectl.print(printer?.print({ kind: 'APIResourceList', apiVersion: 'v1', groupVersion: '', resources: sorted.map(objectOf) }) ?? '');
    } else {
      const out = new TabWriter((text) => kubectl.print(text));
      const isWide = flags.output === 'wide';
      if (!flags['no-headers']) out.line(['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND', ...(isWide ? ['VERBS', 'CATEGORIES'] : [])]);
      for (const each of sorted) {
        const version = each.group ? `${each.group}/${each.version}` : each.version;
        const cells = [each.resource, each.shortNames.join(','), version, String(each.namespaced), each.kind];
        out.line([...cells, ...(isWide ? [each.verbs.join(','), each.categories.join(',')] : [])]);
      }
      out.flush();
    }
    const [stale] = offer.stale;
    if (stale)
      throw new CommandError(
        `unable to retrieve the complete list of server APIs: ${offer.stale.map((each) => `${each}: stale GroupVersion discovery: ${each}`).join(', ')}`,
      );
  },
});

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Each resource in the preferred version of its group, or in the first that has it. */
function preferred({ groups, resources }: Offer): ApiResource[] {
  const favourite = new Map(groups.map(({ name, versions }) => [name, versions[0]]));
  const chosen = new Map<string, ApiResource>();
  for (const each of resources) {
    const key = `${each.resource}.${each.group}`;
    if (!chosen.has(key) || each.version === favourite.get(each.group)) chosen.set(key, each);
  }
  return [...chosen.values()];
}

const objectOf = ({ resource, singular, namespaced, group, version, kind, verbs, shortNames, categories }: ApiResource): JsonObject => ({
  name: resource,
  singularName: singular,
  namespaced,
  ...(group ? { group } : {}),
  version,
  kind,
  verbs,
  ...(shortNames.length ? { shortNames } : {}),
  ...(categories.length ? { categories } : {}),
});
