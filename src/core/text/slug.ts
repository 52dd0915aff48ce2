/** A name as a label carries it: small letters, digits and "-"; empty where nothing of it is left. */
export function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
}

/** The value of the label `deployment`, by what the deployment is called. */
export const deploymentLabel = ({ name }: { name: string }): string => slugOf(name) || 'deployment';
