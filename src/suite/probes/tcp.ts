import net from 'node:net';
import { type Measurement, messageOf, type ProbeOf } from '../../core/index.ts';
import { faultsMeasured, measured, type ProbeSurroundings } from './probe-result.ts';

/** Connects, and reads the first bytes where a banner is expected; the socket is always closed. */
function greet({ host, port, timeout, banner }: ProbeOf<'tcp'>): Promise<{ seconds: number; said: string }> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const socket = net.connect({ host, port });
    let seconds = Number.NaN;
    let said = '';
    const timer = setTimeout(() => {
      const what = Number.isNaN(seconds) ? 'no connection' : `no ${JSON.stringify(banner)}`;
      end(() => reject(new Error(`${what} within ${timeout} ms`)));
    }, timeout);
    const end = (then: () => void) => {
      clearTimeout(timer);
      socket.destroy();
      then();
    };
    socket.once('connect', () => {
      seconds = (performance.now() - started) / 1000;
      if (banner === undefined) end(() => resolve({ seconds, said }));
    });
    socket.on('data', (chunk) => {
      said = (said + chunk.toString('utf8')).slice(0, 4096);
      if (banner !== undefined && said.includes(banner)) end(() => resolve({ seconds, said }));
    });
    socket.once('end', () => end(() => resolve({ seconds, said })));
    socket.once('error', (error) => end(() => reject(error)));
  });
}

/** Connects to a port; one that refuses or greets otherwise is a fault. */
export async function probeTcp(probe: ProbeOf<'tcp'>, around: ProbeSurroundings): Promise<Measurement[]> {
  const where = `${probe.host}:${probe.port}`;
  const faults: string[] = [];
  let seconds = Number.NaN;
  try {
    const greeting = await around.patiently(where, () => greet(probe));
    seconds = greeting.seconds;
    if (probe.banner !== undefined && !greeting.said.includes(probe.banner))
      faults.push(
        `it said ${JSON.stringify(greeting.said.slice(0, 60))}, expected ${JSON.stringify(probe.banner)}`,
      );
  } catch (thrown) {
    faults.push(messageOf(thrown));
    seconds = probe.timeout / 1000;
  }
  return [
    faultsMeasured(`connections to ${where} not as expected`, faults, 1),
    measured('time to connect', seconds, 'seconds', probe.connect),
  ];
}
