export { type InitChoice, type InitFile, initFiles } from './templates.ts';
