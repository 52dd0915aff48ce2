import type { NamedSeries } from './random-series.ts';

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return Buffer.from([...bytes, Number(rest)]);
}

const field = (number: number, content: Buffer): Buffer =>
  Buffer.concat([varint(number * 8 + 2), varint(content.length), content]);

/** A stale marker is one particular NaN; as a number it would lose its bits. */
function double(value: number, isStale: boolean): Buffer {
  const bytes = Buffer.alloc(8);
  if (isStale) bytes.writeBigUInt64LE(0x7ff0000000000002n);
  else if (Number.isNaN(value)) bytes.writeBigUInt64LE(0x7ff8000000000001n);
  else bytes.writeDoubleLE(value);
  return bytes;
}

function timeSeries({ name, labels, points }: NamedSeries): Buffer {
  const pairs = Object.entries({ __name__: name, ...labels }).sort(([a], [b]) => (a < b ? -1 : 1));
  const label = ([key, value]: [string, string]) =>
    field(1, Buffer.concat([field(1, Buffer.from(key)), field(2, Buffer.from(value))]));
  const samples = points.map(({ timeMs, value, stale }) =>
    field(
      2,
      Buffer.concat([Buffer.from([9]), double(value, stale === true), Buffer.from([16]), varint(timeMs)]),
    ),
  );
  return Buffer.concat([...pairs.map(label), ...samples]);
}

/** Snappy's block format with nothing compressed: literals of up to 65,536 bytes. */
function snappy(content: Buffer): Buffer {
  const parts = [varint(content.length)];
  for (let at = 0; at < content.length; at += 65_536) {
    const piece = content.subarray(at, at + 65_536);
    const head = Buffer.from([61 << 2, 0, 0]);
    head.writeUInt16LE(piece.length - 1, 1);
    parts.push(head, piece);
  }
  return Buffer.concat(parts);
}

/** The body of a remote write, stale markers with it. */
export function writeRequest(series: readonly NamedSeries[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(snappy(Buffer.concat(series.map((one) => field(1, timeSeries(one))))));
}
