const atTheEnd = 'after the suite ';

/** What a cycle says where a service or an instance of it was down when its checks had ended. */
export const downProblem = (reason: string): string => `${atTheEnd}${reason}`;

/** What was down, where that is a problem of a cycle: its checks were judged all the same. */
export const downIn = (problem: string): string | undefined =>
  problem.startsWith(atTheEnd) ? problem.slice(atTheEnd.length) : undefined;
