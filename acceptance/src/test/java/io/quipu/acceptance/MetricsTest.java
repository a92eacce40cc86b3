package io.quipu.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;

/** The metrics of the five services after some use, against what is written about them and what is made of them. */
class MetricsTest {

    private static final String MONTH = "2026-11";

    /** Zero as long as nothing fails, waits, races, falls silent or needs to be reconciled. */
    private static final Set<String> OF_TROUBLE = Set.of("quipu_collector_append_retries_total",
            "quipu_collector_clock_behind_total", "quipu_collector_backlog_usages",
            "quipu_collector_backlog_per_instance_usages", "quipu_collector_oldest_unprocessed_seconds",
            "quipu_driver_retries_total", "quipu_driver_stuck", "quipu_store_failing", "quipu_store_conflicts_total",
            "quipu_reporting_cuts_retried_total", "quipu_reporting_cuts_unsettled_total", "quipu_silent_resources",
            "quipu_reconciled_total", "quipu_reconciliation_late_total", "quipu_store_expired_documents_total",
            "quipu_store_purge_behind_seconds");

    private static final String COMMON = "application";

    /** What Prometheus adds. */
    private static final Set<String> OF_THE_SCRAPE = Set.of("job", "instance");

    /** Statuses that nothing had in this test. */
    private static final Pattern FAILED_REQUESTS = Pattern.compile("5\\.\\.|5\\d\\d");

    @TempDir
    private static Path data;
    private static Stack stack;
    private static Map<String, Scrape> scrapes;

    @BeforeAll
    static void use() {
        Clock clock = Clock.fixed(Instant.parse("2026-11-21T12:00:00Z"), ZoneOffset.UTC);
        stack = new Stack(data, clock);
        long now = clock.millis();
        stack.accepted(usage(now, "1", "1"));
        stack.accepted(usage(now, "1", "1"));
        stack.accepted(usage(now, "2", "9".repeat(30)));
        stack.accepted(usage(now, "3", "9".repeat(30)));
        assertThat(stack.post(Stack.USAGE, "{}").statusCode()).isEqualTo(400);
        assertThat(stack.post(Stack.USAGE, "[" + usage(now, "4", "1") + "," + usage(now, "5", "1") + "]").statusCode())
                .isEqualTo(202);
        stack.settle();
        for (String depth : List.of("organization", "space", "consumer", "instance")) {
            stack.report("org", "?depth=" + depth);
        }
        assertThat(stack.reported("/v1/metering/aggregated/usage/graph/%7B__typename%7D", "Accept", "application/json").statusCode()).isEqualTo(200);
        assertThat(stack.audit("org", MONTH).get("verdict").stringValue()).isEqualTo("clean");
        scrapes = new TreeMap<>();
        for (String service : List.of("collector", "meter", "accumulator", "aggregator", "reporting")) {
            scrapes.put(service, stack.scrape(service));
        }
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    private static String usage(long time, String dedupId, String quantity) {
        return "{\"start\":" + time + ",\"end\":" + time + ",\"organization_id\":\"org\",\"space_id\":\"space\",\"consumer_id\":\"app:a\","
                + "\"resource_id\":\"object-storage\",\"plan_id\":\"basic\",\"resource_instance_id\":\"i\",\"dedup_id\":\"" + dedupId + "\","
                + "\"measured_usage\":[{\"measure\":\"heavy_api_calls\",\"quantity\":" + quantity + "}]}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector", "meter", "accumulator", "aggregator", "reporting"})
    void theMetricsOfAServiceAreThoseThatAreDocumented(String service) throws IOException {
        Map<String, String> documented = new TreeMap<>();
        DocumentedMetric.all().stream().filter(metric -> metric.services().contains(service))
                .forEach(metric -> documented.put(metric.name(), metric.type()));

        assertThat(documented).isNotEmpty();
        assertThat(scrapes.get(service).ours()).isEqualTo(documented);
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector", "meter", "accumulator", "aggregator", "reporting"})
    void theyHaveTheirTagsAndHaveCountedWhatWasUsed(String service) throws IOException {
        Scrape scrape = scrapes.get(service);
        for (DocumentedMetric metric : DocumentedMetric.all()) {
            if (!metric.services().contains(service)) {
                continue;
            }
            List<Scrape.Sample> samples = scrape.of(metric.name());
            assertThat(samples).as(metric.name()).isNotEmpty().allSatisfy(sample -> {
                Set<String> tags = new TreeSet<>(sample.labels().keySet());
                tags.remove(COMMON);
                assertThat(tags).as(metric.name()).isEqualTo(metric.tags());
                assertThat(sample.labels()).containsEntry(COMMON, service);
            });
            if (!OF_TROUBLE.contains(metric.name())) {
                assertThat(samples).as(metric.name()).anyMatch(Scrape.Sample::nonzero);
            }
        }
    }

    @Test
    void everyUsageIsCountedByWhatBecameOfIt() {
        assertThat(counted("collector", "quipu_collector_usages_total")).isEqualTo(Map.of("accepted/none", "5.0",
                "duplicate/none", "1.0", "rejected/invalid", "1.0"));
        assertThat(counted("collector", "quipu_driver_usages_total")).isEqualTo(Map.of("processed/none", "3.0",
                "rejected/quantity_out_of_bounds", "2.0"));
        assertThat(counted("meter", "quipu_stage_usages_total")).isEqualTo(Map.of("committed/none", "3.0"));
        assertThat(counted("accumulator", "quipu_stage_usages_total")).isEqualTo(Map.of("committed/none", "3.0",
                "rejected/quantity_out_of_bounds", "2.0"));
        assertThat(scrapes.get("collector").of("quipu_driver_end_to_end_seconds")).singleElement()
                .extracting(Scrape.Sample::value).isEqualTo("3");
    }

    private static Map<String, String> counted(String service, String metric) {
        return scrapes.get(service).of(metric).stream().filter(Scrape.Sample::nonzero).collect(Collectors.toMap(
                sample -> sample.labels().get("result") + "/" + sample.labels().get("code"), Scrape.Sample::value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector", "meter", "accumulator", "aggregator", "reporting"})
    void healthSaysWhatIsDownToEverybodyAndWhereOnlyToWhoIsAuthorized(String service) {
        JsonNode health = Json.shared().readTree(stack.actuator(service, "health").body());

        assertThat(health.at("/components/diskSpace/status").stringValue()).isEqualTo("UP");
        assertThat(health.at("/components/diskSpace/details").isMissingNode()).isTrue();
        for (String group : List.of("liveness", "readiness")) {
            assertThat(stack.actuator(service, "health/" + group).statusCode()).isEqualTo(200);
        }
        assertThat(stack.actuator(service, "info").body()).contains("\"build\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector", "accumulator", "aggregator"})
    void theDiskThatIsWatchedIsTheOneThatHoldsTheData(String service) {
        assertThat(scrapes.get(service).values("disk_free_bytes", "path")).containsExactly(data.resolve(service).toString());
    }

    @Test
    void theDashboardAsksOnlyForWhatIsThere() throws IOException {
        JsonNode dashboard = Json.shared().readTree(Files.readString(Path.of("..", "manifests", "grafana", "quipu.json")));
        List<String> expressions = new ArrayList<>();
        Set<Integer> ids = new TreeSet<>();
        for (JsonNode panel : dashboard.get("panels")) {
            assertThat(ids.add(panel.get("id").intValue())).as("ids are unique").isTrue();
            for (JsonNode target : panel.path("targets")) {
                assertThat(target.at("/datasource/uid").stringValue()).isEqualTo("${datasource}");
                expressions.add(target.get("expr").stringValue());
            }
        }
        assertThat(expressions).hasSizeGreaterThan(40);
        assertThat(expressions).allSatisfy(MetricsTest::assertAnswerable);
    }

    @Test
    @SuppressWarnings("unchecked")
    void theAlertsAskOnlyForWhatIsThereAndLeadToWhatToDo() throws IOException {
        Map<String, Object> file = new Yaml().load(Files.readString(Path.of("..", "manifests", "prometheus", "quipu-alerts.yml")));
        Map<String, Object> group = ((List<Map<String, Object>>) file.get("groups")).get(0);
        List<Map<String, Object>> rules = (List<Map<String, Object>>) group.get("rules");
        String operations = Files.readString(Path.of("..", "docs", "operations.md"));
        assertThat(rules).hasSizeGreaterThan(10).allSatisfy(rule -> {
            assertAnswerable((String) rule.get("expr"));
            Map<String, String> annotations = (Map<String, String>) rule.get("annotations");
            assertThat(annotations.get("summary")).isNotBlank();
            assertThat(annotations.get("description")).isNotBlank();
            String[] runbook = annotations.get("runbook").split("#");
            assertThat(runbook[0]).isEqualTo("docs/operations.md");
            assertThat(operations.lines().filter(line -> line.startsWith("#")).map(MetricsTest::anchor)).contains(runbook[1]);
        });
    }

    @Test
    void theScrapeExampleNamesThePortsOfTheServices() throws IOException {
        String example = Files.readString(Path.of("..", "manifests", "prometheus", "prometheus.yml"));
        assertThat(example).contains("job_name: quipu", "metrics_path: /actuator/prometheus", "quipu-alerts.yml",
                "127.0.0.1:9080", "127.0.0.1:9100", "127.0.0.1:9200", "127.0.0.1:9300", "127.0.0.1:9088");
    }

    private static String anchor(String heading) {
        return heading.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", "").replace(' ', '-');
    }

    /** That every metric of an expression is shown by some service, with those labels, and with the values asked for. */
    private static void assertAnswerable(String expression) {
        Query query = Query.of(expression);
        assertThat(query.selectors()).as(expression).isNotEmpty();
        Set<String> labels = new TreeSet<>(OF_THE_SCRAPE);
        for (Query.Selector selector : query.selectors()) {
            Set<String> known = labels(selector.name());
            assertThat(known).as("%s in %s", selector.name(), expression).isNotEmpty();
            labels.addAll(known);
            for (Query.Matching matching : selector.matchers()) {
                assertThat(known).as("%s in %s", selector.name(), expression).contains(matching.label());
                if (!matching.operator().startsWith("!") && !OF_THE_SCRAPE.contains(matching.label())) {
                    assertThat(values(selector.name(), matching.label())).as("%s of %s", matching.label(), selector.name())
                            .anyMatch(value -> FAILED_REQUESTS.matcher(matching.value()).matches() || value.matches(matching.value()));
                }
            }
        }
        assertThat(labels).as(expression).containsAll(query.groupings());
    }

    private static Set<String> labels(String metric) {
        Set<String> labels = new TreeSet<>();
        if (metric.equals("up")) {
            labels.addAll(OF_THE_SCRAPE);
        }
        for (Scrape scrape : scrapes.values()) {
            labels.addAll(scrape.labels().getOrDefault(metric, Set.of()));
        }
        return labels;
    }

    private static Set<String> values(String metric, String label) {
        Set<String> values = new TreeSet<>();
        scrapes.values().forEach(scrape -> values.addAll(scrape.values(metric, label)));
        return values;
    }
}
