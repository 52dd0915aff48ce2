export const forLoop: readonly string[];
