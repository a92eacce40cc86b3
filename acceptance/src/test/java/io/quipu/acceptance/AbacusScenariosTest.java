package io.quipu.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.acceptance.AbacusPlans.Kind;
import io.quipu.acceptance.ScenarioTest.SettableClock;
import io.quipu.common.quantity.Decimals;
import io.quipu.common.usage.Keys;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.math.MathContext;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/**
 * Abacus's scenarios on plans that hold functions, run as they are and recognized. Where the two differ the recognized ones are right:
 * a level is known from the usage before, so days are those that it ran on and no month needs a renewal. Log time only goes forward, so
 * the tests follow each other, and those that take days let both kinds use the same at once.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AbacusScenariosTest {

    private static final int DAYS = 3;
    private static final int MONTHS = 4;
    private static final String GIGABYTE = "1073741824";

    @TempDir
    private static Path data;
    private static SettableClock clock;
    private static Stack stack;
    /** When the last usage was told. */
    private static Instant told;

    @BeforeAll
    static void start() {
        told = Instant.parse("2015-10-10T06:00:00Z");
        clock = new SettableClock(told);
        stack = new Stack(data, clock, "quipu.slack=P3D");
        AbacusPlans.store(stack);
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    private static long millis(String time) {
        return Instant.parse(time).toEpochMilli();
    }

    private static String usage(String organization, String app, String resource, String plan, long end, String dedupId,
            String... measures) {
        return String.format(Locale.ROOT, """
                {"start":%1$d,"end":%1$d,"organization_id":"%2$s","space_id":"dev","consumer_id":"app:%3$s",
                 "resource_id":"%4$s","plan_id":"%5$s","resource_instance_id":"%3$s",%6$s"measured_usage":[%7$s]}""",
                end, organization, app, resource, plan, dedupId == null ? "" : "\"dedup_id\":\"" + dedupId + "\",",
                Stack.measured(measures));
    }

    private static String objects(Kind kind, String scenario, long end, String dedupId, String... measures) {
        return usage(kind.of(scenario), "web", "object-storage", kind.of("basic"), end, dedupId, measures);
    }

    /** Instances of a gigabyte, now and before, in an organization of each kind; told a second later, or with what was told before. */
    private static void runs(String scenario, String app, String plan, String time, int now, int before) {
        Instant soon = Instant.parse(time).plusSeconds(1);
        told = soon.isAfter(told) ? soon : told;
        clock.set(told);
        for (Kind kind : Kind.values()) {
            stack.accepted(usage(kind.of(scenario), app, "linux-container", kind.of(plan), millis(time), null,
                    "current_instance_memory", GIGABYTE, "current_running_instances", Integer.toString(now),
                    "previous_instance_memory", GIGABYTE, "previous_running_instances", Integer.toString(before)));
        }
    }

    private static void runs(String scenario, String time, int now, int before) {
        runs(scenario, "web", "standard", time, now, before);
    }

    private static JsonNode reportAt(Kind kind, String scenario, String time, String suffix) {
        clock.set(Instant.parse(time));
        return stack.report(kind.of(scenario), suffix);
    }

    private static JsonNode plan(JsonNode level) {
        return level.get("resources").get(0).get("plans").get(0);
    }

    private static JsonNode slots(JsonNode level, int dimension) {
        return plan(level).get("aggregated_usage").get(0).get("windows").get(dimension);
    }

    private static JsonNode metric(JsonNode usages, String name) {
        return usages.valueStream().filter(usage -> usage.get("metric").stringValue().equals(name)).findFirst().orElseThrow();
    }

    /** The figures of some slots, without trailing zeros; _ where there is none. */
    private static List<String> figures(JsonNode slots, String figure) {
        List<String> figures = new ArrayList<>();
        slots.forEach(slot -> figures.add(slot.isNull() ? "_" : Decimals.plain(slot.get(figure).decimalValue())));
        return figures;
    }

    /** The summaries of the organization's first metric, at a time that is now. */
    private static List<String> summaries(Kind kind, String scenario, String time, int dimension, String query) {
        return figures(slots(reportAt(kind, scenario, time, query), dimension), "summary");
    }

    /** The summary and charge of the month, which organization, space and consumer must agree on, and an instance's summary. */
    private static List<String> month(Kind kind, String scenario, String time) {
        JsonNode report = reportAt(kind, scenario, time, "?depth=instance");
        JsonNode slot = slots(report, MONTHS).get(0);
        JsonNode space = report.get("spaces").get(0);
        JsonNode consumer = space.get("consumers").get(0);
        for (JsonNode level : List.of(report, space, consumer)) {
            assertThat(slots(level, MONTHS).get(0)).isEqualTo(slot);
            assertThat(level.get("windows").get(MONTHS).get(0).get("charge")).isEqualTo(slot.get("charge"));
        }
        assertThat(plan(consumer).get("resource_instances").get(0).get("aggregated_usage").get(0).get("windows").get(MONTHS).get(0)
                .get("summary")).isEqualTo(slot.get("summary"));
        return List.of(Decimals.plain(slot.get("summary").decimalValue()), Decimals.plain(slot.get("charge").decimalValue()));
    }

    /** What only formulas show: the total as the functions hold it. */
    private static String formulaTotal(String time) {
        return slots(reportAt(Kind.FORMULA, "s18", time, ""), MONTHS).get(0).get("quantity").toString();
    }

    @Test
    @Order(1)
    void s18HoursOfAnApplication() {
        for (String plan : List.of("standard", "basic")) {
            runs(plan.equals("basic") ? "s18-basic" : "s18", "web", plan, "2015-10-10T06:00:00Z", 2, 0);
        }
        assertThat(formulaTotal("2015-10-10T07:00:00Z")).isEqualTo("{\"consumed\":2160000000,\"consuming\":2}");
        for (Kind kind : Kind.values()) {
            assertThat(month(kind, "s18", "2015-10-10T07:00:00Z")).as(kind.name()).containsExactly("2", "0.00056");
            assertThat(month(kind, "s18-basic", "2015-10-10T07:00:00Z")).as(kind.name()).containsExactly("2", "0.00028");
        }

        runs("s18", "2015-10-12T18:00:00Z", 3, 2);
        runs("s18-basic", "web", "basic", "2015-10-12T18:00:00Z", 3, 2);
        assertThat(formulaTotal("2015-10-12T19:00:00Z")).isEqualTo("{\"consumed\":2808000000,\"consuming\":3}");
        for (Kind kind : Kind.values()) {
            assertThat(month(kind, "s18", "2015-10-12T19:00:00Z")).as(kind.name()).containsExactly("123", "0.03444");
        }

        runs("s18", "2015-10-14T00:00:00Z", 0, 3);
        runs("s18-basic", "web", "basic", "2015-10-14T00:00:00Z", 0, 3);
        assertThat(formulaTotal("2015-10-14T01:00:00Z")).isEqualTo("{\"consumed\":1512000000,\"consuming\":0}");
        for (Kind kind : Kind.values()) {
            for (String time : List.of("2015-10-14T01:00:00Z", "2015-10-20T00:00:00Z", "2015-10-31T00:00:00Z")) {
                assertThat(month(kind, "s18", time)).as(kind.name()).containsExactly("210", "0.0588");
                assertThat(month(kind, "s18-basic", time)).as(kind.name()).containsExactly("210", "0.0294");
            }
        }
        // a formula only knows the days that were told of, and nothing of what they began with
        assertThat(summaries(Kind.FORMULA, "s18", "2015-10-14T01:00:00Z", DAYS, "?days=6"))
                .containsExactly("-36", "_", "30", "_", "36", "_");
        assertThat(summaries(Kind.RECOGNIZED, "s18", "2015-10-14T01:00:00Z", DAYS, "?days=6"))
                .containsExactly("0", "72", "54", "48", "36", "_");
    }

    @Test
    @Order(2)
    void s18AStopThatArrivesBeforeItsStart() {
        runs("s18-order", "2015-10-15T05:00:00Z", 0, 2);
        runs("s18-order", "2015-10-15T01:00:00Z", 2, 0);
        for (Kind kind : Kind.values()) {
            assertThat(month(kind, "s18-order", "2015-10-15T06:00:00Z")).as(kind.name()).startsWith("8");
            assertThat(summaries(kind, "s18-order", "2015-10-15T06:00:00Z", DAYS, "?days=1")).as(kind.name()).containsExactly("8");
        }
    }

    @ParameterizedTest
    @EnumSource
    @Order(3)
    void s6UsageOfThePreviousMonthStaysInIt(Kind kind) {
        clock.set(Instant.parse("2015-11-01T23:00:00Z"));
        stack.accepted(objects(kind, "s6", 1446249600000L, null, "heavy_api_calls", "2"));
        stack.accepted(objects(kind, "s6", 1446163200000L, null, "heavy_api_calls", "2"));
        stack.accepted(objects(kind, "s6", 1446342121000L, null, "heavy_api_calls", "5"));

        JsonNode calls = metric(plan(stack.report(kind.of("s6"), "")).get("aggregated_usage"), "heavy_api_calls").get("windows");
        assertThat(figures(calls.get(DAYS), "quantity")).containsExactly("5", "2", "2");
        assertThat(figures(calls.get(MONTHS), "summary")).containsExactly("5", "4");
        JsonNode october = stack.report(kind.of("s6"), "/" + (millis("2015-11-01T00:00:00Z") - 1));
        assertThat(figures(metric(plan(october).get("aggregated_usage"), "heavy_api_calls").get("windows").get(MONTHS), "summary"))
                .containsExactly("4", "_");
    }

    /** Two gigabytes for ten days and a half, as the totals of the scenario say: 3628800000 ÷ 7200000 = 504 = 2 × 252 hours. */
    @Test
    @Order(4)
    void s12ResourceInstanceReportAndGraphQl() {
        runs("s12", "2016-02-11T12:00:00Z", 2, 0);
        for (Kind kind : Kind.values()) {
            assertThat(figures(instance(kind, "2016-02-12T12:00:00Z").get(0).get("windows").get(MONTHS), "summary"))
                    .containsExactly("48", "_");
        }
        runs("s12", "2016-02-22T00:00:00Z", 0, 2);
        for (Kind kind : Kind.values()) {
            JsonNode usage = instance(kind, "2016-02-23T00:00:00Z");
            assertThat(figures(usage.get(0).get("windows").get(MONTHS), "summary")).as(kind.name()).containsExactly("504", "_");
            String graph = graph(kind, millis("2016-02-23T00:00:00Z"));
            assertThat(graph).isEqualTo("{\"resource_instance\":{\"organization_id\":\"" + kind.of("s12")
                    + "\",\"accumulated_usage\":" + usage + "}}");
        }
        // beside Abacus's members, since its plans keep it: when what runs now began
        assertThat(instance(Kind.FORMULA, "2016-02-23T00:00:00Z").get(0).get("windows").get(MONTHS).get(0).get("quantity").toString())
                .isEqualTo("{\"consumed\":3628800000,\"consuming\":0,\"since\":1456099200000}");
        // built-in levels tell what was consumed in hours
        JsonNode level = instance(Kind.RECOGNIZED, "2016-02-23T00:00:00Z").get(0).get("windows").get(MONTHS).get(0).get("quantity");
        assertThat(level.get("consumed").decimalValue()).isEqualByComparingTo("504");
        assertThat(level.get("consuming").decimalValue()).isZero();
    }

    private static JsonNode instance(Kind kind, String time) {
        clock.set(Instant.parse(time));
        String containers = kind.of("containers");
        String path = "/v1/metering/organizations/" + kind.of("s12") + "/spaces/dev/resource_id/linux-container/resource_instances/web"
                + "/consumers/app:web/plans/" + kind.of("standard") + "/metering_plans/" + containers + "/rating_plans/" + containers
                + "/pricing_plans/containers-standard/t/" + String.format(Locale.ROOT, "%016d", millis(time)) + "/aggregated/usage/"
                + millis(time);
        HttpResponse<String> answer = stack.reported(path, "Accept", "application/json");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode usage = Json.shared().readTree(answer.body()).get("accumulated_usage");
        assertThat(usage.get(0).get("metric").stringValue()).isEqualTo("memory");
        return usage;
    }

    private static String graph(Kind kind, long time) {
        String containers = kind.of("containers");
        return stack.reported("/v1/metering/aggregated/usage/graph/" + Keys.encode(String.format(Locale.ROOT, """
                {resource_instance(organization_id:"%s" space_id:"dev" consumer_id:"app:web" resource_instance_id:"web" plan_id:"%s"
                metering_plan_id:"%s" rating_plan_id:"%s" pricing_plan_id:"containers-standard" t:"%016d" time:%d)
                {organization_id accumulated_usage{metric windows{quantity summary}}}}""", kind.of("s12"), kind.of("standard"),
                containers, containers, time, time)), "Accept", "application/json").body();
    }

    @Test
    @Order(5)
    void s18TwoMonthsWithAndWithoutRenewal() {
        for (String scenario : List.of("renewed", "unrenewed")) {
            runs(scenario, "2016-10-10T00:00:00Z", 2, 0);
        }
        for (Kind kind : Kind.values()) {
            // at the last millisecond nothing of the month is left out but itself; Abacus's doubles say the same to 16 digits
            BigDecimal october = new BigDecimal(month(kind, "renewed", "2016-10-31T23:59:59.999Z").get(0));
            assertThat(october.round(MathContext.DECIMAL64)).as(kind.name())
                    .isEqualByComparingTo(new BigDecimal("1055.9999994444445").round(MathContext.DECIMAL64));
        }

        runs("renewed", "2016-11-01T00:00:00Z", 2, 0);
        for (Kind kind : Kind.values()) {
            assertThat(month(kind, "renewed", "2016-11-02T00:00:00Z")).as(kind.name()).startsWith("48");
        }
        assertThat(summaries(Kind.FORMULA, "unrenewed", "2016-11-02T00:00:00Z", MONTHS, "")).containsExactly("_", "1056");
        assertThat(summaries(Kind.RECOGNIZED, "unrenewed", "2016-11-02T00:00:00Z", MONTHS, "")).containsExactly("48", "1056");

        for (String scenario : List.of("renewed", "unrenewed")) {
            runs(scenario, "2016-11-03T00:00:00Z", 0, 2);
        }
        for (Kind kind : Kind.values()) {
            assertThat(summaries(kind, "renewed", "2016-11-03T12:00:00Z", MONTHS, "")).as(kind.name()).containsExactly("96", "1056");
        }
        // two gigabytes less since the 3rd, from what the month was never told that it began with: −2 × (30 − 2 × 2) ÷ 2 days
        assertThat(summaries(Kind.FORMULA, "unrenewed", "2016-11-03T12:00:00Z", MONTHS, "")).containsExactly("-624", "1056");
        assertThat(summaries(Kind.RECOGNIZED, "unrenewed", "2016-11-03T12:00:00Z", MONTHS, "")).containsExactly("96", "1056");

        // as of a past time a built-in level counts all of that day, a formula up to that time
        String last = "/" + (millis("2016-11-01T00:00:00Z") - 1);
        assertThat(figures(slots(stack.report(Kind.RECOGNIZED.of("renewed"), last), MONTHS), "summary")).startsWith("1056");
        assertThat(figures(slots(stack.report(Kind.FORMULA.of("renewed"), last), MONTHS), "summary").get(0))
                .startsWith("1055.999999444444");
    }

    /** What Abacus's renewer sends for what runs at a month's end: the same at the next one's start, with nothing before it. */
    @Test
    @Order(6)
    void s17RenewalAtTheMonthsStart() {
        List<String> both = List.of("s17", "s17-without");
        both.forEach(scenario -> runs(scenario, "first", "standard", "2017-01-01T00:00:00Z", 2, 1));
        both.forEach(scenario -> runs(scenario, "second", "standard", "2017-01-16T12:00:00Z", 4, 2));
        both.forEach(scenario -> runs(scenario, "third", "standard", "2017-01-31T23:00:00Z", 1, 0));
        String start = "2017-02-01T00:00:00Z";
        runs("s17", "first", "standard", start, 2, 0);
        runs("s17", "second", "standard", start, 4, 0);
        runs("s17", "third", "standard", start, 1, 0);

        // January is nobody's: what ran before the first usage was told by no start. A formula takes it off all the same, as
        // −1 × 31 ÷ 2 days of the first and −2 × 0 of the second; a built-in level begins with the first usage: 1488 + 1488 + 1.
        assertThat(summaries(Kind.FORMULA, "s17", "2017-02-02T00:00:00Z", MONTHS, "")).containsExactly("168", "2605");
        assertThat(summaries(Kind.RECOGNIZED, "s17", "2017-02-02T00:00:00Z", MONTHS, "")).containsExactly("168", "2977");
        assertThat(summaries(Kind.FORMULA, "s17-without", "2017-02-02T00:00:00Z", MONTHS, "")).containsExactly("_", "2605");
        assertThat(summaries(Kind.RECOGNIZED, "s17-without", "2017-02-02T00:00:00Z", MONTHS, "")).containsExactly("168", "2977");

        // 7 × 28 × 24 hours, and the next month, of which a formula is told nothing again
        assertThat(summaries(Kind.FORMULA, "s17", "2017-03-01T12:00:00Z", MONTHS, "")).containsExactly("_", "4704");
        for (String scenario : both) {
            assertThat(summaries(Kind.RECOGNIZED, scenario, "2017-03-01T12:00:00Z", MONTHS, "")).containsExactly("84", "4704");
        }
    }

    @ParameterizedTest
    @EnumSource
    @Order(7)
    void s1DemoClient(Kind kind) {
        clock.set(Instant.parse("2017-03-10T12:00:00Z"));
        long now = clock.millis();
        for (int k = 0; k < 3; k++) {
            stack.accepted(objects(kind, "s1", now + k, null, "storage", GIGABYTE, "light_api_calls", "1000", "heavy_api_calls", "100"));
        }
        JsonNode report = stack.report(kind.of("s1"), "?depth=instance");

        JsonNode space = report.get("spaces").get(0);
        JsonNode consumer = space.get("consumers").get(0);
        for (JsonNode level : List.of(report, space, consumer)) {
            JsonNode resource = level.get("resources").get(0);
            JsonNode plan = plan(level);
            assertThat(plan.get("plan_id").stringValue())
                    .isEqualTo(kind.of("basic") + "/" + kind.of("objects") + "/" + kind.of("objects") + "/objects-basic");
            for (JsonNode usages : List.of(resource.get("aggregated_usage"), plan.get("aggregated_usage"))) {
                assertThat(usages.valueStream().map(usage -> usage.get("metric").stringValue()))
                        .containsExactly("storage", "thousand_light_api_calls", "heavy_api_calls");
                for (String figure : List.of("quantity", "summary")) {
                    assertThat(month(usages, figure)).containsExactly("1", "3", "300");
                }
                assertThat(month(usages, "charge")).containsExactly("1", "0.09", "45");
            }
            assertThat(month(plan.get("aggregated_usage"), "cost")).containsExactly("1", "0.09", "45");
            for (JsonNode charged : List.of(level, resource, plan)) {
                assertThat(figures(charged.get("windows").get(MONTHS), "charge")).containsExactly("46.09", "_");
            }
        }
        JsonNode instance = plan(consumer).get("resource_instances").get(0);
        assertThat(instance.get("id").stringValue()).isEqualTo("web");
        assertThat(month(instance.get("aggregated_usage"), "summary")).containsExactly("1", "3", "300");
    }

    /** A figure of this month, metric by metric. */
    private static List<String> month(JsonNode usages, String figure) {
        return usages.valueStream().map(usage -> figures(usage.get("windows").get(MONTHS), figure).get(0)).toList();
    }

    @ParameterizedTest
    @EnumSource
    @Order(8)
    void s2DuplicateRules(Kind kind) {
        clock.set(Instant.parse("2017-03-10T12:00:00Z"));
        assertTwo(kind, "s2-same", null, null, "1");
        assertTwo(kind, "s2-one-with-id", null, "a", "2");
        assertTwo(kind, "s2-same-id", "a", "a", "1");
        assertTwo(kind, "s2-two-ids", "a", "b", "2");
    }

    private static void assertTwo(Kind kind, String scenario, String firstId, String secondId, String calls) {
        stack.accepted(objects(kind, scenario, clock.millis(), firstId, "heavy_api_calls", "1"));
        stack.accepted(objects(kind, scenario, clock.millis(), secondId, "heavy_api_calls", "1"));
        JsonNode usages = stack.report(kind.of(scenario), "").get("resources").get(0).get("aggregated_usage");
        assertThat(month(usages, "summary")).as(scenario).containsExactly("0", "0", calls);
    }

    @ParameterizedTest
    @EnumSource
    @Order(9)
    void s10ServicesHours(Kind kind) {
        clock.set(Instant.parse("2017-03-10T12:00:00Z"));
        long now = clock.millis();
        String[] durations = {"7200000", "14400000", "-3600000"};
        for (int i = 0; i < durations.length; i++) {
            stack.accepted(usage(kind.of("s10"), "web", "sampler-test-resource-id", kind.of("standard"), now + i + 1, null,
                    "duration", durations[i]));
        }
        JsonNode report = stack.report(kind.of("s10"), "");
        assertThat(report.get("resources")).hasSize(1);
        JsonNode usages = report.get("resources").get(0).get("aggregated_usage");
        assertThat(usages.valueStream().map(usage -> usage.get("metric").stringValue())).containsExactly("usage_hours");
        assertThat(month(usages, "summary")).containsExactly("5");
    }
}
