import { test } from 'node:test';

test('finds', () => {});
