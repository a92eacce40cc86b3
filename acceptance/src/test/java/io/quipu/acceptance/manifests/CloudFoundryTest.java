package io.quipu.acceptance.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Bindable;

/** The manifest for Cloud Foundry, its variables and its network policies, against the code. */
class CloudFoundryTest {

    private static final ManifestFile MANIFEST = ManifestFile.of("cloudfoundry/manifest.yml");
    private static final Pattern VARIABLE = Pattern.compile("\\(\\(([^()]+)\\)\\)");

    /** What Cloud Foundry routes to and checks where an app says nothing else. Nobody tells Spring but the manifest. */
    private static final int PORT = 8080;

    /** Read by the buildpack, the C library and the Java machine's launcher. */
    private static final Set<String> OF_THE_PLATFORM = Set.of("JBP_CONFIG_OPEN_JDK_JRE", "JBP_CONFIG_JAVA_CF_ENV",
            "JBP_CONFIG_SPRING_AUTO_RECONFIGURATION", "JAVA_OPTS", "MALLOC_ARENA_MAX");

    /** Those that the manifest uses, of Cloud Foundry's reference of its attributes. */
    private static final Set<String> ATTRIBUTES = Set.of("name", "path", "buildpacks", "memory", "disk_quota", "instances", "timeout",
            "health-check-type", "health-check-http-endpoint", "health-check-invocation-timeout", "readiness-health-check-type",
            "readiness-health-check-http-endpoint", "readiness-health-check-interval", "readiness-health-check-invocation-timeout",
            "routes", "services", "env");

    private static Map<String, Object> vars() {
        return ManifestFile.documents(ManifestFile.of("cloudfoundry/vars.yml").text()).get(0);
    }

    private static Map<String, Object> manifest() {
        Map<String, Object> vars = vars();
        String text = VARIABLE.matcher(MANIFEST.text()).replaceAll(variable -> {
            String value = String.valueOf(vars.get(variable.group(1)));
            return Matcher.quoteReplacement(value.isEmpty() ? "\"\"" : value);
        });
        return ManifestFile.documents(text).get(0);
    }

    private static Map<String, Object> app(String service) {
        return ManifestFile.list(manifest(), "applications").stream().filter(app -> app.get("name").equals("quipu-" + service))
                .findFirst().orElseThrow();
    }

    /** The environment of a service, as the manifest and its variables have it. */
    static Map<String, String> variables(String service) {
        Map<String, String> variables = new TreeMap<>();
        ((Map<?, ?>) app(service).get("env")).forEach((name, value) -> {
            assertThat(value).as("%s of %s is text: Cloud Foundry takes nothing else", name, service).isInstanceOf(String.class);
            variables.put(name.toString(), value.toString());
        });
        return variables;
    }

    private static List<String> routes(String service) {
        return ManifestFile.list(app(service), "routes").stream().map(route -> route.get("route").toString()).toList();
    }

    @Test
    void thereAreTheFiveServices() {
        assertThat(manifest().get("version")).isEqualTo(1);
        assertThat(ManifestFile.list(manifest(), "applications")).extracting(app -> app.get("name").toString())
                .containsExactlyElementsOf(Service.ALL.stream().map(service -> "quipu-" + service.name()).toList());
        assertThat(ManifestFile.list(manifest(), "applications")).allSatisfy(app -> assertThat(ATTRIBUTES).containsAll(app.keySet()));
    }

    @Test
    void theVariablesAreThoseOfTheVarsFile() {
        Set<String> used = VARIABLE.matcher(MANIFEST.text()).results().map(variable -> variable.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(used).isEqualTo(new TreeSet<>(vars().keySet()));
        assertThat(vars()).containsEntry("version", ManifestFile.version());
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector", "meter", "accumulator", "aggregator", "reporting"})
    void theJarIsTheOneThatMavenBuilds(String service) {
        Path jar = MANIFEST.path().getParent().resolve(ManifestFile.text(app(service), "path")).normalize();
        assertThat(jar).isEqualTo(Path.of("..", service, "target", "quipu-" + service + "-" + ManifestFile.version() + "-exec.jar"));
        assertThat(ManifestFile.of("../pom.xml").text()).contains("<classifier>exec</classifier>");
        assertThat(Files.exists(Path.of("..", service, "pom.xml"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector", "meter", "accumulator", "aggregator", "reporting"})
    void everyVariableIsRead(String service) {
        assertThat(variables(service)).allSatisfy((variable, value) -> {
            if (!OF_THE_PLATFORM.contains(variable)) {
                // An empty one could be read by anything.
                String sample = value.isEmpty() ? "something" : value;
                assertThat(Service.of(service).reads(variable, sample)).as("%s of %s", variable, service).isTrue();
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector", "meter", "accumulator", "aggregator", "reporting"})
    void everyValueIsAccepted(String service) {
        Service.of(service).records().forEach((type, prefix) -> assertThat(
                Service.binder(variables(service)).bindOrCreate(prefix, Bindable.of(type))).as(type.getName()).isNotNull());
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector", "meter", "accumulator", "aggregator", "reporting"})
    void itKnowsTheServicesThatItCallsByTheirInternalRoutes(String service) {
        Set<String> called = new TreeSet<>();
        variables(service).forEach((variable, value) -> {
            if (variable.startsWith("QUIPU_") && variable.endsWith("_URL")) {
                String callee = variable.substring("QUIPU_".length(), variable.length() - "_URL".length()).toLowerCase(Locale.ROOT);
                called.add(callee);
                assertThat(routes(callee)).extracting(route -> "http://" + route + ":" + PORT).contains(value);
                assertThat(value).endsWith("." + vars().get("internal_domain") + ":" + PORT);
            }
        });
        assertThat(called).isEqualTo(Service.of(service).calls());
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector", "meter", "accumulator", "aggregator", "reporting"})
    void itListensWhereItIsCalledAndChecked(String service) {
        assertThat(variables(service)).containsEntry("SERVER_PORT", String.valueOf(PORT));
        assertThat(Service.binder(variables(service)).bind("server.port", Integer.class).get()).isEqualTo(PORT);
        assertThat(Service.of(service).port()).as("its own, without the manifest").isNotEqualTo(PORT);
    }

    @Test
    void onlyWhatComesFromOutsideHasPublicRoutes() {
        String outside = "." + vars().get("domain");
        assertThat(Service.ALL.stream().filter(service -> routes(service.name()).stream().anyMatch(route -> route.endsWith(outside))))
                .extracting(Service::name).containsExactly("collector", "reporting");
    }

    @Test
    void networkPoliciesAreTheCallsOfTheCode() {
        String script = ManifestFile.of("cloudfoundry/network-policies.sh").text();
        Set<String> policies = Pattern.compile("(?m)^(quipu-\\w+) (quipu-\\w+)$").matcher(script).results()
                .map(pair -> pair.group(1) + " " + pair.group(2)).collect(Collectors.toCollection(TreeSet::new));
        Set<String> calls = new TreeSet<>();
        Service.ALL.forEach(service -> service.calls().forEach(callee -> calls.add("quipu-" + service.name() + " quipu-" + callee)));
        assertThat(policies).isEqualTo(calls);
        assertThat(calls).hasSize(7);
        assertThat(script).contains("PORT=" + PORT + "\n");
        assertThat(Files.isExecutable(ManifestFile.of("cloudfoundry/network-policies.sh").path())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector", "meter", "accumulator", "aggregator", "reporting"})
    void healthIsAskedForWhereItIs(String service) {
        assertThat(app(service)).containsEntry("health-check-type", "http")
                .containsEntry("health-check-http-endpoint", "/actuator/health/liveness")
                .containsEntry("readiness-health-check-type", "http")
                .containsEntry("readiness-health-check-http-endpoint", "/actuator/health/readiness");
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector", "meter", "accumulator", "aggregator", "reporting"})
    void memoryIsEnoughForWhatTheJavaMachineMayTake(String service) {
        String jre = variables(service).get("JBP_CONFIG_OPEN_JDK_JRE");
        Map<String, Object> buildpack = ManifestFile.documents(jre).get(0);
        int threads = (Integer) ManifestFile.at(buildpack, "memory_calculator", "stack_threads");
        assertThat(ManifestFile.limit(variables(service).get("JAVA_OPTS"), threads))
                .isLessThanOrEqualTo(ManifestFile.bytes(ManifestFile.text(app(service), "memory")));
        assertThat(ManifestFile.text(buildpack, "jre", "version")).matches("(2[1-9]|[3-9]\\d)\\.\\+");
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector", "meter", "accumulator", "aggregator", "reporting"})
    void whatStoresHasACouchbaseOfItsOwnCollectionAndTheOthersHaveNone(String service) {
        boolean stores = Service.of(service).stores();
        Map<String, String> variables = variables(service);
        assertThat(app(service).get("services")).isEqualTo(stores ? List.of(vars().get("couchbase_service")) : null);
        assertThat(variables.get("QUIPU_STORE")).isEqualTo(stores ? "couchbase" : null);
        assertThat(variables.get("QUIPU_COUCHBASE_COLLECTION")).isEqualTo(stores ? service : null);
        assertThat(variables.keySet()).as("credentials come by the binding").noneMatch(name -> name.startsWith("SPRING_COUCHBASE"));
        assertThat(vars().get("couchbase_service").toString()).as("known by its name, whoever provides it").contains("couchbase");
    }

    /** The other times of a stop are those that the services have by themselves: together they are checked when a service starts. */
    @ParameterizedTest
    @ValueSource(strings = {"collector", "meter", "accumulator", "aggregator", "reporting"})
    void stopsAreAnnounced(String service) {
        assertThat(app(service)).as("noticed within the notice").containsEntry("readiness-health-check-interval", 1);
        assertThat(variables(service)).containsEntry("QUIPU_DRAIN_NOTICE", "PT2S")
                .doesNotContainKeys("QUIPU_DRAIN", "SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE");
    }

    @Test
    void yamlHasNoAnchorsSinceCloudFoundryTakesNone() {
        Stream.concat(ManifestFile.all(".yml").stream(), ManifestFile.all(".yaml").stream()).forEach(file -> assertThat(file.text().lines()
                .filter(line -> !line.strip().startsWith("#"))).as(file.path().toString())
                .noneMatch(line -> line.matches(".*(:|-)\\s+[&*]\\w.*") || line.contains("<<:")));
    }
}
