export {
  type CiEnvironment,
  ciEnvironment,
  minimalEnvironment,
  type RunEnvironment,
  runEnvironment,
  secretEnvironment,
  variables,
} from './variables.ts';
