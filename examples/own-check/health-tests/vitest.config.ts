import { defineConfig } from 'vitest/config';
import { healthTests } from 'vitest-vigil/config';

export default defineConfig(healthTests());
