"""What Kustomize and Helm make of the manifests; the objects themselves are checked by io.livedub.deploy.KubernetesManifestsTest."""

import json
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "deploy" / "helm" / "stream-worker"


def run(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)


def kustomize_version():
    """Of kubectl's own Kustomize; Debian's kubectl of 2020 has version 2, which knows neither components nor replacements."""
    version = re.search(r"Kustomize Version: v(\d+)", run("kubectl", "version", "--client").stdout) if shutil.which("kubectl") else None
    return int(version.group(1)) if version else 0


@unittest.skipUnless(kustomize_version() >= 5, "no kubectl with Kustomize 5 here (kubectl 1.27 or newer)")
class KustomizeTest(unittest.TestCase):
    def test_overlays(self):
        # An object more or less is a resource that a kustomization forgot.
        kinds = {
            "single": {"ConfigMap", "Deployment", "Namespace", "NetworkPolicy", "PodDisruptionBudget", "PrometheusRule", "Service", "ServiceAccount", "ServiceMonitor"},
            "job-per-stream": {"ConfigMap", "Deployment", "Namespace", "NetworkPolicy", "PodDisruptionBudget", "PodMonitor", "PrometheusRule", "Role", "RoleBinding", "Service", "ServiceAccount", "ServiceMonitor"},
        }
        for overlay, expected in kinds.items():
            with self.subTest(overlay):
                result = run("kubectl", "kustomize", ROOT / "deploy" / "kubernetes" / "overlays" / overlay)
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertEqual(set(re.findall(r"^kind: (\w+)$", result.stdout, re.MULTILINE)), expected)

    def test_jobs_run_the_image_of_serve(self):
        result = run("kubectl", "kustomize", ROOT / "deploy" / "kubernetes" / "overlays" / "job-per-stream")
        images = re.findall(r"^ +image: (stream-worker\S*)$", result.stdout, re.MULTILINE)
        self.assertEqual(re.findall(r"name: WORKER_KUBERNETES_IMAGE\n +value: (\S+)", result.stdout), images)

    def single_with(self, component):
        """The overlay `single` with one of the components, as `kubectl kustomize` writes it."""
        folder = ROOT / "deploy" / "kubernetes" / "overlays"
        with tempfile.TemporaryDirectory(dir=folder) as overlay:
            Path(overlay, "kustomization.yaml").write_text(f"resources: [../single]\ncomponents: [../../components/{component}]\n")
            result = run("kubectl", "kustomize", overlay)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def test_several_processes_are_chosen_by_room(self):
        self.assertRegex(self.single_with("autoscale"), r"readinessProbe:\n +httpGet:\n +path: /health/ready\n")

    def test_rolls_where_two_pods_see_the_segments(self):
        shared = self.single_with("shared-segments")
        worker = next(each for each in shared.split("\n---\n") if "kind: Deployment" in each)
        self.assertIn("    rollingUpdate:\n      maxSurge: 1\n      maxUnavailable: 0\n    type: RollingUpdate\n", worker)
        self.assertIn("      - args:\n        - serve\n        - --take-over\n", worker)
        self.assertIn("claimName: stream-worker-segments\n", worker)
        self.assertIn("  WORKER_SEGMENT_RETENTION: 1h\n", shared)
        volumes = re.findall(r"^      - (?:\w+: .*\n        )*name: (\S+)$", worker[worker.index("      volumes:"):], re.MULTILINE)
        self.assertEqual(len(volumes), len(set(volumes)), "the claim takes the place of the emptyDir")
        self.assertNotIn("path: /health/ready", worker, "a new pod that is full would never be ready, and the old one stay")
        alone = run("kubectl", "kustomize", ROOT / "deploy" / "kubernetes" / "overlays" / "single").stdout
        self.assertIn("type: Recreate\n", alone)
        self.assertNotIn("--take-over", alone)


@unittest.skipUnless(shutil.which("helm"), "helm is not here (go install helm.sh/helm/v3/cmd/helm)")
class HelmTest(unittest.TestCase):
    def template(self, *settings):
        return run("helm", "template", "live", CHART, *(part for setting in settings for part in ("--set", setting)))

    def test_is_in_order(self):
        result = run("helm", "lint", CHART, "--set", "secret.hook=x")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_wants_a_secret(self):
        self.assertIn("secret.hook (or secret.existing) is required", self.template().stderr)
        self.assertNotIn("kind: Secret", self.template("secret.existing=mine").stdout)

    def test_time_to_drain_follows_the_offset(self):
        self.assertIn("terminationGracePeriodSeconds: 45\n", self.template("secret.hook=x").stdout)
        self.assertIn("terminationGracePeriodSeconds: 69\n", self.template("secret.hook=x", "offsetSeconds=30").stdout)

    def test_refuses_times_that_the_time_to_drain_cannot_follow(self):
        for setting in ("offsetSeconds=auto", "segmentSeconds=6s", "offsetSeconds=4.5"):
            self.assertIn("a whole number of seconds", self.template("secret.hook=x", setting).stderr, setting)
        for setting in ("config.WORKER_AV_OFFSET_NS=10000000000", "config.WORKER_SEGMENT_DURATION=10s"):
            self.assertIn("which the time to drain follows", self.template("secret.hook=x", setting).stderr, setting)
        auto = "config.WORKER_AV_OFFSET_NS=auto"
        self.assertIn("set offsetSeconds to the longest offset", self.template("secret.hook=x", auto).stderr)
        follows = self.template("secret.hook=x", auto, "offsetSeconds=8").stdout
        self.assertEqual(re.findall(r"WORKER_AV_OFFSET_NS: (.*)", follows), ['"auto"'])
        self.assertIn("terminationGracePeriodSeconds: 47\n", follows)

    def test_is_found_by_the_alerts(self):
        """The operator names `job` after the Service, which is named after the release."""
        alerts = (ROOT / "deploy" / "observability" / "alerts.yml").read_text()
        job = re.search(r'up\{job=~"([^"]+)"\}', alerts).group(1)
        rendered = self.template("secret.hook=x", "serviceMonitor.enabled=true", "spawn=kubernetes").stdout
        for kind in ("ServiceMonitor", "PodMonitor"):
            monitor = next(each for each in rendered.split("\n---\n") if f"kind: {kind}\n" in each)
            label = re.search(r"^  jobLabel: (.*)$", monitor, re.MULTILINE).group(1)
            self.assertEqual(label, "app.kubernetes.io/name")
        # What carries that label: the Service, and the pods, which the program labels (JobTemplate).
        service = next(each for each in rendered.split("\n---\n") if "kind: Service\n" in each)
        self.assertRegex(re.search(rf"^    {re.escape(label)}: (.*)$", service, re.MULTILINE).group(1), rf"^{job}$")

    def test_jobs_only_where_they_are_wanted(self):
        self.assertNotIn("kind: Role", self.template("secret.hook=x").stdout)
        self.assertIn("automountServiceAccountToken: false\n      enableServiceLinks", self.template("secret.hook=x").stdout)
        self.assertIn("in-process, process or kubernetes", self.template("secret.hook=x", "spawn=docker").stderr)
        self.assertIn("automountServiceAccountToken: true\n      enableServiceLinks", self.template("secret.hook=x", "spawn=kubernetes").stdout)

    def test_job_is_that_of_the_program(self):
        rendered = self.template("secret.hook=x", "spawn=kubernetes").stdout
        job = json.loads(json.loads(re.search(r"^  job.json: (\".*\")$", rendered, re.MULTILINE).group(1)))
        own = json.loads((ROOT / "src" / "main" / "resources" / "kubernetes" / "job-template.json").read_text())
        worker = job["spec"]["template"]["spec"]["containers"][0]
        self.assertEqual((worker.pop("image"), worker.pop("imagePullPolicy")), ("stream-worker:0.1.0", "IfNotPresent"))
        named = json.dumps(own).replace('"serviceAccountName": "stream-worker"', '"serviceAccountName": "live-stream-worker"')
        self.assertEqual(job, json.loads(re.sub(r'"name": "stream-worker"', '"name": "live-stream-worker"', named)))

    def test_streams_file(self):
        text = (ROOT / "deploy" / "streams.yaml").read_text()
        rendered = run("helm", "template", "live", CHART, "--set", "secret.hook=x", "--set-file", f"streamsFile={ROOT / 'deploy' / 'streams.yaml'}").stdout
        self.assertEqual(json.loads(re.search(r"^  streams.yaml: (\".*\")$", rendered, re.MULTILINE).group(1)), text)
        self.assertIn("value: /etc/stream-worker-streams/streams.yaml\n", rendered)
        self.assertIn("name: live-stream-worker-streams\n", rendered)
        self.assertNotIn("streams.yaml", self.template("secret.hook=x").stdout)

    def test_rolls_only_where_two_pods_see_the_segments(self):
        alone = self.template("secret.hook=x").stdout
        self.assertIn("type: Recreate", alone)
        self.assertIn("args: [serve]\n", alone)
        shared = self.template("secret.hook=x", "segments.existingClaim=disk").stdout
        self.assertIn("type: RollingUpdate\n    rollingUpdate:\n      maxSurge: 1\n      maxUnavailable: 0\n", shared)
        self.assertNotIn("Recreate", shared)
        self.assertIn("args: [serve, --take-over]\n", shared)
        self.assertIn("failureThreshold: 150\n", shared)
        self.assertNotIn("path: /health/ready", shared, "a new pod that is full would never be ready, and the old one stay")
        jobs = self.template("secret.hook=x", "segments.existingClaim=disk", "spawn=kubernetes").stdout
        self.assertIn("type: Recreate", jobs)
        self.assertIn("args: [serve]\n", jobs)

    def test_keeps_files_as_long_as_their_volume_bears(self):
        kept = "WORKER_SEGMENT_RETENTION"
        self.assertIn(f"  {kept}: 10m\n", self.template("secret.hook=x").stdout)
        self.assertNotIn(kept, self.template("secret.hook=x", "segments.existingClaim=disk").stdout)
        self.assertIn(f"  {kept}: 10m\n", self.template("secret.hook=x", "segments.existingClaim=disk", "spawn=kubernetes").stdout)
        self.assertEqual(re.findall(f"{kept}: (.*)", self.template("secret.hook=x", f"config.{kept}=30m").stdout), ['"30m"'])

    def test_what_is_optional(self):
        everything = self.template("secret.hook=x", "serviceMonitor.enabled=true", "segments.existingClaim=disk").stdout
        self.assertIn("kind: ServiceMonitor", everything)
        self.assertIn("claimName: disk", everything)
        for cidr in ("0.0.0.0/0", '"::/0"'):
            self.assertIn(f"cidr: {cidr}\n", everything)
        for port in (1936, 4318):
            self.assertIn(f"- port: {port}\n", everything)
        nothing = self.template("secret.hook=x", "networkPolicy.enabled=false", "podDisruptionBudget.enabled=false").stdout
        for kind in ("NetworkPolicy", "PodDisruptionBudget", "ServiceMonitor"):
            self.assertNotIn(f"kind: {kind}", nothing)


if __name__ == "__main__":
    unittest.main()
