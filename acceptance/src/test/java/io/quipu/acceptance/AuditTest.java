package io.quipu.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.collector.log.LoggedUsage;
import io.quipu.collector.log.OrganizationLog;
import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.Write;
import io.quipu.common.time.Window;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.PlanPath;
import io.quipu.common.usage.Position;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The audit against five real services: clean after honest work, and no document can be altered without its finding it. */
class AuditTest {

    private static final String ORGANIZATION = "audited";
    private static final String MONTH = "2026-11";
    private static final int QUANTITY_OF_HOUR = 1;
    private static final int COST_OF_HOUR = 2;
    private static final long SEED = 20261121;
    private static final long NOON = Instant.parse("2026-11-21T12:00:00Z").toEpochMilli();
    private static final Consumer CART = new Consumer(ORGANIZATION, "shop", "app:cart");
    private static final PlanPath BASIC =
            new PlanPath("basic", "basic-object-storage", "object-rating-plan", "object-pricing-basic");
    private static final PlanPath STEPS = new PlanPath("small", "steps", "steps", "steps");

    @TempDir
    private static Path data;
    private static Stack stack;

    @BeforeAll
    static void start() {
        ScenarioTest.SettableClock clock = new ScenarioTest.SettableClock(Instant.ofEpochMilli(NOON));
        stack = new Stack(data, clock, "quipu.slack=P30D");
        plan("metering", """
                {"plan_id":"steps","measures":[{"name":"calls","unit":"CALL"},{"name":"seconds","unit":"S"},
                  {"name":"level","unit":"U"}],
                 "metrics":[{"name":"tiers","unit":"CALL","meter":"calls"},{"name":"packages","unit":"CALL","meter":"calls / 3"},
                  {"name":"volume","unit":"S","meter":"seconds"},{"name":"free","unit":"S","meter":"seconds"},
                  {"name":"pace","unit":"S","meter":"calls / seconds","accumulate":"max"},
                  {"name":"lowest","unit":"U","meter":"level","accumulate":"min"},
                  {"name":"latest","unit":"U","meter":"level","accumulate":"last"},
                  {"name":"times","unit":"TIMES","meter":"level","accumulate":"count"}]}""");
        plan("rating", """
                {"plan_id":"steps","metrics":[{"name":"tiers","rate":"tiered"},{"name":"packages","rate":"package"},
                  {"name":"volume","rate":"volume"}]}""");
        plan("pricing", """
                {"plan_id":"steps","metrics":[
                  {"name":"tiers","prices":[{"country":"USA","free":2,"tiers":[{"up_to":20,"price":0.7},{"up_to":50,"price":0.3},
                    {"price":0.1}]}]},
                  {"name":"packages","prices":[{"country":"USA","price":1.01,"package_size":7}]},
                  {"name":"volume","prices":[{"country":"USA","tiers":[{"up_to":40,"price":0.03},{"price":0.011}]}]},
                  {"name":"free","prices":[{"country":"USA","free":30,"price":0.09}]},
                  {"name":"pace","prices":[{"country":"USA","price":0.333}]},
                  {"name":"lowest","prices":[{"country":"USA","price":3}]},
                  {"name":"latest","prices":[{"country":"USA","price":5}]}]}""");
        accept(honestUsage());
        repeatEveryThird();
    }

    /** Duplicates that the intake did not see: they stand in the log, and the driver settles them. */
    private static void repeatEveryThird() {
        List<LoggedUsage> usages = new ArrayList<>();
        new OrganizationLog(stack.log()).read(new OrganizationLog.Query(ORGANIZATION, month(), null, Position.NONE),
                entry -> usages.add(entry.usage()));
        stack.log().append(stack.log().partition(ORGANIZATION), IntStream.range(0, usages.size())
                .filter(i -> i % 3 == 0).mapToObj(usages::get).toList()).join();
        stack.settle();
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    private static void plan(String kind, String definition) {
        HttpResponse<String> created = stack.post("/v1/" + kind + "/plans", definition);
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        assertThat(stack.post("/v1/provisioning/mappings/" + kind + "/resources/stepper/plans/small/steps", "")
                .statusCode()).isEqualTo(200);
    }

    private static String usage(String organization, String space, String app, String resource, String plan,
            String instance, long end, String... measures) {
        return String.format(Locale.ROOT, """
                {"start":%d,"end":%d,"organization_id":"%s","space_id":"%s","consumer_id":"app:%s","resource_id":"%s",
                 "plan_id":"%s","resource_instance_id":"%s","measured_usage":[%s]}""",
                end, end, organization, space, app, resource, plan, instance, Stack.measured(measures));
    }

    /** Usage of all kinds, late and out of order, and some that must be rejected. */
    private static List<String> honestUsage() {
        Random random = new Random(SEED);
        List<String> usages = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            long end = NOON - random.nextInt(40) * 10_800_000L - i;
            String space = random.nextBoolean() ? "shop" : "lab";
            String app = random.nextBoolean() ? "cart" : "search";
            String instance = "instance-" + random.nextInt(2);
            usages.add(random.nextBoolean()
                    ? usage(ORGANIZATION, space, app, "object-storage", "basic", instance, end, "storage",
                            Long.toString((1 + random.nextInt(9)) * 536_870_912L), "light_api_calls",
                            Integer.toString(random.nextInt(5000)), "heavy_api_calls", Integer.toString(100 + i))
                    : usage(ORGANIZATION, space, app, "stepper", "small", instance, end, "calls",
                            Integer.toString(random.nextInt(20) - 3), "seconds", Integer.toString(1 + random.nextInt(9)),
                            "level", Integer.toString(random.nextInt(9))));
        }
        // Rejected by the meter, a division by zero, and by the accumulator, a sum out of bounds.
        usages.add(usage(ORGANIZATION, "shop", "cart", "stepper", "small", "instance-0", NOON, "calls", "1", "seconds", "0"));
        usages.add(usage(ORGANIZATION, "shop", "cart", "object-storage", "basic", "huge", NOON, "heavy_api_calls",
                "9".repeat(30)));
        usages.add(usage(ORGANIZATION, "shop", "cart", "object-storage", "basic", "huge", NOON + 1, "heavy_api_calls",
                "9".repeat(30)));
        // What is asked about by name below.
        usages.add(usage(ORGANIZATION, "shop", "cart", "object-storage", "basic", "instance-0", NOON, "heavy_api_calls",
                "7001"));
        return usages;
    }

    private static void accept(List<String> usages) {
        for (int from = 0; from < usages.size(); from += 20) {
            HttpResponse<String> answer = stack.post(Stack.USAGE,
                    "[" + String.join(",", usages.subList(from, Math.min(usages.size(), from + 20))) + "]");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        }
        stack.settle();
    }

    private static JsonNode audit() {
        return stack.audit(ORGANIZATION, MONTH);
    }

    @Test
    void honestWorkIsClean() {
        JsonNode audit = audit();

        assertThat(audit.get("verdict").stringValue()).as(audit.toPrettyString()).isEqualTo("clean");
        assertThat(audit.get("usages").intValue()).isEqualTo(64 + 22);
        assertThat(audit.get("duplicates").intValue()).isEqualTo(22);
        assertThat(audit.get("rejected").intValue()).isEqualTo(2);
        assertThat(audit.get("figures").intValue()).isGreaterThan(1_000);
        assertThat(audit.get("difference_count").intValue()).isZero();
        assertThat(audit.get("differences")).isEmpty();
        assertThat(stack.audit(ORGANIZATION, "2026-10").get("verdict").stringValue()).isEqualTo("clean");
        assertThat(stack.audit("nobody", MONTH).get("usages").intValue()).isZero();
    }

    @Test
    void theVerdictIsExactWhileUsageFlows() {
        CompletableFuture<Void> flow = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 120; i++) {
                HttpResponse<String> answer = stack.post(Stack.USAGE, usage("flowing", "space-" + i % 3, "app-" + i % 7,
                        "stepper", "small", "instance-" + i % 5, NOON - i * 1_000_000L, "calls", Integer.toString(i % 11),
                        "seconds", Integer.toString(i % 4), "level", "1"));
                assertThat(answer.statusCode()).isEqualTo(202);
            }
        });
        int audits = 0;
        while (!flow.isDone() || audits < 3) {
            JsonNode audit = stack.audit("flowing", MONTH);
            assertThat(audit.get("verdict").stringValue()).as(audit.toPrettyString()).isEqualTo("clean");
            audits++;
        }
        flow.join();
        stack.settle();
        assertThat(stack.audit("flowing", MONTH).get("usages").intValue()).isEqualTo(120);
    }

    /** A document that is altered, and the difference that must be found. */
    private record Alteration(String name, boolean aggregator, String key, UnaryOperator<ObjectNode> change, String level,
            String field, boolean explained) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static Window month() {
        return Window.parse(MONTH);
    }

    private static Window day() {
        return Window.day(NOON);
    }

    private static ObjectNode find(JsonNode list, String member, String value) {
        for (JsonNode element : list) {
            if (element.get(member).asString().equals(value)) {
                return (ObjectNode) element;
            }
        }
        throw new AssertionError("no " + member + " " + value + " in " + list);
    }

    private static ObjectNode metric(JsonNode scope) {
        return find(find(scope.get("plans"), "resource_id", "object-storage").get("metrics"), "metric", "heavy_api_calls");
    }

    private static UnaryOperator<ObjectNode> raised(Function<ObjectNode, JsonNode> place, String member,
            String by) {
        return document -> {
            ObjectNode figures = (ObjectNode) place.apply(document);
            figures.put(member, figures.get(member).decimalValue().add(new BigDecimal(by)));
            return document;
        };
    }

    /** An organization's hour, an array. */
    private static JsonNode hour(JsonNode metric, int hour) {
        for (JsonNode element : metric.get("hours")) {
            if (element.get(0).intValue() == hour) {
                return element;
            }
        }
        throw new AssertionError("no hour " + hour + " in " + metric);
    }

    private static UnaryOperator<ObjectNode> raised(Function<ObjectNode, JsonNode> place, int element, String by) {
        return document -> {
            ArrayNode figures = (ArrayNode) place.apply(document);
            figures.set(element, figures.get(element).decimalValue().add(new BigDecimal(by)));
            return document;
        };
    }

    /** What is done to a document. */
    private interface Change {
        void accept(ObjectNode document);
    }

    private static UnaryOperator<ObjectNode> changed(Change change) {
        return document -> {
            change.accept(document);
            return document;
        };
    }

    private static void repeatPlan(JsonNode scope, String planId) {
        ObjectNode copy = (ObjectNode) scope.get("plans").get(0).deepCopy();
        ((ObjectNode) copy.get("path")).put("plan_id", planId);
        copy.set("metrics", Json.shared().createArrayNode());
        ((ArrayNode) scope.get("plans")).add(copy);
    }

    static Stream<Alteration> alterations() {
        List<Alteration> all = new ArrayList<>();
        String cost = "1050.15";
        for (Window window : List.of(month(), day())) {
            String of = " of the " + window.unit().name().toLowerCase(Locale.ROOT);
            String organization = Keys.organization(ORGANIZATION, window);
            String consumer = Keys.consumer(CART, window);
            String instance = Keys.instance(CART, "object-storage", "instance-0", BASIC, window);
            all.add(new Alteration("organization's quantity" + of, true, organization,
                    raised(AuditTest::metric, "quantity", "-7001"), "organization", "quantity", true));
            all.add(new Alteration("organization's cost" + of, true, organization,
                    raised(AuditTest::metric, "cost", cost), "organization", "cost", true));
            all.add(new Alteration("space's quantity" + of, true, organization,
                    raised(d -> metric(find(d.get("spaces"), "space_id", "shop")), "quantity", "7001"), "space",
                    "quantity", true));
            all.add(new Alteration("space's cost" + of, true, organization,
                    raised(d -> metric(find(d.get("spaces"), "space_id", "shop")), "cost", "-" + cost), "space", "cost",
                    true));
            all.add(new Alteration("consumer's quantity" + of, true, consumer,
                    raised(AuditTest::metric, "quantity", "7001"), "consumer", "quantity", true));
            all.add(new Alteration("consumer's cost" + of, true, consumer, raised(AuditTest::metric, "cost", cost),
                    "consumer", "cost", true));
            all.add(new Alteration("instance's state" + of, false, instance,
                    raised(d -> find(d.get("metrics"), "metric", "heavy_api_calls"), "state", "-7001"), "instance",
                    "state", true));
            all.add(new Alteration("organization's tiny cost" + of, true, organization,
                    raised(AuditTest::metric, "cost", "0.0000000000000000000000000000000001"), "organization", "cost",
                    false));
            all.add(new Alteration("missing organization" + of, true, organization, d -> null, "organization",
                    "document", false));
            all.add(new Alteration("missing consumer" + of, true, consumer, d -> null, "consumer", "document", false));
            all.add(new Alteration("missing instance" + of, false, instance, d -> null, "instance", "document", false));
            all.add(new Alteration("extra plan of the organization" + of, true, organization,
                    changed(d -> repeatPlan(d, "gold")), "organization", "plan", false));
            all.add(new Alteration("extra plan of a space" + of, true, organization,
                    changed(d -> repeatPlan(find(d.get("spaces"), "space_id", "lab"), "gold")), "space", "plan", false));
            all.add(new Alteration("extra plan of a consumer" + of, true, consumer,
                    changed(d -> repeatPlan(d, "gold")), "consumer", "plan", false));
            all.add(new Alteration("plan twice" + of, true, organization,
                    changed(d -> repeatPlan(d, d.get("plans").get(0).get("path").get("plan_id").stringValue())),
                    "organization", "plan", false));
            all.add(new Alteration("extra space" + of, true, organization, changed(d -> ((ArrayNode) d.get("spaces"))
                    .addObject().put("space_id", "nowhere").putArray("plans")), "space", "plans", false));
            all.add(new Alteration("lost space" + of, true, organization, changed(d -> ((ArrayNode) d.get("spaces"))
                    .remove(0)), "space", "plans", false));
            all.add(new Alteration("lost metric" + of, true, consumer, changed(d -> ((ArrayNode)
                    d.get("plans").get(0).get("metrics")).remove(0)), "consumer", "quantity", false));
            all.add(new Alteration("currency" + of, true, organization, changed(d -> d.put("currency", "EUR")),
                    "organization", "currency", false));
            all.add(new Alteration("watermark" + of, true, consumer, changed(d -> ((ObjectNode) d.get("watermark"))
                    .put("position", d.get("watermark").get("position").longValue() - 1)), "consumer", "watermark", false));
        }
        String hour = Integer.toString(12);
        Function<ObjectNode, JsonNode> ofOrganization = d -> hour(metric(d), Integer.parseInt(hour));
        all.add(new Alteration("organization's quantity of the hour", true, Keys.organization(ORGANIZATION, day()),
                raised(ofOrganization, QUANTITY_OF_HOUR, "7001"), "organization", "quantity",
                true));
        all.add(new Alteration("organization's cost of the hour", true, Keys.organization(ORGANIZATION, day()),
                raised(ofOrganization, COST_OF_HOUR, "-" + cost), "organization", "cost",
                true));
        all.add(new Alteration("instance's state of the hour", false,
                Keys.instance(CART, "object-storage", "instance-0", BASIC, day()),
                raised(d -> find(find(d.get("metrics"), "metric", "heavy_api_calls").get("hours"), "hour", hour), "state",
                        "7001"), "instance", "state", true));
        all.add(new Alteration("instance's last state", false,
                Keys.instance(CART, "stepper", "instance-0", STEPS, month()),
                changed(d -> ((ObjectNode) find(d.get("metrics"), "metric", "latest").get("state")).put("end", 1)),
                "instance", "state", false));
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("alterations")
    void anAlteredDocumentIsFound(Alteration alteration) {
        DocumentStore store = alteration.aggregator() ? stack.aggregatorStore() : stack.accumulatorStore();
        Document original = store.get(alteration.key()).orElseThrow();
        Optional<ObjectNode> altered = Optional.ofNullable(
                alteration.change().apply((ObjectNode) Json.shared().readTree(original.content())));
        altered.ifPresentOrElse(
                document -> store.write(new Write.Replace(original.key(), original.version(), Json.write(document))),
                () -> store.write(new Write.Remove(original.key(), original.version())));
        JsonNode audit;
        try {
            audit = audit();
        } finally {
            store.get(alteration.key()).ifPresentOrElse(
                    document -> store.write(new Write.Replace(original.key(), document.version(), original.content())),
                    () -> store.write(new Write.Insert(original.key(), original.content())));
        }

        assertThat(audit.get("verdict").stringValue()).isEqualTo("different");
        for (JsonNode difference : audit.get("differences")) {
            assertThat(difference.get("document").stringValue()).as(audit.toPrettyString()).isEqualTo(alteration.key());
        }
        JsonNode found = find(audit.get("differences"), "field", alteration.field());
        assertThat(found.get("level").stringValue()).isEqualTo(alteration.level());
        if (alteration.explained()) {
            assertThat(audit.get("difference_count").intValue()).isEqualTo(1);
            assertThat(found.get("explained_by")).as(audit.toPrettyString()).isNotEmpty();
            for (JsonNode explanation : found.get("explained_by")) {
                // It stands in the log twice.
                assertThat(explanation.get("how").stringValue()).isIn("missing", "counted_twice", "duplicate");
                JsonNode usage = Json.shared().readTree(stack.get(explanation.get("location").stringValue()).body());
                assertThat(usage.get("measured_usage").get(0).get("quantity").intValue()).isEqualTo(7001);
            }
        }
        assertThat(audit().get("verdict").stringValue()).as("what is restored is clean").isEqualTo("clean");
    }
}
