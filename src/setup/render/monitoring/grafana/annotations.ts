import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { overTime, prometheusSource } from './queries.ts';

const annotation = (name: string, source: { type: string; uid: string }, colour: string) =>
  new AnnotationQueryBuilder().name(name).datasource(source).enable(true).iconColor(colour);

/** Annotations that somebody wrote into Grafana under a tag, as a deployment's pipeline does. */
function tagged(name: string, tag: string, colour: string): AnnotationQueryBuilder {
  const target = { limit: 100, matchAny: false, tags: [tag], type: 'tags' };
  const source = { type: 'grafana', uid: '-- Grafana --' };
  return annotation(name, source, colour).target({ build: () => target as never });
}

/** Annotations where an expression has a value. */
function measured(name: string, expr: string, title: string, colour: string): AnnotationQueryBuilder {
  return annotation(name, prometheusSource, colour)
    .expr(expr)
    .target(overTime('Anno', expr, ''))
    .step('60s')
    .titleFormat(title)
    .tagKeys('job,trigger');
}

/** Deployments and rollbacks: those that are written into Grafana, and those that the metrics show. */
export function annotationQueries(services: string): AnnotationQueryBuilder[] {
  const starts = `changes(process_start_time_seconds{job=~${JSON.stringify(services)}}[2m]) > 0`;
  const required = 'max by (trigger) (vigil_rollback_required) > 0';
  return [
    tagged('Deployments', 'deployment', 'blue'),
    tagged('Rollbacks', 'rollback', 'purple'),
    measured('Service starts', starts, '{{job}} started anew', 'light-blue'),
    measured('Rollback required', required, 'rollback required: {{trigger}}', 'red'),
  ];
}
