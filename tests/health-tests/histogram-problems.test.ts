import { describe, expect, test } from 'vitest';
import { histogramProblems } from '../../health-tests/support/histogram-problems.ts';
import { parseExposition } from '../../src/clients/exposition/parse.ts';
import { SOUND } from '../clients/exposition/sound-histogram.ts';

describe('what is wrong with a histogram', () => {
  test('is nothing when it is sound', () => {
    expect(histogramProblems(parseExposition(SOUND), 'd')).toEqual([]);
  });

  test.each([
    [
      'a bucket that falls',
      'd_bucket{op="a",le="0.5"} 3',
      'd_bucket{op="a",le="0.5"} 0',
      /d\{op="a"\}: .*not cumulative, 0 at le="0.5" after 1/,
    ],
    [
      'a count of NaN',
      'd_bucket{op="b",le="0.5"} 1',
      'd_bucket{op="b",le="0.5"} NaN',
      /d\{op="b"\}: buckets are not cumulative/,
    ],
    [
      'a negative count',
      'd_bucket{op="b",le="0.1"} 0',
      'd_bucket{op="b",le="0.1"} -1',
      /not cumulative, -1 .* after 0/,
    ],
    ['no +Inf', 'd_bucket{op="a",le="+Inf"} 4\n', '', /d\{op="a"\}: no bucket le="\+Inf"/],
    [
      'a count that differs',
      'd_count{op="b"} 1',
      'd_count{op="b"} 7',
      /d_count is 7, the bucket le="\+Inf" has 1/,
    ],
    ['no count', 'd_count{op="b"} 1\n', '', /no d_count/],
    ['no sum', 'd_sum{op="b"} 0.5\n', '', /no d_sum/],
    ['a sum of NaN', 'd_sum{op="b"} 0.5', 'd_sum{op="b"} NaN', /d_sum is NaN/],
    ['a bucket without bound', 'd_bucket{op="b",le="0.1"} 0', 'd_bucket{op="b"} 0', /without a bound le/],
  ])('is said per label set: %s', (_, from, to, problem) => {
    expect(SOUND).toContain(from);
    const problems = histogramProblems(parseExposition(SOUND.replace(from, to)), 'd');
    expect(problems.join('\n')).toMatch(problem);
  });

  test('includes its absence, another type and having no series', () => {
    expect(histogramProblems(parseExposition(''), 'd')).toEqual(['d: absent']);
    expect(histogramProblems(parseExposition('# TYPE d counter\nd 1\n'), 'd')[0]).toMatch(/is counter/);
    expect(histogramProblems(parseExposition('# TYPE d histogram\n'), 'd')).toEqual(['d: no series']);
  });
});
