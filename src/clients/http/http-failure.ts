import { VigilError, type VigilErrorCode } from '../../core/index.ts';
import type { HttpAnswer } from './http-request.ts';

interface Explanation {
  what: string;
  hint?: string;
  code?: VigilErrorCode;
}

const notRunning = 'is the service running, and is this its address?';
const trust = 'give the authority to Node with NODE_EXTRA_CA_CERTS';

const proxyLogin = 'give it in HTTP_PROXY and HTTPS_PROXY: http://user:password@host:port';
const proxyWay = 'is the proxy allowed to lead there, or does the host belong into NO_PROXY?';

const byCode: Record<string, Explanation> = {
  ECONNREFUSED: { what: 'connection refused', hint: notRunning },
  ECONNRESET: { what: 'connection reset' },
  EPIPE: { what: 'connection reset' },
  UND_ERR_SOCKET: { what: 'connection closed before the answer was complete' },
  UND_ERR_CONNECT_TIMEOUT: { what: 'no connection within 10 s', hint: notRunning },
  ETIMEDOUT: { what: 'connection timed out', hint: notRunning },
  EHOSTUNREACH: { what: 'no route to the host' },
  ENETUNREACH: { what: 'no route to the network' },
  ENOTFOUND: { what: 'DNS: no such host', hint: 'check the name in the configuration' },
  EAI_AGAIN: { what: 'DNS: the resolver does not answer' },
  ENOENT: { what: 'no such socket', hint: notRunning },
  EACCES: { what: 'permission denied', hint: 'the user that runs Vigil must be allowed to use this socket' },
  CERT_HAS_EXPIRED: { what: 'TLS certificate expired', hint: 'renew the certificate' },
  CERT_NOT_YET_VALID: { what: 'TLS certificate not valid yet', hint: 'compare the clocks of both hosts' },
  DEPTH_ZERO_SELF_SIGNED_CERT: { what: 'TLS certificate is self-signed', hint: trust },
  SELF_SIGNED_CERT_IN_CHAIN: { what: 'TLS certificate is of an unknown authority', hint: trust },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: { what: 'TLS certificate is of an unknown authority', hint: trust },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: { what: 'TLS certificate is of an unknown authority', hint: trust },
  ERR_TLS_CERT_ALTNAME_INVALID: { what: 'TLS certificate is for another host' },
  ERR_SSL_WRONG_VERSION_NUMBER: { what: 'no TLS at that port', hint: 'is it http:// instead of https://?' },
  ERR_SSL_PACKET_LENGTH_TOO_LONG: { what: 'no TLS at that port', hint: 'is it http:// instead of https://?' },
  EPROTO: { what: 'TLS handshake failed' },
  UND_ERR_HEADERS_OVERFLOW: { what: 'header lines over 16 KiB', code: 'TARGET_CONTRACT' },
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: { what: 'body shorter or longer than it declared' },
  UND_ERR_INVALID_ARG: { what: 'the request is not valid HTTP', code: 'HARNESS' },
  UND_ERR_NOT_SUPPORTED: { what: 'the request is not valid HTTP', code: 'HARNESS' },
};

function explain(error: Error & { code?: string }): Explanation {
  const [, refusal] = /^Proxy (?:Authentication Required|response) \((\d+)\)/.exec(error.message) ?? [];
  if (refusal === '407') return { what: 'the proxy demands a login (407)', hint: proxyLogin };
  if (refusal !== undefined) return { what: `the proxy opens no way there (${refusal})`, hint: proxyWay };
  const known = error.code === undefined ? undefined : byCode[error.code];
  if (known) return known;
  if (error.name === 'HTTPParserError')
    return { what: 'an answer that is not HTTP', code: 'TARGET_CONTRACT' };
  return { what: error.message || error.code || error.name };
}

/** A failed request as a VigilError that names the address, what was expected and what happened. */
export function requestFailure(where: string, expected: string, thrown: unknown): VigilError {
  if (thrown instanceof VigilError) return thrown;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { what, hint, code = 'TARGET_UNREACHABLE' } = explain(error);
  return new VigilError(code, `${where}: ${what}`, {
    where,
    expected,
    received: what,
    hint,
    cause: error,
  });
}

/** What came is not what the target promises: names the address, what was expected and what came. */
export function contractError(where: string, expected: string, received: string, hint?: string): VigilError {
  return new VigilError('TARGET_CONTRACT', `${where}: expected ${expected}, got ${received}`, {
    where,
    expected,
    received,
    hint,
  });
}

/** A text as one short line of at most `length` characters, for messages. */
export function excerpt(text: string, length = 120): string {
  const line = text
    .slice(0, length * 4)
    .replace(/\s+/g, ' ')
    .trim();
  const whole = line.length <= length && text.length <= length * 4;
  return whole ? line : `${line.slice(0, length)}…`;
}

/** An answer that is not what the target promises, shown by its status and its first characters. */
export function unexpected({ url, status, text }: HttpAnswer, expected: string): VigilError {
  return contractError(url, expected, `${status} "${excerpt(text)}"`);
}
