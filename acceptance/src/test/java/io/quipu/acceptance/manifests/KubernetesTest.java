package io.quipu.acceptance.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Bindable;

/** The manifests for Kubernetes against the code, and against those for Cloud Foundry. */
class KubernetesTest {

    private static final Set<String> OF_THE_JAVA_MACHINE = Set.of("JAVA_TOOL_OPTIONS", "MALLOC_ARENA_MAX");
    private static final String NAME = "app.kubernetes.io/name";
    private static final int STACKS = 100;

    /** The pause before it, the stop, and room. */
    private static final int LEAST_GRACE = 15;

    private static Map<String, Object> object(String service, String kind) {
        List<Map<String, Object>> found = ManifestFile.documents(ManifestFile.of("kubernetes/" + service + ".yml").text()).stream()
                .filter(document -> document.get("kind").equals(kind)).toList();
        assertThat(found).as("%s of %s", kind, service).hasSize(1);
        assertThat(ManifestFile.text(found.get(0), "metadata", "name")).isEqualTo("quipu-" + service);
        return found.get(0);
    }

    private static Object pod(String service) {
        return ManifestFile.at(object(service, "Deployment"), "spec", "template");
    }

    private static Map<String, Object> container(String service) {
        List<Map<String, Object>> containers = ManifestFile.list(pod(service), "spec", "containers");
        assertThat(containers).hasSize(1);
        return containers.get(0);
    }

    /** By their values; of those from the secret a sample. */
    static Map<String, String> variables(String service) {
        Map<String, String> variables = new TreeMap<>();
        for (Map<String, Object> variable : ManifestFile.list(container(service), "env")) {
            Object value = variable.get("value");
            if (value == null) {
                assertThat(ManifestFile.text(variable, "valueFrom", "secretKeyRef", "name")).isEqualTo("quipu-couchbase");
                assertThat(secret()).contains(ManifestFile.text(variable, "valueFrom", "secretKeyRef", "key"));
            } else {
                assertThat(value).as("%s is text: Kubernetes takes nothing else", variable.get("name")).isInstanceOf(String.class);
            }
            assertThat(variables.put(variable.get("name").toString(), value == null ? "something" : value.toString())).isNull();
        }
        return variables;
    }

    private static Set<String> secret() {
        Map<String, Object> secret = ManifestFile.documents(ManifestFile.of("kubernetes/couchbase-secret.yml").text()).get(0);
        assertThat(secret).containsEntry("kind", "Secret");
        assertThat(ManifestFile.text(secret, "metadata", "name")).isEqualTo("quipu-couchbase");
        Set<String> keys = new TreeSet<>();
        ((Map<?, ?>) secret.get("stringData")).keySet().forEach(key -> keys.add(key.toString()));
        return keys;
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector", "meter", "accumulator", "aggregator", "reporting"})
    void everyVariableIsReadAndEveryValueAccepted(String service) {
        Map<String, String> variables = variables(service);
        assertThat(variables).allSatisfy((variable, value) -> assertThat(OF_THE_JAVA_MACHINE.contains(variable)
                || Service.of(service).reads(variable, value)).as("%s of %s", variable, service).isTrue());
        Service.of(service).records().forEach((type, prefix) -> assertThat(
                Service.binder(variables).bindOrCreate(prefix, Bindable.of(type))).as(type.getName()).isNotNull());
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector", "meter", "accumulator", "aggregator", "reporting"})
    void portsAreTheServicesOwn(String service) {
        int port = Service.of(service).port();
        assertThat(ManifestFile.list(container(service), "ports")).containsExactly(Map.of("name", "http", "containerPort", port));
        assertThat(ManifestFile.list(object(service, "Service"), "spec", "ports"))
                .containsExactly(Map.of("name", "http", "port", port, "targetPort", "http"));
        assertThat(ManifestFile.at(pod(service), "metadata", "annotations")).isEqualTo(Map.of("prometheus.io/scrape", "true",
                "prometheus.io/path", "/actuator/prometheus", "prometheus.io/port", Integer.toString(port)));
        for (Object selector : List.of(ManifestFile.at(object(service, "Service"), "spec", "selector"),
                ManifestFile.at(object(service, "Deployment"), "spec", "selector", "matchLabels"),
                ManifestFile.at(object(service, "PodDisruptionBudget"), "spec", "selector", "matchLabels"),
                ManifestFile.at(object(service, "NetworkPolicy"), "spec", "podSelector", "matchLabels"))) {
            assertThat(selector).isEqualTo(Map.of(NAME, "quipu-" + service));
        }
        assertThat(ManifestFile.text(pod(service), "metadata", "labels", NAME)).isEqualTo("quipu-" + service);
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector", "meter", "accumulator", "aggregator", "reporting"})
    void itKnowsTheServicesThatItCallsByTheirPorts(String service) {
        Map<String, String> expected = new TreeMap<>();
        Service.of(service).calls().forEach(callee -> expected.put("QUIPU_" + callee.toUpperCase(Locale.ROOT) + "_URL",
                "http://quipu-" + callee + ":" + Service.of(callee).port()));
        Map<String, String> urls = new TreeMap<>(variables(service));
        urls.keySet().removeIf(variable -> !variable.endsWith("_URL"));
        assertThat(urls).isEqualTo(expected);
    }

    @Test
    void stagesAnswerTheirCallersAndPrometheusOnly() {
        for (String callee : List.of("meter", "accumulator", "aggregator")) {
            Set<String> callers = new TreeSet<>();
            List<Map<String, Object>> rules = ManifestFile.list(object(callee, "NetworkPolicy"), "spec", "ingress");
            assertThat(rules).hasSize(1);
            for (Map<String, Object> from : ManifestFile.list(rules.get(0), "from")) {
                callers.add(from.containsKey("podSelector") ? ManifestFile.text(from, "podSelector", "matchLabels", NAME) : "prometheus");
            }
            Set<String> calling = new TreeSet<>(Set.of("prometheus"));
            Service.ALL.stream().filter(service -> service.calls().contains(callee)).forEach(service -> calling.add("quipu-" + service.name()));
            assertThat(callers).as(callee).isEqualTo(calling);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector", "meter", "accumulator", "aggregator", "reporting"})
    void probesAskWhereTheHealthIs(String service) {
        Map<String, Object> container = container(service);
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            String group = probe.equals("readinessProbe") ? "readiness" : "liveness";
            assertThat(ManifestFile.at(container, probe, "httpGet")).isEqualTo(Map.of("path", "/actuator/health/" + group, "port", "http"));
        }
        assertThat((Integer) ManifestFile.at(pod(service), "spec", "terminationGracePeriodSeconds")).isGreaterThanOrEqualTo(LEAST_GRACE
                + (Integer) ManifestFile.at(container, "lifecycle", "preStop", "sleep", "seconds"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector", "meter", "accumulator", "aggregator", "reporting"})
    void memoryIsEnoughForWhatTheJavaMachineMayTake(String service) {
        String memory = ManifestFile.text(container(service), "resources", "limits", "memory");
        assertThat(ManifestFile.text(container(service), "resources", "requests", "memory")).isEqualTo(memory);
        assertThat(ManifestFile.limit(variables(service).get("JAVA_TOOL_OPTIONS"), STACKS)).isLessThanOrEqualTo(ManifestFile.bytes(memory));
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector", "meter", "accumulator", "aggregator", "reporting"})
    void storeAndImageAreThoseOfTheService(String service) {
        boolean stores = Service.of(service).stores();
        assertThat(variables(service).get("QUIPU_STORE")).isEqualTo(stores ? "couchbase" : null);
        assertThat(variables(service).get("QUIPU_COUCHBASE_COLLECTION")).isEqualTo(stores ? service : null);
        assertThat(container(service).get("image").toString()).endsWith("/quipu-" + service + ":" + ManifestFile.version());
    }

    @Test
    void theDockerfileTakesWhatMavenBuilds() {
        String dockerfile = ManifestFile.of("kubernetes/Dockerfile").text();
        assertThat(dockerfile).contains("COPY ${SERVICE}/target/quipu-${SERVICE}-*-exec.jar ", ":" + ManifestFile.version() + " .")
                .contains("USER " + ManifestFile.text(pod("collector"), "spec", "securityContext", "runAsUser") + "\n");
        assertThat(ManifestFile.of("kubernetes/Dockerfile.dockerignore").text().lines()).contains("!*/target/quipu-*-exec.jar");
    }

    /** The same settings for both platforms, but for where the services are and who gives the credentials. */
    @ParameterizedTest
    @ValueSource(strings = {"collector", "meter", "accumulator", "aggregator", "reporting"})
    void settingsAreThoseOfCloudFoundry(String service) {
        Pattern different = Pattern.compile(".*_URL|SERVER_PORT|JBP_.*|JAVA_.*|SPRING_COUCHBASE_.*|QUIPU_SCALING_APPS|QUIPU_ZIPKIN_ENDPOINT");
        assertThat(without(different, variables(service))).isEqualTo(without(different, CloudFoundryTest.variables(service)));
        assertThat(variables(service).get("JAVA_TOOL_OPTIONS")).isEqualTo(CloudFoundryTest.variables(service).get("JAVA_OPTS"));
    }

    private static Map<String, String> without(Pattern names, Map<String, String> variables) {
        Map<String, String> rest = new TreeMap<>(variables);
        rest.keySet().removeIf(name -> names.matcher(name).matches());
        return rest;
    }

    @Test
    void everyFileIsOfAServiceOrKnown() {
        List<String> known = new ArrayList<>(List.of("couchbase-secret.yml", "keda.yml"));
        Service.ALL.forEach(service -> known.add(service.name() + ".yml"));
        assertThat(ManifestFile.all(".yml").stream().filter(file -> file.path().getParent().endsWith("kubernetes"))
                .map(file -> file.path().getFileName().toString())).containsExactlyInAnyOrderElementsOf(known);
    }
}
