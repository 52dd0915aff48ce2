import { keysOf, type Measurement, type ProbeConfig } from '../../core/index.ts';
import { probeCommand } from './command.ts';
import { probeDns } from './dns.ts';
import { probeHttp } from './http.ts';
import type { ProbeSurroundings } from './probe-result.ts';
import { probePrometheus } from './prometheus.ts';
import { probeSql } from './sql.ts';
import { probeTcp } from './tcp.ts';
import { probeTls } from './tls.ts';

const probes = {
  http: probeHttp,
  tcp: probeTcp,
  tls: probeTls,
  dns: probeDns,
  prometheus: probePrometheus,
  sql: probeSql,
  command: probeCommand,
};

export const probeTypes = keysOf(probes);

/** Asks what a probe asks; what it measured carries the limits by which it is judged. */
export function runProbe(probe: ProbeConfig, around: ProbeSurroundings): Promise<Measurement[]> {
  return probes[probe.type](probe as never, around);
}
