import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import tls from 'node:tls';
import { type Measurement, messageOf, type ProbeOf } from '../../core/index.ts';
import { faultsMeasured, measured, orFault, type ProbeSurroundings } from './probe-result.ts';

/** The certificate that a server shows, when it ends, and why it is not trusted; empty when it is. */
async function certificateOf(probe: ProbeOf<'tls'>, folder: string) {
  const { host, port, timeout, ca } = probe;
  const servername = probe.servername ?? host;
  const signal = AbortSignal.timeout(timeout);
  const socket = tls.connect({
    host,
    port,
    // An expired certificate must be seen, not only refused.
    rejectUnauthorized: false,
    ...(/^[\d.]+$|:/.test(servername) ? {} : { servername }),
    ca: ca && [...tls.rootCertificates, readFileSync(path.resolve(folder, ca), 'utf8')],
  });
  try {
    await once(socket, 'secureConnect', { signal });
    const certificate = socket.getPeerCertificate();
    const wrongName = certificate.subject ? tls.checkServerIdentity(servername, certificate) : undefined;
    const distrust = socket.authorizationError ?? wrongName;
    const validToMs = Date.parse(certificate.valid_to);
    const subject = String(certificate.subject?.CN ?? 'nobody');
    return {
      secondsLeft: (validToMs - Date.now()) / 1000,
      note: `${subject}, until ${new Date(validToMs).toISOString()}`,
      distrust: distrust ? messageOf(distrust) : '',
    };
  } catch (thrown) {
    throw signal.aborted ? new Error(`no handshake within ${timeout} ms`) : thrown;
  } finally {
    socket.on('error', () => {}).destroy();
  }
}

/** Reads a server's certificate: whether it is trusted for its name, and how much of its time is left. */
export async function probeTls(probe: ProbeOf<'tls'>, around: ProbeSurroundings): Promise<Measurement[]> {
  const where = `${probe.host}:${probe.port}`;
  const faults: string[] = [];
  const shown = await orFault(faults, () =>
    around.patiently(where, () => certificateOf(probe, around.folder)),
  );
  if (shown?.distrust) faults.push(shown.distrust);
  return [
    faultsMeasured(`faults of the certificate of ${where}`, faults, 1),
    measured('certificate’s time left', shown?.secondsLeft ?? Number.NaN, 'seconds', probe.expires, {
      note: shown?.note,
    }),
  ];
}
