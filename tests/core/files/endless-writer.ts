import { writeAtomically } from '../../../src/core/files/atomic-file.ts';

/** Writes the same file again and again until it is killed. */
const [file = '', round] = process.argv.slice(2);
const entries = Array.from(
  { length: 2000 },
  (_, index) => `entry ${index} of a snapshot that takes some room`,
);
for (let count = 0; ; count += 1) {
  writeAtomically(file, JSON.stringify({ round: Number(round), count, entries }));
  if (count === 0) process.stdout.write('writing\n');
}
