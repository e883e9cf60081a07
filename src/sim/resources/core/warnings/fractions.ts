// Amounts of bytes that are no whole ones. Models kubernetes/pkg/api/pod/warnings.go
import { quantityOf } from '../../../../kube/machinery/quantity.ts';

const NANO = 1_000_000_000n;
export function fractionalBytes(amount: string | undefined, field: string): string[] {
  return amount !== undefined && quantityOf(amount).nanos % NANO !== 0n
    ? [`${field}: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`]
    : [];
}
