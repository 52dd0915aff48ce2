import type { VigilConfig } from '../../core/index.ts';
import type { Finding } from '../command-documents.ts';
import { renderWarnings } from '../render/monitoring/render-warnings.ts';
import { settingsOf } from '../render/monitoring/settings.ts';

/** What of the configuration the files of `vigil render` can't do. */
export const lookAtRendered = (config: VigilConfig): Finding[] =>
  renderWarnings(settingsOf(config)).map((detail) => ({ subject: 'monitoring', state: 'warning', detail }));
