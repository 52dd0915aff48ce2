import { once } from 'node:events';
import tls, { type DetailedPeerCertificate } from 'node:tls';
import { abortedAfterRunning, type Measurement, messageOf, type ProbeOf } from '../../core/index.ts';
import { askEach, type Place, placesOf, placesText, tlsFilesOf } from './places.ts';
import { faultsMeasured, measured, orFault, type ProbeSurroundings } from './probe-result.ts';

/** Of a certificate and those above it the one that ends first: with it the whole chain ends. */
function firstToEnd(leaf: DetailedPeerCertificate): DetailedPeerCertificate {
  const chain = new Set<DetailedPeerCertificate>();
  for (let one = leaf; one?.valid_to && !chain.has(one); one = one.issuerCertificate) chain.add(one);
  const endMs = ({ valid_to }: DetailedPeerCertificate) => Date.parse(valid_to);
  return [...chain].reduce((first, one) => (endMs(one) < endMs(first) ? one : first), leaf);
}

type TlsFiles = ReturnType<typeof tlsFilesOf>;

/** The certificate that a server shows, when its chain ends, and why it is not trusted; empty when it is. */
async function certificateOf({ host, port, servername }: Place, timeout: number, files: TlsFiles) {
  const { ca, cert, key } = files;
  const signal = abortedAfterRunning(timeout);
  const socket = tls.connect({
    host,
    port,
    // An expired certificate must be seen, not only refused.
    rejectUnauthorized: false,
    ...(/^[\d.]+$|:/.test(servername) ? {} : { servername }),
    ca: ca === undefined ? undefined : [...tls.rootCertificates, ca],
    cert,
    key,
  });
  try {
    await once(socket, 'secureConnect', { signal });
    const certificate = socket.getPeerCertificate(true);
    const wrongName = certificate.subject ? tls.checkServerIdentity(servername, certificate) : undefined;
    const distrust = socket.authorizationError ?? wrongName;
    const first = firstToEnd(certificate);
    const validToMs = Date.parse(first.valid_to);
    const subject = String(first.subject?.CN ?? first.subject?.O ?? 'nobody');
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
  const files = tlsFilesOf(probe, around);
  const places = await placesOf(probe, around);
  const { answers: shown, faults } = await askEach(places, async (place, where, own) => {
    const found = await orFault(own, () =>
      around.patiently(where, () => certificateOf(place, probe.timeout, files)),
    );
    if (found?.distrust) own.push(found.distrust);
    return found;
  });
  // Of several the one that ends first; one that shows none has no time left.
  const [first] = shown.toSorted(
    (a, b) => (a?.secondsLeft ?? Number.NEGATIVE_INFINITY) - (b?.secondsLeft ?? Number.NEGATIVE_INFINITY),
  );
  return [
    faultsMeasured(`faults of the certificate of ${placesText(probe, places)}`, faults, places.length),
    measured('certificate’s time left', first?.secondsLeft ?? Number.NaN, 'seconds', probe.expires, {
      note: first?.note,
    }),
  ];
}
