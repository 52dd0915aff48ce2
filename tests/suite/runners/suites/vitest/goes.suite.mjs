import { test } from 'vitest';

test('finds', () => {});
