import { madeBy } from '../yaml-file.ts';
import { folders, images } from './images.ts';

/** The image of Vigil, its suite and the reference Genesis; Vitest runs the suite, so the development dependencies belong to it. */
export function dockerfile(): string {
  return `# ${madeBy}
# docker build --file monitoring/Dockerfile --tag ${images.vigil} .
FROM ${images.node} AS dependencies
WORKDIR ${folders.vigil}
COPY package.json package-lock.json .npmrc ./
RUN npm ci

FROM ${images.node}
ENV NODE_ENV=production
WORKDIR ${folders.vigil}
COPY --from=dependencies ${folders.vigil}/node_modules node_modules
COPY . .
# Mount points: what runs as nobody in particular can write only there, and into /tmp.
RUN mkdir -p ${folders.viteTemp} ${folders.reports} ${folders.genesis} && chown node:node ${folders.reports} ${folders.genesis}
USER 1000:1000
VOLUME ["${folders.reports}"]
EXPOSE 8002
ENTRYPOINT ["node", "bin/vigil.js"]
CMD ["monitor", "--loop", "--host", "0.0.0.0"]
`;
}

/** What of the repository is no part of the image. */
export function dockerignore(): string {
  return `# ${madeBy}
.git
node_modules
reports
monitoring
tests
`;
}
