export { VigilError } from '../errors.ts';
