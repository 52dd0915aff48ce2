import { on, once } from 'node:events';
import net from 'node:net';
import { abortedAfterRunning, type Measurement, type ProbeOf, shortened } from '../../core/index.ts';
import { askEach, type Place, placesOf, placesText } from './places.ts';
import { faultsMeasured, measured, orFault, type ProbeSurroundings } from './probe-result.ts';

/** Connects, and reads the first bytes where a banner is expected; the socket is always closed. */
async function greet({ host, port }: Place, { timeout, banner }: ProbeOf<'tcp'>) {
  const started = performance.now();
  const signal = abortedAfterRunning(timeout);
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

/** Connects to a port, or to that of each instance of a service; one that refuses or greets otherwise is a fault. */
export async function probeTcp(probe: ProbeOf<'tcp'>, around: ProbeSurroundings): Promise<Measurement[]> {
  const { banner, timeout, connect } = probe;
  const places = await placesOf(probe, around);
  const { answers: taken, faults } = await askEach(places, async (place, where, own) => {
    const greeting = await orFault(own, () => around.patiently(where, () => greet(place, probe)));
    if (greeting && banner !== undefined && !greeting.said.includes(banner))
      own.push(`it said ${JSON.stringify(shortened(greeting.said, 60))}, expected ${JSON.stringify(banner)}`);
    return greeting?.seconds ?? timeout / 1000;
  });
  return [
    faultsMeasured(`connections to ${placesText(probe, places)} not as expected`, faults, places.length),
    measured('time to connect', Math.max(...taken), 'seconds', connect),
  ];
}
