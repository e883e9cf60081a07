// -o yaml: a document each, `---` between several. Models kubernetes/staging/src/k8s.io/cli-runtime/pkg/printers/yaml.go
import { goYaml } from '../../kube/machinery/go-yaml.ts';
import type { ObjectPrinter } from './printer.ts';

export function yamlPrinter(): ObjectPrinter {
  let printed = 0;
  return { print: (object) => `${printed++ > 0 ? '---\n' : ''}${goYaml(object)}` };
}
