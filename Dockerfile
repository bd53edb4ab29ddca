# One image for every process of Zajel; the command chooses which (see docker-compose.yml).
FROM node:24-bookworm-slim AS packages
WORKDIR /zajel
ENV PUPPETEER_SKIP_DOWNLOAD=1
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
WORKDIR /zajel
ENV NODE_ENV=production HOST=0.0.0.0 LOG_FORMAT=json ZAJEL_DATA=/data
RUN mkdir /data && chown node:node /data
COPY --from=packages /zajel/node_modules node_modules
COPY . .
USER node
VOLUME /data
EXPOSE 3000
CMD ["node", "--disable-warning=ExperimentalWarning", "start/api.ts"]
