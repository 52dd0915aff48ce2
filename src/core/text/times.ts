/** How often, in words: `once`, `3 times`. */
export const timesText = (count: number): string => (count === 1 ? 'once' : `${count} times`);
