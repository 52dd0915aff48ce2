import { yamlFile } from '../yaml-file.ts';

/** Labels by which everything of Vigil is found. */
export const labels = { 'app.kubernetes.io/name': 'vigil' } as const;

/** Names of the objects that refer to each other. */
export const names = {
  vigil: 'vigil',
  config: 'vigil-config',
  reports: 'vigil-reports',
  port: 'http',
} as const;

export const vigilPort = 8002;
/** Vigil as the rest of its namespace reaches it. */
export const vigilUrl = `http://${names.vigil}:${vigilPort}`;

export const metadata = (name: string) => ({ name, labels });

/** A kustomization over these files of its own folder, or other folders. */
export function kustomization(resources: readonly string[]): string {
  return yamlFile({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources,
  });
}
