import { expect, test } from 'vitest';
import { byText } from '../../../src/core/text/by-text.ts';

test('texts are ordered unit by unit, and equal ones stay where they are', () => {
  expect(['P1', 'P0', 'a', 'B', 'é', 'P1'].sort(byText)).toEqual(['B', 'P0', 'P1', 'P1', 'a', 'é']);
  expect(byText('same', 'same')).toBe(0);
});
