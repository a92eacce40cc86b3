package io.quipu.acceptance.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The policies of Cloud Foundry's App Autoscaler, by the rules of its schema, and against what the collector reports. */
class AutoscalerTest {

    private static final Set<String> OF_THE_PLATFORM = Set.of("memoryused", "memoryutil", "responsetime", "throughput", "cpu", "cpuutil",
            "disk", "diskutil");
    private static final Set<String> POLICY = Set.of("credential-type", "configuration", "instance_min_count", "instance_max_count",
            "scaling_rules");
    private static final Set<String> RULE = Set.of("metric_type", "operator", "threshold", "breach_duration_secs", "cool_down_secs",
            "adjustment");
    private static final int LEAST_SECONDS = 60;
    private static final int MOST_SECONDS = 3_600;

    /** More collectors than partitions have nothing to drive. */
    private static final int PARTITIONS = 64;

    private static JsonNode policy(String service) {
        return Json.shared().readTree(ManifestFile.of("cloudfoundry/autoscaler/" + service + ".json").text());
    }

    /** The names of what is reported; the reports themselves are nobody's business outside of the collector. */
    private static Set<String> reported() throws ReflectiveOperationException {
        var field = Class.forName("io.quipu.collector.scaling.ScalingReports").getDeclaredField("METRICS");
        field.setAccessible(true);
        Set<String> names = new TreeSet<>();
        ((Map<?, ?>) field.get(null)).keySet().forEach(name -> names.add(name.toString()));
        return names;
    }

    @Test
    void whatIsReportedIsDocumentedAsAMetric() throws Exception {
        String metrics = ManifestFile.of("../docs/metrics.md").text();
        String readme = ManifestFile.of("README.md").text();
        assertThat(metrics).contains("| `quipu_collector_backlog_per_instance_usages` | gauge |", "| `quipu_collector_oldest_unprocessed_seconds` | gauge |");
        assertThat(reported()).allSatisfy(name -> assertThat(readme).contains("| `" + name + "` |"));
    }

    private static Set<String> metrics(JsonNode policy) {
        Set<String> metrics = new TreeSet<>();
        policy.get("scaling_rules").forEach(rule -> metrics.add(rule.get("metric_type").stringValue()));
        return metrics;
    }

    @Test
    void eachServiceHasAPolicy() {
        assertThat(ManifestFile.all(".json").stream().map(file -> ManifestFile.ROOT.relativize(file.path()).toString())
                .filter(file -> file.startsWith("cloudfoundry"))).containsExactlyInAnyOrderElementsOf(
                        Service.ALL.stream().map(service -> "cloudfoundry/autoscaler/" + service.name() + ".json").toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector", "meter", "accumulator", "aggregator", "reporting"})
    void policyFollowsTheSchema(String service) {
        JsonNode policy = policy(service);
        assertThat(POLICY).containsAll(policy.propertyNames());
        int least = integer(policy, "instance_min_count");
        int most = integer(policy, "instance_max_count");
        assertThat(least).isBetween(1, most);
        assertThat(most).isLessThanOrEqualTo(PARTITIONS);
        assertThat(policy.get("scaling_rules")).isNotEmpty().allSatisfy(rule -> {
            assertThat(RULE).containsAll(rule.propertyNames());
            assertThat(rule.get("metric_type").stringValue()).matches("[a-zA-Z0-9_]{1,100}");
            assertThat(rule.get("operator").stringValue()).isIn("<", ">", "<=", ">=");
            assertThat(rule.get("adjustment").stringValue()).matches("[-+][1-9]+[0-9]*%?");
            integer(rule, "threshold");
            assertThat(integer(rule, "breach_duration_secs")).isBetween(LEAST_SECONDS, MOST_SECONDS);
            assertThat(integer(rule, "cool_down_secs")).isBetween(LEAST_SECONDS, MOST_SECONDS);
        });
    }

    private static int integer(JsonNode node, String name) {
        assertThat(node.get(name).isInt()).as(name).isTrue();
        return node.get(name).intValue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector", "meter", "accumulator", "aggregator", "reporting"})
    void whatGoesOutComesBackAndNoOneValueAsksForBoth(String service) {
        List<String> directions = new ArrayList<>();
        policy(service).get("scaling_rules").forEach(rule -> {
            boolean more = rule.get("adjustment").stringValue().startsWith("+");
            assertThat(rule.get("operator").stringValue()).startsWith(more ? ">" : "<");
            directions.add(more ? "out" : "in");
        });
        assertThat(directions).contains("out", "in");
        for (String metric : metrics(policy(service))) {
            int in = Integer.MIN_VALUE;
            int out = Integer.MAX_VALUE;
            for (JsonNode rule : policy(service).get("scaling_rules")) {
                if (rule.get("metric_type").stringValue().equals(metric)) {
                    int threshold = rule.get("threshold").intValue();
                    boolean more = rule.get("adjustment").stringValue().startsWith("+");
                    out = more ? Math.min(out, threshold) : out;
                    in = more ? in : Math.max(in, threshold);
                }
            }
            assertThat(in).as(metric).isLessThan(out);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector", "meter", "accumulator", "aggregator"})
    void whatTheCollectorReportsIsWhatThePolicyNamesSinceAReportWithAnythingElseIsRefusedAsAWhole(String service) throws Exception {
        JsonNode policy = policy(service);
        assertThat(metrics(policy)).isEqualTo(reported()).doesNotContainAnyElementsOf(OF_THE_PLATFORM);
        assertThat(policy.get("credential-type").stringValue()).isEqualTo("x509");
        String from = policy.at("/configuration/custom_metrics/metric_submission_strategy/allow_from").stringValue("");
        assertThat(from).isEqualTo(service.equals("collector") ? "" : "bound_app");
    }

    @Test
    void reportingIsScaledByWhatThePlatformMeasures() {
        assertThat(OF_THE_PLATFORM).containsAll(metrics(policy("reporting")));
    }
}
