# The service as an image: two stages, so that pip and what it needs stay behind. `docker build -t wiretag .`
FROM python:3.11-slim-bookworm AS build

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN apt-get update && apt-get install --yes --no-install-recommends binutils
RUN python -m venv /opt/wiretag
# --build-arg REQUIREMENTS=requirements/tracing.txt: with OpenTelemetry.
ARG REQUIREMENTS=requirements/runtime.txt
COPY ${REQUIREMENTS} /src/requirements.txt
RUN /opt/wiretag/bin/pip install --no-deps --require-hashes --only-binary :all: -r /src/requirements.txt
COPY pyproject.toml README.md /src/
COPY service /src/service
COPY topics /src/topics
# A third of the size is of no use at run time: debugging symbols, the libraries' own tests and commands, pip.
RUN /opt/wiretag/bin/pip install --no-deps --no-build-isolation /src \
    && /opt/wiretag/bin/pip uninstall --yes pip \
    && cd /opt/wiretag/lib/python3.11/site-packages \
    && find /opt/wiretag/bin -type f ! -name wiretag -delete \
    && find . -type d -name tests -prune -exec rm -r {} + \
    && find spacy thinc blis -name '*.so' -exec strip --strip-unneeded {} + \
    && /opt/wiretag/bin/python -m compileall -q .


FROM python:3.11-slim-bookworm

ARG REVISION=unknown
LABEL org.opencontainers.image.title="wiretag" \
      org.opencontainers.image.description="News-tagging stream service: raw articles in, enriched articles out, over Kafka" \
      org.opencontainers.image.version="0.2.0" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="docker.io/library/python:3.11-slim-bookworm"

# A number, not a name: Kubernetes' runAsNonRoot can only check numbers. Nothing is written to the file system. Of the
# base image go pip, what package managers left behind, and the right to become another user.
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin wiretag \
    && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* /root/.cache \
    && find / -xdev \( -path '*/python3*/pip' -o -path '*/python3*/pip-*' -o -path '*/python3*/ensurepip' \
        -o -path '*/bin/pip*' \) -prune -exec rm -rf {} + \
    && find / -xdev -type f -perm /6000 -exec chmod a-s {} +
COPY --from=build /opt/wiretag /opt/wiretag

# WIRETAG_WEB_HOST: on its default, 127.0.0.1, neither probes nor Prometheus could reach the container.
ENV PATH=/opt/wiretag/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    WIRETAG_LOG_FORMAT=json \
    WIRETAG_WEB_HOST=0.0.0.0 \
    WIRETAG_WEB_PORT=8087

USER 10001
WORKDIR /
EXPOSE 8087
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=90s --retries=4 CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['WIRETAG_WEB_PORT']}/healthz\", timeout=4)"]

# As process 1 the worker handles SIGTERM and SIGINT itself and waits for its tagging processes: no init is needed.
ENTRYPOINT ["wiretag"]
CMD ["worker"]
