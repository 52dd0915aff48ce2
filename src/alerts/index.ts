export { type Violation, violationsOf } from './violations.ts';
