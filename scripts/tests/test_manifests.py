"""What Kustomize and Helm make of the manifests; the objects themselves are checked by io.livedub.deploy.KubernetesManifestsTest."""

import re
import shutil
import subprocess
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "deploy" / "helm" / "stream-worker"


def run(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)


@unittest.skipUnless(shutil.which("kubectl"), "kubectl is not here (Debian: kubernetes-client)")
class KustomizeTest(unittest.TestCase):
    def test_overlays(self):
        # An object more or less is a resource that a kustomization forgot.
        kinds = {
            "single": {"ConfigMap", "Deployment", "Namespace", "NetworkPolicy", "PodDisruptionBudget", "PrometheusRule", "Service", "ServiceAccount", "ServiceMonitor"},
            "job-per-stream": {"ConfigMap", "Deployment", "Namespace", "NetworkPolicy", "PodMonitor", "PrometheusRule", "Role", "RoleBinding", "Service", "ServiceAccount"},
        }
        for overlay, expected in kinds.items():
            with self.subTest(overlay):
                result = run("kubectl", "kustomize", ROOT / "deploy" / "kubernetes" / "overlays" / overlay)
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertEqual(set(re.findall(r"^kind: (\w+)$", result.stdout, re.MULTILINE)), expected)


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

    def test_what_is_optional(self):
        everything = self.template("secret.hook=x", "serviceMonitor.enabled=true", "segments.existingClaim=disk").stdout
        self.assertIn("kind: ServiceMonitor", everything)
        self.assertIn("claimName: disk", everything)
        nothing = self.template("secret.hook=x", "networkPolicy.enabled=false", "podDisruptionBudget.enabled=false").stdout
        for kind in ("NetworkPolicy", "PodDisruptionBudget", "ServiceMonitor"):
            self.assertNotIn(f"kind: {kind}", nothing)


if __name__ == "__main__":
    unittest.main()
