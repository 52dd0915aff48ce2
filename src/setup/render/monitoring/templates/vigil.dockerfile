# docker build --file monitoring/Dockerfile --tag ${image} .
FROM ${node} AS dependencies
WORKDIR ${vigil}
COPY package.json package-lock.json .npmrc ./
RUN npm ci

FROM ${node}
ENV NODE_ENV=production
WORKDIR ${vigil}
COPY --from=dependencies ${vigil}/node_modules node_modules
COPY . .
# Mount points: what runs as nobody in particular can write only there, and into /tmp.
RUN mkdir -p ${viteTemp} ${mounts} && chown node:node ${mounts}
USER 1000:1000
VOLUME ["${reports}"]
EXPOSE 8002
ENTRYPOINT ["node", "bin/vigil.js"]
CMD ["monitor", "--loop", "--host", "0.0.0.0"]
