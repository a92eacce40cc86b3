package io.quipu.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.wire.Json;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Plans that hold functions in the manner of Abacus, each stored twice: once to run as it is, once to be recognized. Both say the same,
 * so whatever a report shows otherwise comes from who executes it.
 */
final class AbacusPlans {

    private static final Set<String> FUNCTIONS = Set.of("meter", "accumulate", "aggregate", "summarize", "rate", "charge");

    private static final String OBJECTS = """
            "measures":[{"name":"storage","unit":"BYTE"},{"name":"light_api_calls","unit":"CALL"},{"name":"heavy_api_calls","unit":"CALL"}],
            "metrics":[
              {"name":"storage","unit":"GIGABYTE","type":"discrete",
               "meter":"(m) => new BigNumber(m.storage || 0).div(1073741824).toNumber()",
               "accumulate":"(most, held, start, end, from, to, cell) => end < from || end >= to ? null : Math.max(most, held)"},
              {"name":"thousand_light_api_calls","unit":"THOUSAND_CALLS","type":"discrete",
               "meter":"(m) => new BigNumber(m.light_api_calls || 0).div(1000).toNumber()",
               "aggregate":"(total, was, is) => new BigNumber(total || 0).add(is).sub(was || 0).toNumber()"},
              {"name":"heavy_api_calls","unit":"CALL","type":"discrete","meter":"(m) => m.heavy_api_calls || 0"}]""";

    private static final String RATED_OBJECTS = """
            "metrics":[
              {"name":"storage","rate":"(each, held) => new BigNumber(each || 0).mul(held).toNumber()"},
              {"name":"thousand_light_api_calls"},
              {"name":"heavy_api_calls","rate":"(each, calls) => each * calls","charge":"(t, cost) => cost || 0"}]""";

    private static final String CONTAINERS = """
            "measures":[
              {"name":"current_instance_memory","unit":"BYTE"},{"name":"current_running_instances","unit":"NUMBER"},
              {"name":"previous_instance_memory","unit":"BYTE"},{"name":"previous_running_instances","unit":"NUMBER"}],
            "metrics":[{"name":"memory","unit":"GIGABYTE","type":"time-based",
              "meter":"(m) => ({
                consuming: new BigNumber(m.current_instance_memory || 0).div(1073741824)
                  .mul(m.current_running_instances || 0).toNumber(),
                previous_consuming: new BigNumber(m.previous_instance_memory || 0).div(1073741824)
                  .mul(m.previous_running_instances || 0).mul(-1).toNumber() })",
              "accumulate":"(held, step, start, end, from, to) => {
                if (end < from || end >= to) return null;
                const both = (from - start) + (to - start);
                return {
                  consuming: held.since > start ? held.consuming : step.consuming,
                  consumed: new BigNumber(step.consuming).add(step.previous_consuming).mul(both).add(held.consumed || 0).toNumber(),
                  since: held.since > start ? held.since : start }; }",
              "aggregate":"(total, was, is) => ({
                consuming: new BigNumber(total.consuming || 0).add(is.consuming).sub(was.consuming || 0).toNumber(),
                consumed: new BigNumber(total.consumed || 0).add(is.consumed).sub(was.consumed || 0).toNumber() })",
              "summarize":"(t, total, from, to) => {
                if (!total) return 0;
                const until = Math.min(t, to);
                const both = (from - until) + (to - until);
                return new BigNumber(total.consumed).sub(new BigNumber(total.consuming).mul(both)).div(2).div(3600000).toNumber(); }"}]""";

    private static final String RATED_CONTAINERS = """
            "metrics":[{"name":"memory",
              "rate":"(each, total) => ({ price: each, consuming: total.consuming, consumed: total.consumed })",
              "charge":"(t, cost, from, to) => {
                if (!cost) return 0;
                const until = Math.min(t, to);
                const both = (from - until) + (to - until);
                return new BigNumber(cost.consumed).sub(new BigNumber(cost.consuming).mul(both))
                  .div(2).div(3600000).mul(cost.price).toNumber(); }"}]""";

    private static final String HOURS = """
            "measures":[{"name":"duration","unit":"MILLISECONDS"}],
            "metrics":[{"name":"usage_hours","unit":"USAGEHOURS","type":"discrete",
              "meter":"(m) => new BigNumber(m.duration).div(3600000).toNumber()",
              "summarize":"(t, total) => total ? total : 0"}]""";

    private AbacusPlans() {
    }

    /** Who executes the functions of a plan. */
    enum Kind {
        /** Its texts, as they are. */
        FORMULA,
        /** The built-in functions that they were recognized as. */
        RECOGNIZED;

        /** An id of this kind's own. */
        String of(String id) {
            return id + "-" + name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Stores and maps everything: of object-storage the plans basic, of linux-container basic and standard, of sampler-test-resource-id
     * standard, each with a kind behind its name. The collector must say of each metric that this kind executes it.
     */
    static void store(Stack stack) {
        created(stack, "/v1/pricing/plans", "{\"plan_id\":\"objects-basic\",\"metrics\":[" + price("storage", "1") + ","
                + price("thousand_light_api_calls", "0.03") + "," + price("heavy_api_calls", "0.15") + "]}");
        created(stack, "/v1/pricing/plans", "{\"plan_id\":\"containers-basic\",\"metrics\":[" + price("memory", "0.00014") + "]}");
        created(stack, "/v1/pricing/plans", "{\"plan_id\":\"containers-standard\",\"metrics\":[" + price("memory", "0.00028") + "]}");
        for (Kind kind : Kind.values()) {
            plan(stack, kind, "metering", "objects", OBJECTS, "max", "sum", "sum");
            plan(stack, kind, "rating", "objects", RATED_OBJECTS, "per_unit", "per_unit", "per_unit");
            plan(stack, kind, "metering", "containers", CONTAINERS, "time_weighted");
            plan(stack, kind, "rating", "containers", RATED_CONTAINERS, "per_unit");
            plan(stack, kind, "metering", "hours", HOURS, "sum");
            map(stack, "object-storage", kind.of("basic"), kind.of("objects"), kind.of("objects"), "objects-basic");
            map(stack, "linux-container", kind.of("basic"), kind.of("containers"), kind.of("containers"), "containers-basic");
            map(stack, "linux-container", kind.of("standard"), kind.of("containers"), kind.of("containers"), "containers-standard");
            map(stack, "sampler-test-resource-id", kind.of("standard"), kind.of("hours"), "standard-services-hours",
                    "standard-services-hours");
        }
    }

    private static String price(String metric, String usd) {
        return "{\"name\":\"" + metric + "\",\"prices\":[{\"country\":\"USA\",\"price\":" + usd + "}]}";
    }

    private static void plan(Stack stack, Kind kind, String type, String id, String plan, String... builtIn) {
        // a text in JSON is one line
        String body = "{\"plan_id\":\"" + kind.of(id) + "\"," + (kind == Kind.FORMULA ? "\"recognize\":false," : "")
                + plan.replace('\n', ' ') + "}";
        JsonNode metrics = Json.shared().readTree(body).get("metrics");
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < builtIn.length; i++) {
            boolean text = metrics.get(i).propertyStream().anyMatch(member -> FUNCTIONS.contains(member.getKey()));
            // a rating of no function at all is the built-in one, whoever asks
            expected.add(text && kind == Kind.FORMULA ? "formula" : "built-in " + builtIn[i]);
        }
        List<String> executes = new ArrayList<>();
        Json.shared().readTree(created(stack, "/v1/" + type + "/plans", body)).get("metrics")
                .forEach(metric -> executes.add(metric.get("executes").stringValue()));
        assertThat(executes).as(type + " plan " + kind.of(id)).isEqualTo(expected);
    }

    private static void map(Stack stack, String resource, String plan, String metering, String rating, String pricing) {
        created(stack, "/v1/mappings", String.format(Locale.ROOT, """
                {"resource_id":"%s","plan_id":"%s","metering_plan":"%s","rating_plan":"%s","pricing_plan":"%s"}""",
                resource, plan, metering, rating, pricing));
    }

    private static String created(Stack stack, String path, String body) {
        HttpResponse<String> answer = stack.post(path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return answer.body();
    }
}
