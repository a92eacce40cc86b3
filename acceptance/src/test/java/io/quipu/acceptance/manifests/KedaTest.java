package io.quipu.acceptance.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** KEDA's rules: that they ask for what is shown, and avoid what would scale the wrong way. */
class KedaTest {

    /** Of the whole deployment, so max, never sum. */
    private static final Pattern QUERY = Pattern.compile("max\\((\\w+)\\)");

    private static Map<String, Map<String, Object>> objects() {
        Map<String, Map<String, Object>> objects = new TreeMap<>();
        for (Map<String, Object> object : ManifestFile.documents(ManifestFile.of("kubernetes/keda.yml").text())) {
            assertThat(object).containsEntry("apiVersion", "keda.sh/v1alpha1").containsEntry("kind", "ScaledObject");
            String target = ManifestFile.text(object, "spec", "scaleTargetRef", "name");
            assertThat(ManifestFile.text(object, "metadata", "name")).isEqualTo(target);
            assertThat(objects.put(target.replaceFirst("^quipu-", ""), object)).isNull();
        }
        return objects;
    }

    @Test
    void eachServiceIsScaledWithinTheSameBoundsAsOnCloudFoundry() {
        assertThat(objects().keySet()).containsExactlyInAnyOrderElementsOf(Service.ALL.stream().map(Service::name).toList());
        objects().forEach((service, object) -> {
            var policy = Json.shared().readTree(ManifestFile.of("cloudfoundry/autoscaler/" + service + ".json").text());
            assertThat(ManifestFile.at(object, "spec", "minReplicaCount")).isEqualTo(policy.get("instance_min_count").intValue());
            assertThat(ManifestFile.at(object, "spec", "maxReplicaCount")).isEqualTo(policy.get("instance_max_count").intValue());
            assertThat((Integer) ManifestFile.at(object, "spec", "minReplicaCount")).isPositive();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector", "meter", "accumulator", "aggregator"})
    void pipelineIsScaledByBacklogAndAge(String service) throws Exception {
        Map<String, Object> object = objects().get(service);
        assertThat((Integer) ManifestFile.at(object, "spec", "fallback", "failureThreshold")).isPositive();
        assertThat((Integer) ManifestFile.at(object, "spec", "fallback", "replicas"))
                .isBetween((Integer) ManifestFile.at(object, "spec", "minReplicaCount"), (Integer) ManifestFile.at(object, "spec", "maxReplicaCount"));
        List<Map<String, Object>> triggers = ManifestFile.list(object, "spec", "triggers");
        assertThat(triggers).extracting(trigger -> trigger.get("name")).containsExactly("backlog", "age");
        String documented = Files.readString(Path.of("..", "docs", "metrics.md"));
        Set<String> asked = new TreeSet<>();
        for (Map<String, Object> trigger : triggers) {
            assertThat(trigger).containsEntry("type", "prometheus");
            assertThat(trigger).as("what the fallback can replace").containsEntry("metricType", "AverageValue");
            assertThat(ManifestFile.at(trigger, "metadata", "ignoreNullValues")).as("text, and a lost target is no empty backlog").isEqualTo("false");
            assertThat(new BigDecimal((String) ManifestFile.at(trigger, "metadata", "threshold"))).isPositive();
            Matcher query = QUERY.matcher(ManifestFile.text(trigger, "metadata", "query"));
            assertThat(query.matches()).isTrue();
            assertThat(documented).contains("| `" + query.group(1) + "` | gauge |");
            asked.add(query.group(1));
        }
        assertThat(asked).as("of the whole: KEDA divides by the replicas itself").containsExactly("quipu_collector_backlog_usages",
                "quipu_collector_oldest_unprocessed_seconds");
    }

    @Test
    void reportingIsScaledByItsProcessor() {
        assertThat(ManifestFile.list(objects().get("reporting"), "spec", "triggers")).singleElement()
                .satisfies(trigger -> assertThat(trigger).containsEntry("type", "cpu").containsEntry("metricType", "Utilization"));
    }
}
