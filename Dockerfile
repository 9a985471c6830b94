# presswatch as a container: the daemon with its web pages, as a user without rights, state in one volume.
#
#   docker build -t presswatch .
#   docker run -d --name presswatch --stop-timeout 30 -v presswatch-state:/app/state -v ./config:/app/config:ro presswatch
#   docker exec presswatch presswatch changes
#
# It needs no right that it could lose: --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges. What it holds of other people's
# work is told by /opt/presswatch/sbom.json (CycloneDX).
#
# The pages listen on loopback inside the container. To publish them, a token is needed:
#   -e PRESSWATCH_WEB__HOST=0.0.0.0 -e PRESSWATCH_WEB__TOKEN=... -p 127.0.0.1:8787:8787

FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
COPY requirements/run.txt requirements/build.txt requirements/
RUN python -m venv /opt/presswatch && /opt/presswatch/bin/pip install --quiet --no-deps --require-hashes -r requirements/run.txt
RUN python -m venv /opt/build && /opt/build/bin/pip install --quiet --no-deps --require-hashes -r requirements/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY service/ service/
RUN /opt/build/bin/pip wheel --quiet --no-deps --no-index --no-build-isolation --wheel-dir /build/wheels . \
 && /opt/presswatch/bin/pip install --quiet --no-deps --no-index wheels/*.whl
COPY deploy/sbom.py deploy/
RUN /opt/presswatch/bin/python deploy/sbom.py requirements/run.txt > /opt/presswatch/sbom.json

FROM python:3.11-slim
RUN groupadd --gid 10001 presswatch \
 && useradd --uid 10001 --gid 10001 --home-dir /app --no-create-home --shell /usr/sbin/nologin presswatch \
 && install -d /app && install -d -o presswatch -g presswatch /app/state
COPY --from=build /opt/presswatch /opt/presswatch
COPY --chown=10001:10001 config/ /app/config/
ENV PATH=/opt/presswatch/bin:$PATH PRESSWATCH_CONFIG=/app/config PRESSWATCH_STATE=/app/state PYTHONUNBUFFERED=1
WORKDIR /app
USER 10001:10001
VOLUME /app/state
EXPOSE 8787
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ.get(\"PRESSWATCH_WEB__PORT\") or 8787}/healthz', timeout=5)"]
ENTRYPOINT ["presswatch"]
CMD ["run"]
