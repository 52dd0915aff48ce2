import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { type Expression, selectorText, toPromQL, withMatchers } from '../../../../alerts/index.ts';
import type { Matcher } from '../../../../core/index.ts';

/** The uid under which the datasource is provisioned. */
export const provisionedSource = 'prometheus';

/** The datasource that is chosen in the dashboard. */
export const chosenSource = { type: 'prometheus', uid: `\${datasource}` } as const;

const ofDeployment: Matcher = { label: 'deployment', operator: '=', value: '$deployment' };
const ofJob: Matcher = { label: 'job', operator: '=~', value: '$job' };

/** What Vigil and the host say is of no service: the chosen job has no part in it. */
const isOfService = (metric: string): boolean =>
  !/^(?:vigil_|node_)|:|_test_pass_rate$|^ALERTS$/.test(metric);

const chosen = (metric: string): Matcher[] => (isOfService(metric) ? [ofDeployment, ofJob] : [ofDeployment]);

/** An expression of the deployment and the services that are chosen in the dashboard. */
export const ofChosen = (expression: Expression): string => toPromQL(withMatchers(expression, chosen));

/** Series of a metric of that deployment. */
export const seriesOfChosen = (metric: string, ...matchers: Matcher[]): string =>
  selectorText({ metric, matchers: [...matchers, ofDeployment] });

const query = (refId: string, expr: string) =>
  new DataqueryBuilder().datasource(chosenSource).refId(refId).expr(expr);

/** A query over the time range. */
export const overTime = (refId: string, expr: string, legend: string): DataqueryBuilder =>
  query(refId, expr).legendFormat(legend).range();

/** A query of now. */
export const rightNow = (refId: string, expr: string): DataqueryBuilder => query(refId, expr).instant();
