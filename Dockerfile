# Enxame in a container: every part is the same image with another command (see docker-compose.yml).
#   docker build -t enxame .
FROM node:22.21-bookworm-slim AS build
WORKDIR /enxame
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-audit --no-fund
COPY . .
RUN node scripts/build.mjs && rm -rf .next/cache

FROM node:22.21-bookworm-slim
WORKDIR /enxame
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 HOST=0.0.0.0 PORT=3000 DATA_DIR=/data METRICS_PORT=9464 METRICS_HOST=127.0.0.1
COPY --from=build /enxame/package.json /enxame/next.config.mjs ./
COPY --from=build /enxame/node_modules ./node_modules
COPY --from=build /enxame/build ./build
COPY --from=build /enxame/.next ./.next
COPY --from=build /enxame/public ./public
COPY --from=build /enxame/messages ./messages
COPY --from=build /enxame/demo-music ./demo-music
COPY --from=build /enxame/lib ./lib
COPY --from=build /enxame/services ./services
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9464/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--max-semi-space-size=4", "build/main.mjs"]
