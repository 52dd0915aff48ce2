import { on, once } from 'node:events';
import net from 'node:net';
import { type Measurement, type ProbeOf, shortened } from '../../core/index.ts';
import { faultsMeasured, measured, orFault, type ProbeSurroundings } from './probe-result.ts';

/** Connects, and reads the first bytes where a banner is expected; the socket is always closed. */
async function greet({ host, port, timeout, banner }: ProbeOf<'tcp'>) {
  const started = performance.now();
  const signal = AbortSignal.timeout(timeout);
  const socket = net.connect({ host, port });
  let seconds = Number.NaN;
  let said = '';
  try {
    await once(socket, 'connect', { signal });
    seconds = (performance.now() - started) / 1000;
    if (banner === undefined) return { seconds, said };
    for await (const [chunk] of on(socket, 'data', { signal, close: ['end'] })) {
      said = `${said}${chunk}`.slice(0, 4096);
      if (said.includes(banner)) break;
    }
    return { seconds, said };
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    const what = Number.isNaN(seconds) ? 'no connection' : `no ${JSON.stringify(banner)}`;
    throw new Error(`${what} within ${timeout} ms`);
  } finally {
    socket.on('error', () => {}).destroy();
  }
}

/** Connects to a port; one that refuses or greets otherwise is a fault. */
export async function probeTcp(probe: ProbeOf<'tcp'>, around: ProbeSurroundings): Promise<Measurement[]> {
  const where = `${probe.host}:${probe.port}`;
  const faults: string[] = [];
  const greeting = await orFault(faults, () => around.patiently(where, () => greet(probe)));
  if (greeting && probe.banner !== undefined && !greeting.said.includes(probe.banner))
    faults.push(
      `it said ${JSON.stringify(shortened(greeting.said, 60))}, expected ${JSON.stringify(probe.banner)}`,
    );
  return [
    faultsMeasured(`connections to ${where} not as expected`, faults, 1),
    measured('time to connect', greeting?.seconds ?? probe.timeout / 1000, 'seconds', probe.connect),
  ];
}
