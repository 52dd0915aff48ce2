const atTheEnd = 'after the suite ';

/** What a cycle says where a service or an instance of it was down when its checks had ended. */
export const downProblem = (reason: string): string => `${atTheEnd}${reason}`;

/** Whether a problem of a cycle is that something was down: its checks were judged all the same. */
export const isDownProblem = (problem: string): boolean => problem.startsWith(atTheEnd);
