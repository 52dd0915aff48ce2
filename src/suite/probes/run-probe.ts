import type { Measurement, ProbeConfig } from '../../core/index.ts';
import { probeCommand } from './command.ts';
import { probeDns } from './dns.ts';
import { probeHttp } from './http.ts';
import type { ProbeSurroundings } from './probe-result.ts';
import { probePrometheus } from './prometheus.ts';
import { probeSql } from './sql.ts';
import { probeTcp } from './tcp.ts';
import { probeTls } from './tls.ts';

/** Asks what a probe asks; what it measured carries the limits by which it is judged. */
export function runProbe(probe: ProbeConfig, around: ProbeSurroundings): Promise<Measurement[]> {
  switch (probe.type) {
    case 'http':
      return probeHttp(probe, around);
    case 'tcp':
      return probeTcp(probe, around);
    case 'tls':
      return probeTls(probe, around);
    case 'dns':
      return probeDns(probe, around);
    case 'prometheus':
      return probePrometheus(probe, around);
    case 'sql':
      return probeSql(probe, around);
    case 'command':
      return probeCommand(probe, around);
  }
}
