import { findProgram, packageOf, programs } from './programs.ts';

/** `npm run test:all` sets it: then nothing is skipped, and a part that is missing makes its tests fail. */
export const isWhole = process.env.WHOLE_SUITE === '1';

const needs = [
  ...programs.map((name) => ({
    name: name as string,
    description: `starts ${name}, of Debian’s package ${packageOf[name]}`,
    isThere: findProgram(name) !== undefined,
  })),
  {
    name: 'root',
    description: 'mounts file systems',
    isThere: process.getuid?.() === 0,
  },
];

/** What tests need and this machine lacks. */
export const missing = needs.filter(({ isThere }) => !isThere).map(({ name }) => name);

/** Vitest's tags: a test that carries the name of something that is missing is skipped. */
export const tags = needs.map(({ name, description, isThere }) => ({
  name,
  description,
  ...(isThere || isWhole ? {} : { skip: true }),
}));
