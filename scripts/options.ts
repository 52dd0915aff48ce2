/** The options that commands share, said once. */

export const configOption = {
  type: 'string',
  description: 'configuration file (default vigil.config.ts here, if there is one)',
} as const;

export const historyOption = {
  type: 'string',
  description: 'folder of the history (default as configured)',
} as const;

export const jsonOption = {
  type: 'boolean',
  default: false,
  description: 'one JSON document on stdout',
} as const;
