/** Compares texts for `sort`, unit by unit: what is written is the same on every machine. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
