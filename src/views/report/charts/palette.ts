/** Okabe and Ito's colours, told apart by every kind of colour vision; dash and height tell the same without colour. */
export const palette = {
  ink: '#1f2933',
  dim: '#5f6b78',
  grid: '#e3e7eb',
  gap: '#d7dce1',
  blue: '#0072b2',
  sky: '#56b4e9',
  orange: '#e69f00',
  vermillion: '#d55e00',
  green: '#009e73',
  limit: '#b3261e',
} as const;

/** Without quotes: the library puts it into an attribute as it is. */
export const font = 'system-ui, -apple-system, Segoe UI, Liberation Sans, Arial, sans-serif';
