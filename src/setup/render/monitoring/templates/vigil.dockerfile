# Never built where it was written: no Docker was there. Beside the package, npm pack makes it:
# docker build --file monitoring/Dockerfile --tag ${image} .
FROM ${node}
ENV NODE_ENV=production
WORKDIR ${vigil}
COPY vitest-vigil-*.tgz ./
RUN npm init --yes >/dev/null && npm install --no-audit --no-fund ./vitest-vigil-*.tgz vitest@5
# Mount points: what runs as nobody in particular can write only there, and into its folder for temporary files.
RUN mkdir -p ${mounts} && chown node:node ${mounts}
USER 1000:1000
VOLUME ["${reports}"]
EXPOSE 8002
ENTRYPOINT ["node", "${program}/bin/vigil.js"]
# Without this configuration it says so and ends: mount it, and what it names.
CMD ["monitor", "--loop", "--host", "0.0.0.0", "--config", "${config}", "--reports", "${reports}"]
