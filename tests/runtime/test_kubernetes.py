"""The manifests are valid, agree with the service that they run and with each other, and give it no privileges."""

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from service import __version__
from service.__main__ import COMMANDS
from service.settings import Settings
from topics import catalogue

ROOT = Path(__file__).parents[2]
BASE, EXAMPLE = (ROOT / "deploy" / "kubernetes" / name for name in ("base", "example"))
OLDEST = "1.28"  # the versions from this one to the newest that the validator knows
PORTS = {"worker": "web_port", "web": "page_port", "duplicates": "duplicates_port"}  # command -> setting

# Of custom resources no schema may be kept here: these fields stand in KEDA's and the Prometheus operator's documentation
# (the Kafka scaler, ScaledObject and TriggerAuthentication of KEDA 2.16; PodMonitor v1), compared by hand on 2026-11-26.
KAFKA_SCALER = {
    *("bootstrapServers", "consumerGroup", "topic", "lagThreshold", "offsetResetPolicy", "excludePersistentLag"),
    *("version", "sasl", "tls"),
}
CUSTOM = {
    "ScaledObject": {
        *(
            "scaleTargetRef.name",
            "minReplicaCount",
            "maxReplicaCount",
            "fallback.failureThreshold",
            "fallback.replicas",
        ),
        *("triggers.type", "triggers.authenticationRef.name"),
        *(f"triggers.metadata.{name}" for name in KAFKA_SCALER),
        *(
            f"advanced.horizontalPodAutoscalerConfig.behavior.{way}.{field}"
            for way in ("scaleUp", "scaleDown")
            for field in ("stabilizationWindowSeconds", "policies.type", "policies.value", "policies.periodSeconds")
        ),
    },
    "TriggerAuthentication": {"secretTargetRef.parameter", "secretTargetRef.name", "secretTargetRef.key"},
    "PodMonitor": {
        *("jobLabel", "selector.matchLabels", "podMetricsEndpoints.port", "podMetricsEndpoints.path"),
        "podMetricsEndpoints.interval",
    },
}
VERSIONS = {
    "ScaledObject": "keda.sh/v1alpha1",
    "TriggerAuthentication": "keda.sh/v1alpha1",
    "PodMonitor": "monitoring.coreos.com/v1",
}


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


KUSTOMIZATION: dict[str, Any] = load(BASE / "kustomization.yaml")
RESOURCES: list[dict[str, Any]] = [
    document
    for name in KUSTOMIZATION["resources"]
    for document in yaml.safe_load_all((BASE / name).read_text(encoding="utf-8"))
]
CORE = [resource for resource in RESOURCES if resource["kind"] not in CUSTOM]
PODS = {
    resource["metadata"]["name"]: resource["spec"]["template"]
    for resource in RESOURCES
    if resource["kind"] in {"Deployment", "Job"}
}
LASTING = [name for name in PODS if name != "wiretag-topics"]


def called(resource: dict[str, Any]) -> str:
    return f"{resource['kind']} {resource['metadata']['name']}"


def one(kind: str, name: str = "wiretag") -> dict[str, Any]:
    (found,) = [r for r in RESOURCES if (r["kind"], r["metadata"]["name"]) == (kind, name)]
    return found


def container(pod: str) -> dict[str, Any]:
    (found,) = PODS[pod]["spec"]["containers"]
    assert isinstance(found, dict)
    return found


def literals(folder: Path) -> dict[str, str]:
    """The settings that a kustomization gives to all processes."""
    (generated,) = load(folder / "kustomization.yaml")["configMapGenerator"]
    assert generated["name"] == "wiretag"
    return dict(literal.split("=", 1) for literal in generated["literals"])


def leaves(value: Any, path: str = "") -> Iterator[str]:
    """The dotted paths of everything in it; labels are one thing, and so are the members of a list."""
    if isinstance(value, dict) and not path.endswith("matchLabels"):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, path)
    else:
        yield path


def cpu(amount: str) -> float:
    return float(amount[:-1]) / 1000 if amount.endswith("m") else float(amount)


# --- valid ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("resource", CORE, ids=called)
@pytest.mark.parametrize("version", [OLDEST, kubernetes_validate.latest_version()])
def test_it_is_what_kubernetes_expects(resource: dict[str, Any], version: str) -> None:
    kubernetes_validate.validate(resource, version, strict=True)


def test_a_misspelt_field_would_be_noticed() -> None:
    wrong = copy.deepcopy(one("Deployment"))
    wrong["spec"]["template"]["spec"]["containers"][0]["securityContext"]["readOnlyRootFileSystem"] = True
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, OLDEST, strict=True)


@pytest.mark.parametrize("kind", CUSTOM)
def test_custom_resources_use_fields_that_are_documented(kind: str) -> None:
    resource = one(kind, "wiretag-kafka" if kind == "TriggerAuthentication" else "wiretag")
    assert resource["apiVersion"] == VERSIONS[kind]
    assert resource.keys() == {"apiVersion", "kind", "metadata", "spec"}
    assert set(leaves(resource["spec"])) <= CUSTOM[kind]


def test_the_kustomization_has_every_file_and_nothing_we_do_not_look_at() -> None:
    assert KUSTOMIZATION.keys() == {"apiVersion", "kind", "resources", "configMapGenerator"}
    assert {*KUSTOMIZATION["resources"], "kustomization.yaml"} == {path.name for path in BASE.iterdir()}


def test_names_are_unique() -> None:
    assert len({called(resource) for resource in RESOURCES}) == len(RESOURCES)


# --- the service that they run ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", [BASE, EXAMPLE], ids=lambda folder: folder.name)
def test_only_settings_that_exist_are_set(folder: Path) -> None:
    named = {env["name"] for pod in PODS for env in container(pod).get("env", [])} | set(literals(folder))
    assert named <= {f"WIRETAG_{field.upper()}" for field in Settings.model_fields}


@pytest.mark.parametrize("pod", PODS)
def test_every_command_exists(pod: str) -> None:
    assert container(pod)["args"][0] in COMMANDS


@pytest.mark.parametrize("pod", LASTING)
def test_ports_and_probes_are_those_of_the_process(pod: str) -> None:
    runs = container(pod)
    (port,) = runs["ports"]
    assert port["containerPort"] == Settings.model_fields[PORTS[runs["args"][0]]].default
    paths = {"startupProbe": "/healthz", "livenessProbe": "/healthz", "readinessProbe": "/readyz"}
    for probe, path in paths.items():
        assert runs[probe]["httpGet"] == {"path": path, "port": port["name"]}
    started = runs["startupProbe"]["periodSeconds"] * runs["startupProbe"]["failureThreshold"]
    assert started >= 90  # as long as the image's own health check waits


@pytest.mark.parametrize("pod", LASTING)
def test_kubernetes_waits_longer_than_a_graceful_stop_takes(pod: str) -> None:
    assert PODS[pod]["spec"]["terminationGracePeriodSeconds"] > float(literals(BASE)["WIRETAG_SHUTDOWN_TIMEOUT"])


def test_a_tagging_process_for_each_core() -> None:
    runs = container("wiretag")
    (workers,) = [env for env in runs["env"] if env["name"] == "WIRETAG_WORKERS"]
    assert workers["valueFrom"] == {"resourceFieldRef": {"resource": "limits.cpu"}}
    assert runs["resources"]["requests"]["cpu"] == runs["resources"]["limits"]["cpu"]
    assert cpu(runs["resources"]["limits"]["cpu"]).is_integer()  # Kubernetes would round up


def test_scaling_is_left_to_keda() -> None:
    assert "replicas" not in one("Deployment")["spec"]
    scaled = one("ScaledObject")["spec"]
    (raw,) = [topic for topic in catalogue.load([]) if topic.stream == "raw"]
    assert 0 < scaled["minReplicaCount"] <= scaled["fallback"]["replicas"] <= scaled["maxReplicaCount"]
    assert scaled["maxReplicaCount"] <= raw.partitions
    assert scaled["scaleTargetRef"]["name"] == "wiretag"


def test_keda_asks_about_what_the_service_reads() -> None:
    (trigger,) = one("ScaledObject")["spec"]["triggers"]
    settings, scaler = literals(BASE), trigger["metadata"]
    defaults = Settings()
    assert scaler["bootstrapServers"] == settings["WIRETAG_BOOTSTRAP_SERVERS"]
    assert (scaler["consumerGroup"], scaler["topic"]) == (defaults.group_id, defaults.topic("raw"))
    assert scaler["excludePersistentLag"] == "true"
    assert scaler["sasl"].replace("_", "") == settings["WIRETAG_SASL_MECHANISM"].replace("-", "").lower()
    assert (scaler["tls"], settings["WIRETAG_SECURITY_PROTOCOL"]) == ("enable", "SASL_SSL")
    assert {type(value) for value in scaler.values()} == {str}
    assert trigger["authenticationRef"]["name"] == one("TriggerAuthentication", "wiretag-kafka")["metadata"]["name"]


def test_only_one_process_looks_for_duplicates() -> None:
    spec = one("Deployment", "wiretag-duplicates")["spec"]
    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})


# --- each other -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LASTING)
def test_what_selects_pods_selects_them(name: str) -> None:
    labels = PODS[name]["metadata"]["labels"]
    assert labels["app.kubernetes.io/name"] == name
    assert one("Deployment", name)["spec"]["selector"]["matchLabels"].items() <= labels.items()
    for kind in ("PodMonitor", "NetworkPolicy"):
        spec = one(kind)["spec"]
        assert (spec.get("selector") or spec["podSelector"])["matchLabels"].items() <= labels.items()


def test_jobs_are_called_as_the_alerts_expect() -> None:
    config = load(ROOT / "deploy" / "prometheus" / "prometheus.yml")
    assert one("PodMonitor")["spec"]["jobLabel"] == "app.kubernetes.io/name"
    assert set(LASTING) == {job["job_name"] for job in config["scrape_configs"]}


def test_only_prometheus_and_the_ingress_come_in_and_only_dns_and_kafka_are_reached() -> None:
    spec = one("NetworkPolicy")["spec"]
    assert spec["policyTypes"] == ["Ingress", "Egress"]
    assert {port["port"] for rule in spec["ingress"] for port in rule["ports"]} == {"http"}
    brokers = {int(address.rpartition(":")[2]) for address in literals(BASE)["WIRETAG_BOOTSTRAP_SERVERS"].split(",")}
    assert {port["port"] for rule in spec["egress"] for port in rule["ports"]} == {53} | brokers
    assert all(rule[way] for way, rules in (("from", "ingress"), ("to", "egress")) for rule in spec[rules])
    assert one("NetworkPolicy", "wiretag-web")["spec"]["policyTypes"] == ["Ingress"]


def test_the_page_has_a_service() -> None:
    spec = one("Service", "wiretag-web")["spec"]
    assert spec["selector"].items() <= PODS["wiretag-web"]["metadata"]["labels"].items()
    assert spec["ports"][0]["targetPort"] in {port["name"] for port in container("wiretag-web")["ports"]}


# --- no privileges, no secrets ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("pod", PODS)
def test_pods_have_no_privileges(pod: str) -> None:
    spec, runs = PODS[pod]["spec"], container(pod)
    assert spec["automountServiceAccountToken"] is False
    assert spec["enableServiceLinks"] is False
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert f"USER {spec['securityContext']['runAsUser']}\n" in (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert runs["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert runs["resources"]["requests"].keys() == runs["resources"]["limits"].keys() == {"cpu", "memory"}
    assert all("emptyDir" in volume or "secret" in volume for volume in spec["volumes"])


@pytest.mark.parametrize("pod", PODS)
def test_credentials_come_from_a_secret_of_its_role(pod: str) -> None:
    runs = container(pod)
    (username,) = [env for env in runs["env"] if env["name"] == "WIRETAG_SASL_USERNAME"]
    (secret,) = [volume["secret"]["secretName"] for volume in PODS[pod]["spec"]["volumes"] if "secret" in volume]
    assert username["valueFrom"]["secretKeyRef"] == {"name": secret, "key": "username"}
    (mount,) = [mount for mount in runs["volumeMounts"] if mount["name"] == "kafka"]
    files = {value for name, value in literals(BASE).items() if name.endswith("FILE")}
    assert {str(Path(file).parent) for file in files} == {mount["mountPath"]}
    assert mount["readOnly"] is True


def test_secrets_stand_nowhere() -> None:
    assert not [resource for resource in RESOURCES if resource["kind"] == "Secret"]
    for folder in (BASE, EXAMPLE):
        secretive = {name for name in literals(folder) if re.search(r"PASSWORD|SECRET|TOKEN|KEY", name)}
        assert all(name.endswith("_FILE") for name in secretive)
    for pod in PODS:
        for env in container(pod)["env"]:
            assert "valueFrom" in env, env["name"]


# --- the example ------------------------------------------------------------------------------------------------------


def test_the_example_changes_what_is_there() -> None:
    overlay = load(EXAMPLE / "kustomization.yaml")
    assert overlay["resources"] == ["../base"]
    assert [(image["name"], image["newTag"]) for image in overlay["images"]] == [("wiretag", __version__)]
    assert {container(pod)["image"] for pod in PODS} == {"wiretag"}
    for patch in overlay["patches"]:
        target = one(patch["target"]["kind"], patch["target"]["name"])
        for change in yaml.safe_load(patch["patch"]):
            assert change["op"] == "replace"
            value: Any = target
            for step in change["path"].split("/")[1:]:
                value = value[int(step) if isinstance(value, list) else step]


def test_keda_asks_about_what_the_example_reads() -> None:
    overlay, settings = load(EXAMPLE / "kustomization.yaml"), literals(EXAMPLE)
    (patch,) = [patch["patch"] for patch in overlay["patches"] if patch["target"]["kind"] == "ScaledObject"]
    changed = {change["path"].rpartition("/")[2]: change["value"] for change in yaml.safe_load(patch)}
    assert changed == {
        "bootstrapServers": settings["WIRETAG_BOOTSTRAP_SERVERS"],
        "consumerGroup": settings["WIRETAG_GROUP_ID"],
        "topic": Settings(topic_prefix=settings["WIRETAG_TOPIC_PREFIX"]).topic("raw"),
    }
