# Footnote as a Discord bot. Build: docker build -t footnote .
# Run:   docker run -d --name footnote --restart unless-stopped -e DISCORD_TOKEN=… -v footnote-data:/data footnote
FROM node:20-bookworm-slim AS build
WORKDIR /app
# hnswlib-node and, where there is no prebuilt binary, better-sqlite3 are compiled.
RUN apt-get update && apt-get install -y --no-install-recommends python3 make g++ && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json ./
COPY src ./src
RUN npm run build && npm prune --omit=dev

# Not Alpine: the embedding runtime is built for glibc.
FROM node:20-bookworm-slim
ENV NODE_ENV=production DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY models ./models
COPY data/*.md ./data/
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
# SIGTERM lets it finish what is being answered, within ten seconds.
STOPSIGNAL SIGTERM
CMD ["node", "dist/main.js", "discord"]
