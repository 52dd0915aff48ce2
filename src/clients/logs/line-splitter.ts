const maxLineBytes = 1024 ** 2;
const newline = 0x0a;

/** Cuts bytes into lines; a last line without its end waits for it, one over 1 MiB is dropped. */
export class LineSplitter {
  #rest: Buffer[] = [];
  #restBytes = 0;

  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      this.#keep(chunk.subarray(from, at));
      const line = this.rest();
      if (line) lines.push(line);
      from = at + 1;
    }
    this.#keep(chunk.subarray(from));
    return lines;
  }

  /** What has come of a line so far; it is forgotten. */
  rest(): string {
    const line = Buffer.concat(this.#rest).toString('utf8');
    this.#rest = [];
    this.#restBytes = 0;
    return line;
  }

  #keep(piece: Buffer): void {
    this.#restBytes += piece.length;
    if (this.#restBytes > maxLineBytes) {
      this.#rest = [];
    } else if (piece.length > 0) {
      // A copy: the chunk's buffer is read into again.
      this.#rest.push(Buffer.from(piece));
    }
  }
}
