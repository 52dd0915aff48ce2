import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { overTime, prometheusSource } from './queries.ts';

const grafanaSource = { type: 'grafana', uid: '-- Grafana --' } as const;

/** Annotations that somebody wrote into Grafana under a tag, as a deployment's pipeline does. */
function tagged(name: string, tag: string, colour: string): AnnotationQueryBuilder {
  const target = { limit: 100, matchAny: false, tags: [tag], type: 'tags' };
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(grafanaSource)
    .enable(true)
    .iconColor(colour)
    .target({ build: () => target as never });
}

/** Annotations where an expression has a value. */
function seen(name: string, expr: string, title: string, colour: string): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(prometheusSource)
    .enable(true)
    .iconColor(colour)
    .expr(expr)
    .target(overTime('Anno', expr, ''))
    .step('60s')
    .titleFormat(title)
    .tagKeys('job,trigger');
}

/** Deployments and rollbacks: those that are written into Grafana, and those that the metrics show by themselves. */
export function annotationQueries(services: string): AnnotationQueryBuilder[] {
  return [
    tagged('Deployments', 'deployment', 'blue'),
    tagged('Rollbacks', 'rollback', 'purple'),
    seen(
      'Service starts',
      `changes(process_start_time_seconds{job=~${JSON.stringify(services)}}[2m]) > 0`,
      '{{job}} started anew',
      'light-blue',
    ),
    seen(
      'Rollback required',
      'max by (trigger) (vigil_rollback_required) > 0',
      'rollback required: {{trigger}}',
      'red',
    ),
  ];
}
