import { test } from '@playwright/test';

test('finds', () => {});
