import { healthTests } from 'vigil/config';
import { defineConfig } from 'vitest/config';

export default defineConfig(healthTests());
