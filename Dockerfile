# One image for every process of Zajel; the command chooses which (see docker-compose.yml). The target `lines` is the same
# with a browser in it, for the worker that holds WhatsApp lines of linked phones.
FROM node:24-bookworm-slim AS packages
WORKDIR /zajel
ENV PUPPETEER_SKIP_DOWNLOAD=1
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim AS zajel
WORKDIR /zajel
ENV NODE_ENV=production HOST=0.0.0.0 LOG_FORMAT=json ZAJEL_DATA=/data
RUN mkdir -p /data/sessions && chown -R node:node /data
COPY --from=packages /zajel/node_modules node_modules
COPY . .
USER node
VOLUME /data
EXPOSE 3000
CMD ["node", "--disable-warning=ExperimentalWarning", "start/api.ts"]

FROM zajel AS lines
USER root
RUN apt-get update && apt-get install -y --no-install-recommends chromium && rm -rf /var/lib/apt/lists/*
ENV CHROMIUM_PATH=/usr/bin/chromium
USER node
CMD ["node", "--disable-warning=ExperimentalWarning", "start/worker.ts"]

# What is built when no target is named: without a browser.
FROM zajel
