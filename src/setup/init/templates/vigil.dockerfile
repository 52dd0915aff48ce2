# docker build --file vigil.Dockerfile --tag vigil-suite .
# Vigil with the suite of this repository. Written by vigil init, never built by it: there was no Docker to ask.
FROM node:24-bookworm-slim
WORKDIR /suite
COPY ${manifests} ./
RUN ${install}
COPY . .
# The history: the one folder that is written to besides the one for temporary files.
RUN mkdir reports && chown node:node reports
USER node
VOLUME ["/suite/reports"]
EXPOSE 8002
ENTRYPOINT ["node", "node_modules/vitest-vigil/dist/bin/vigil.js"]
CMD ["monitor", "--loop", "--host", "0.0.0.0", "--config", "${configuration}"]
