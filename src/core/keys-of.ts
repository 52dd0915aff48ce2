/** The keys of a table with their type; for an object that may have more keys than its type says, it would be wrong. */
export const keysOf = <Table extends object>(table: Table): (keyof Table & string)[] =>
  Object.keys(table) as (keyof Table & string)[];
