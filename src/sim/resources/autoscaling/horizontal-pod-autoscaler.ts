// HorizontalPodAutoscaler in the version that is stored. Models kubernetes/pkg/registry/autoscaling/horizontalpodautoscaler and pkg/apis/autoscaling/v2/defaults.go
import type { HorizontalPodAutoscaler, HPAScalingRules } from '../../../kube/api/autoscaling-v2.ts';
import { defineKind, type Mutable } from '../descriptor.ts';
import { autoscalerRow } from './hpa-row.ts';
import { validateAutoscaler, validateAutoscalerStatus, validateAutoscalerUpdate } from './hpa-validation.ts';

export const USUAL_CPU_PERCENT = 80;

const scaleUp = (): Mutable<HPAScalingRules> => ({
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
});
const scaleDown = (): Mutable<HPAScalingRules> => ({ selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] });

export const horizontalPodAutoscalers = defineKind<HorizontalPodAutoscaler>('autoscaling/v2', 'horizontalpodautoscalers', {
  controller: 'horizontal-pod-autoscaler-controller',
  defaults({ spec }) {
    spec.minReplicas ??= 1;
    if (!spec.metrics?.length)
      spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: USUAL_CPU_PERCENT } } }];
    if (!spec.behavior) return;
    spec.behavior.scaleUp = { ...scaleUp(), ...spec.behavior.scaleUp };
    spec.behavior.scaleDown = { ...scaleDown(), ...spec.behavior.scaleDown };
  },
  validate: validateAutoscaler,
  validateUpdate: validateAutoscalerUpdate,
  subresources: { status: { validateUpdate: validateAutoscalerStatus } },
  row: autoscalerRow,
});
