package io.quipu.reporting;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.WireMock;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.micrometer.core.instrument.MeterRegistry;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.usage.Keys;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import tools.jackson.databind.JsonNode;

/** Queries over reports, over HTTP. */
class GraphTest extends ReportingFixture {

    private static final String NOW = "2026-11-21T05:20:00Z";
    private static final String CHARGES = "windows{charge}";
    private static final String SLOTS = "windows{quantity summary cost charge}";
    private static final String PLAN = "plan_id metering_plan_id rating_plan_id pricing_plan_id " + CHARGES
            + " aggregated_usage{metric " + SLOTS + "}";
    private static final String RESOURCES = "resources{resource_id " + CHARGES + " aggregated_usage{metric " + SLOTS
            + "} plans{" + PLAN + "}}";
    private static final String RESOURCES_WITH_INSTANCES = RESOURCES.replace("plans{",
            "plans{resource_instances{id t p aggregated_usage{metric windows{quantity summary}}} ");
    private static final String WHOLE = "{id organization_id account_id start end processed processed_id currency settled"
            + " evaluated_to " + CHARGES + " " + RESOURCES + " spaces{space_id " + CHARGES + " " + RESOURCES
            + " consumers{consumer_id " + CHARGES + " " + RESOURCES_WITH_INSTANCES + "}}}";

    @Autowired
    @Qualifier("graphBulkhead")
    private Bulkhead bulkhead;

    @Autowired
    private MeterRegistry meters;

    private HttpResponse<String> ask(String query) {
        return getAt("/v1/metering/aggregated/usage/graph/" + Keys.encode(query));
    }

    private JsonNode data(String query) {
        HttpResponse<String> answer = ask(query);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        return tree(answer);
    }

    /** A problem with Abacus's members. */
    private static JsonNode refused(HttpResponse<String> answer, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode problem = tree(answer);
        assertThat(problem.get("code").stringValue()).isEqualTo(code);
        assertThat(problem.get("error").stringValue()).isEqualTo("query");
        assertThat(problem.get("message").stringValue())
                .isEqualTo("Graphql query error - " + problem.get("reason").stringValue());
        return problem;
    }

    private static Ledger.Used used(String space, String consumer, String resource, String instance, PlanVersion plan,
            String time, String metric, String quantity, String price) {
        return new Ledger.Used(space, consumer, instance, resource, plan, ms(time), Map.of(metric, new BigDecimal(quantity)),
                Map.of(metric, new BigDecimal(price)));
    }

    private static Ledger.Used calls(String space, String consumer, String calls) {
        return used(space, consumer, "object-storage", "i", Plans.STORAGE, "2026-11-21T05:10:00Z", "heavy_api_calls", calls,
                "0.15");
    }

    private static Ledger ledger() {
        return new Ledger().add(calls("a", "app:1", "100"))
                .add(calls("a", "app:2", "0.123456789012345678901234567891"))
                .add(used("b", "app:3", "llm", "m", Plans.TOKENS, "2026-10-30T05:10:00Z", "thousand_input_tokens", "4", "0.0025"))
                .add(LevelReportTest.level("b", "app:3", "2026-11-20T00:00:00Z", "2"));
    }

    private static int reads(String path) {
        return WIREMOCK.findAll(getRequestedFor(urlPathEqualTo(path))).size();
    }

    private static final String CONSUMERS_READ = "/v1/metering/aggregated/usage/consumers";
    private static final String INSTANCES_READ = "/v1/metering/accumulated/usage/instances";

    /** Each member of a report is answered as it stands there; of what is not there, null. */
    private static void same(JsonNode answered, JsonNode report, String where) {
        if (answered.isObject() && report != null && report.isObject()) {
            answered.propertyStream().forEach(member ->
                    same(member.getValue(), report.get(member.getKey()), where + "/" + member.getKey()));
        } else if (answered.isArray() && report != null && report.isArray()) {
            assertThat(answered.size()).as(where).isEqualTo(report.size());
            for (int i = 0; i < answered.size(); i++) {
                same(answered.get(i), report.get(i), where + "/" + i);
            }
        } else if (report == null) {
            assertThat(answered.isNull()).as(where).isTrue();
        } else {
            assertThat(answered.toString()).as(where).isEqualTo(report.toString());
        }
    }

    @Test
    void aWholeReportIsWhatTheReportSays() {
        now(NOW);
        NEIGHBOURS.serve(ledger());
        for (String time : List.of("", String.valueOf(ms("2026-11-20T12:00:00Z")), String.valueOf(ms("2026-10-31T12:00:00Z")))) {
            JsonNode report = report("org/aggregated/usage" + (time.isEmpty() ? "" : "/" + time) + "?depth=instance");
            JsonNode answered = data("{organization(organization_id:\"org\"" + (time.isEmpty() ? "" : " time:" + time) + ")"
                    + WHOLE + "}").get("organization");
            assertThat(answered.propertyNames()).containsExactlyElementsOf(report.propertyNames());
            same(answered, report, "report");
        }
    }

    @Test
    void numbersAreExact() {
        now(NOW);
        NEIGHBOURS.serve(ledger());
        String answered = ask("{organization(organization_id:\"org\"){processed spaces{consumers{consumer_id windows{charge}"
                + " resources{aggregated_usage{metric windows{quantity summary cost charge}}}}}}}").body();
        assertThat(answered).contains("{\"quantity\":0.123456789012345678901234567891,"
                + "\"summary\":0.123456789012345678901234567891,\"cost\":null,\"charge\":0.01851851835185185183518518518365}")
                .contains("\"charge\":0.01851851835185185183518518518365").contains("\"processed\":1000003");
        assertThat(answered).as("a level").contains("{\"quantity\":0,\"summary\":58.66666666666666666666666666666667,");
        assertThat(data("{organization(organization_id:\"org\"){resources{plans{aggregated_usage{windows{quantity}}}}}}")
                .toString()).contains("\"consumed\":58.66666666666666666666666666666667,\"consuming\":2}");
    }

    @Test
    void onlyWhatIsSelectedIsRead() {
        now(NOW);
        NEIGHBOURS.serve(ledger());
        assertThat(data("{organization(organization_id:\"org\"){resources{resource_id}}}").toString())
                .isEqualTo("{\"organization\":{\"resources\":[{\"resource_id\":\"linux-container\"},{\"resource_id\":\"llm\"},"
                        + "{\"resource_id\":\"object-storage\"}]}}");
        assertThat(data("{organization(organization_id:\"org\"){spaces{space_id}}}").toString())
                .isEqualTo("{\"organization\":{\"spaces\":[{\"space_id\":\"a\"},{\"space_id\":\"b\"}]}}");
        assertThat(reads(CONSUMERS_READ)).isZero();
        assertThat(data("{organization(organization_id:\"org\"){spaces{consumers{consumer_id}}}}").toString())
                .isEqualTo("{\"organization\":{\"spaces\":[{\"consumers\":[{\"consumer_id\":\"app:1\"},"
                        + "{\"consumer_id\":\"app:2\"}]},{\"consumers\":[{\"consumer_id\":\"app:3\"}]}]}}");
        assertThat(reads(CONSUMERS_READ)).isEqualTo(2);
        WIREMOCK.verify(0, postRequestedFor(urlPathEqualTo(INSTANCES_READ)));
        data("{organization(organization_id:\"org\"){spaces{consumers{resources{plans{resource_instances{id}}}}}}}");
        WIREMOCK.verify(2, postRequestedFor(urlPathEqualTo(INSTANCES_READ)));
    }

    @Test
    void fragmentsAliasesAndSkippedFieldsCountAsTheyShould() {
        now(NOW);
        NEIGHBOURS.serve(ledger());
        assertThat(data("query{a:organization(organization_id:\"org\"){...F s:spaces{id:space_id} spaces@skip(if:true)"
                + "{consumers{consumer_id}}} b:organization(organization_id:\"else\"){organization_id spaces{space_id}"
                + " account_id}} fragment F on OrganizationReport{organization_id ... @include(if:false){start}}").toString())
                .isEqualTo("{\"a\":{\"organization_id\":\"org\",\"s\":[{\"id\":\"a\"},{\"id\":\"b\"}]},"
                        + "\"b\":{\"organization_id\":\"else\",\"spaces\":[],\"account_id\":null}}");
        assertThat(reads(CONSUMERS_READ)).isZero();
    }

    /** The query of an Abacus client, but for what it names. */
    @Test
    void aResourceInstanceIsFoundWithoutItsResource() {
        now("2016-02-23T00:00:00Z");
        PlanVersion plan = Plans.plan("basic", "test-metering-plan", "test-rating-plan", "test-pricing-basic", "calls:sum");
        NEIGHBOURS.serve(new Ledger().add(used("spa", "con", "res", "ins", plan, "2016-02-22T00:00:00Z", "calls", "504", "0"))
                .add(used("spa", "con", "res", "other", plan, "2016-02-22T00:00:00Z", "calls", "1", "0")));
        String query = "{resource_instance(organization_id:\"org\" space_id:\"spa\" consumer_id:\"con\""
                + " resource_instance_id:\"ins\" plan_id:\"basic\" metering_plan_id:\"test-metering-plan\""
                + " rating_plan_id:\"test-rating-plan\" pricing_plan_id:\"test-pricing-basic\" t:\"0001456185600000\""
                + " time:1456185600000)";
        assertThat(data(query + "{organization_id accumulated_usage{metric windows{quantity summary}}}}").toString())
                .isEqualTo("{\"resource_instance\":{\"organization_id\":\"org\",\"accumulated_usage\":[{\"metric\":\"calls\","
                        + "\"windows\":[[null],[null],[null],[null,{\"quantity\":504,\"summary\":504},null],"
                        + "[{\"quantity\":504,\"summary\":504},null]]}]}}");
        assertThat(data(query + "{id end resource_id consumer_id rating_plan_id ratinging_plan_id}}").toString())
                .isEqualTo("{\"resource_instance\":{\"id\":\"k/org/ins/con/basic/test-metering-plan/test-rating-plan/"
                        + "test-pricing-basic/t/0000000001000000\",\"end\":1456099200000,\"resource_id\":\"res\","
                        + "\"consumer_id\":\"con\",\"rating_plan_id\":\"test-rating-plan\",\"ratinging_plan_id\":\"test-rating-plan\"}}");
        assertThat(data(query.replace("\"ins\"", "\"gone\"") + "{id}}").toString()).isEqualTo("{\"resource_instance\":null}");
        assertThat(data(query.replace(" t:", " resource_id:\"else\" t:") + "{id}}").toString())
                .isEqualTo("{\"resource_instance\":null}");
        refused(ask(query.replace("0001456185600000", "yesterday") + "{id}}"), "invalid");
    }

    @Test
    void instancesOfSeveralResourcesAreToldApartByTheResource() {
        now(NOW);
        NEIGHBOURS.serve(new Ledger().add(calls("a", "app:1", "1"))
                .add(used("a", "app:1", "files", "i", Plans.STORAGE, "2026-11-21T05:11:00Z", "heavy_api_calls", "2", "0")));
        String query = "{resource_instance(organization_id:\"org\" space_id:\"a\" consumer_id:\"app:1\" resource_instance_id:\"i\""
                + " plan_id:\"basic\" metering_plan_id:\"basic-object-storage\" rating_plan_id:\"object-rating-plan\""
                + " pricing_plan_id:\"object-pricing-basic\" %s){resource_id}}";
        assertThat(refused(ask(query.formatted("")), "resource_ambiguous").get("reason").stringValue())
                .contains("files, object-storage").contains("resource_id");
        assertThat(data(query.formatted("resource_id:\"files\"")).toString())
                .isEqualTo("{\"resource_instance\":{\"resource_id\":\"files\"}}");
    }

    @Test
    void organizationsComeInTheirOrderAndUnknownOnesAreEmpty() {
        now(NOW);
        NEIGHBOURS.serve(ledger());
        assertThat(data("{organizations(organization_ids:[\"none\",\"org\"] time:" + ms("2026-11-30T23:00:00Z")
                + "){organization_id id start end resources{resource_id}}}").toString())
                .isEqualTo("{\"organizations\":[{\"organization_id\":\"none\",\"id\":\"k/none/t/000" + ms("2026-11-30T23:00:00Z")
                        + "\",\"start\":" + ms("2026-11-01T00:00:00Z") + ",\"end\":" + ms("2026-11-30T23:00:00Z")
                        + ",\"resources\":[]},{\"organization_id\":\"org\",\"id\":\"k/org/t/000" + ms("2026-11-30T23:00:00Z")
                        + "\",\"start\":" + ms("2026-11-20T00:00:00Z") + ",\"end\":" + ms("2026-11-20T00:00:00Z")
                        + ",\"resources\":[{\"resource_id\":\"linux-container\"},{\"resource_id\":\"llm\"},"
                        + "{\"resource_id\":\"object-storage\"}]}]}");
        assertThat(data("{organizations(organization_ids:[]){id}}").toString()).isEqualTo("{\"organizations\":[]}");
    }

    private static void account(String id, String body) {
        WIREMOCK.stubFor(WireMock.get(urlEqualTo("/v1/accounts/" + id)).atPriority(1).willReturn(okJson(body)));
    }

    @Test
    void anAccountHasTheReportsOfItsOrganizations() {
        now(NOW);
        NEIGHBOURS.serve(ledger());
        account("1%2F2%20%C3%A4", "{\"account_id\":\"1/2 ä\",\"organizations\":[\"else\",\"org\"],\"currency\":\"USD\"}");
        assertThat(data("{account(account_id:\"1/2 ä\"){organization_id account_id windows{charge}}}").toString())
                .isEqualTo("{\"account\":[{\"organization_id\":\"else\",\"account_id\":null,\"windows\":[[null],[null],[null,null],"
                        + "[null,null,null],[null,null]]},{\"organization_id\":\"org\",\"account_id\":\"1234\",\"windows\":"
                        + report("org/aggregated/usage").get("windows").toString() + "}]}");
    }

    @Test
    void anUnknownAccountIsTheCallersFault() {
        now(NOW);
        WIREMOCK.stubFor(WireMock.get(urlEqualTo("/v1/accounts/x")).atPriority(1).willReturn(aResponse().withStatus(404)));
        for (int i = 0; i < 12; i++) {
            refused(ask("{account(account_id:\"x\"){id}}"), "account_not_found");
        }
        JsonNode error = tree(postTo("/graphql", "{\"query\":\"{account(account_id:\\\"x\\\"){id}}\"}")).get("errors").get(0);
        assertThat(error.get("extensions").get("code").stringValue()).isEqualTo("account_not_found");
        assertThat(error.get("extensions").get("status").intValue()).isEqualTo(404);
        assertThat(error.get("path").toString()).isEqualTo("[\"account\"]");
        account("y", "{\"account_id\":\"y\",\"organizations\":[]}");
        assertThat(data("{account(account_id:\"y\"){id}}").toString()).as("the circuit is closed").isEqualTo("{\"account\":[]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{}", "{\"account_id\":\"x\"}", "{\"account_id\":\"y\",\"organizations\":[]}",
        "{\"account_id\":\"x\",\"organizations\":[null]}", "<html>"})
    void anAccountThatIsNoneIsUnavailable(String body) {
        account("x", body);
        HttpResponse<String> answer = ask("{account(account_id:\"x\"){id}}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(tree(answer).get("code").stringValue()).isEqualTo("collector_unavailable");
    }

    @Test
    void windowsWithoutFieldsAreAnError() {
        assertThat(refused(ask("{organization(organization_id:\"org\"){resources{aggregated_usage{metric windows}}}}"), "query")
                .get("reason").stringValue()).contains("windows");
        WIREMOCK.verify(0, anyRequestedFor(anyUrl()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{}", "x", "{nothing}", "{organization{id}}", "{organization(organization_id:7){id}}",
        "{organization(organization_id:\"org\"){nothing}}", "mutation{organization(organization_id:\"org\"){id}}",
        "{organization(organization_id:\"org\" time:\"1456185600000\"){id}}", "query a{__typename} query b{__typename}",
        "{organization(organization_id:\"org\" time:1456185600000.5){id}}",
        "{organization(organization_id:\"org\" time:92233720368547758070){id}}",
        "{organization(organization_id:\"org\" time:1e400000000){id}}", "{organization(organization_id:\"org\" time:1e99999999999){id}}"})
    void whatIsNoQueryIsRefused(String query) {
        refused(ask(query), "query");
        WIREMOCK.verify(0, anyRequestedFor(anyUrl()));
    }

    @Test
    void timesAreIntegersOrWholeFloats() {
        now(NOW);
        String at = "\"k/org/t/0001456185600000\"";
        for (String time : List.of("1456185600000", "1456185600000.0", "1.4561856e12", "14561856e5")) {
            assertThat(data("{organization(organization_id:\"org\" time:" + time + "){id}}").toString()).as(time)
                    .isEqualTo("{\"organization\":{\"id\":" + at + "}}");
        }
        for (String time : List.of("1456185600000", "1456185600000.0", "1.4561856E+12")) {
            assertThat(tree(postTo("/graphql", "{\"query\":\"query($t:Long){organization(organization_id:\\\"org\\\" time:$t){id}}\","
                    + "\"variables\":{\"t\":" + time + "}}")).get("data").get("organization").get("id").toString()).isEqualTo(at);
        }
        for (String bad : List.of("-1", "253370764800000")) {
            JsonNode problem = refused(ask("{organization(organization_id:\"org\" time:" + bad + "){id}}"), "invalid");
            assertThat(problem.get("invalid_parameters").get(0).get("field").stringValue()).isEqualTo("time");
        }
    }

    @Test
    void idsAreNotEmptyAndNotTooLong() {
        for (String bad : List.of("", "x".repeat(1_025))) {
            refused(ask("{organization(organization_id:\"" + bad + "\"){id}}"), "invalid");
            refused(ask("{organizations(organization_ids:[\"org\",\"" + bad + "\"]){id}}"), "invalid");
            refused(ask("{account(account_id:\"" + bad + "\"){id}}"), "invalid");
        }
        WIREMOCK.verify(0, anyRequestedFor(anyUrl()));
    }

    @Test
    void aQueryHasItsLimits() {
        now(NOW);
        NEIGHBOURS.serve(ledger());
        HttpResponse<String> tooLong = ask("{organization(organization_id:\"org\"){id}}" + " ".repeat(16_384));
        assertThat(tooLong.statusCode()).isEqualTo(400);
        assertThat(tree(tooLong).get("invalid_parameters").get(0).get("field").stringValue()).isEqualTo("query");
        String fields = IntStream.range(0, 499).mapToObj(i -> "a" + i + ":id").collect(Collectors.joining(" "));
        assertThat(data("{organization(organization_id:\"org\"){" + fields + "}}").get("organization").size()).isEqualTo(499);
        assertThat(refused(ask("{organization(organization_id:\"org\"){id " + fields + "}}"), "query").get("reason").stringValue())
                .contains("501 > 500");
        String ofType = "ofType{".repeat(19) + "name" + "}".repeat(19);
        assertThat(refused(ask("{__type(name:\"Slot\"){" + ofType + "}}"), "query").get("reason").stringValue())
                .contains("depth");
    }

    @Test
    void organizationsAreCountedOverTheWholeQuery() {
        now(NOW);
        String ids = IntStream.range(0, 99).mapToObj(i -> "\"o" + i + "\"").collect(Collectors.joining(","));
        String query = "{organizations(organization_ids:[" + ids + "]){id} organization(organization_id:\"org\"){id}%s}";
        assertThat(data(query.formatted("")).get("organizations").size()).isEqualTo(99);
        refused(ask(query.formatted(" b:organization(organization_id:\"org\"){id}")), "too_many_organizations");
    }

    /** The fixture's limit is 4,000. A consumer and its id are two values, under each alias. */
    @Test
    void whatIsKeptIsLimitedAndThereIsAWayOn() {
        now(NOW);
        Ledger ledger = new Ledger();
        for (int i = 0; i < 1_100; i++) {
            ledger.add(calls("a", "app:" + i, "1"));
        }
        NEIGHBOURS.serve(ledger);
        String query = "{organization(organization_id:\"org\"){spaces{a:consumers{consumer_id}%s}}}";
        assertThat(data(query.formatted("")).get("organization").get("spaces").get(0).get("a").size()).isEqualTo(1_100);
        assertThat(refused(ask(query.formatted(" b:consumers{consumer_id}")), "answer_too_large").get("reason").stringValue())
                .contains("4000").contains("/v1/metering/organizations/{organization_id}/aggregated/usage");
        assertThat(report("org/aggregated/usage").get("spaces").get(0).get("consumers").size()).isEqualTo(1_100);
    }

    @Test
    void soManyQueriesAreAnsweredAtATime() {
        int held = 0;
        while (bulkhead.tryAcquirePermission()) {
            held++;
        }
        HttpResponse<String> answer;
        try {
            answer = ask("{__typename}");
        } finally {
            for (int i = 0; i < held; i++) {
                bulkhead.releasePermission();
            }
        }
        assertThat(held).isEqualTo(2);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(tree(answer).get("code").stringValue()).isEqualTo("overloaded");
        assertThat(data("{__typename}").toString()).isEqualTo("{\"__typename\":\"Query\"}");
    }

    @Test
    void aNeighbourThatIsAwayIsNotTheCallersFault() {
        now(NOW);
        WIREMOCK.stubFor(WireMock.get(urlPathEqualTo("/v1/metering/aggregated/usage/organization")).atPriority(1)
                .willReturn(aResponse().withStatus(500)));
        HttpResponse<String> answer = ask("{organization(organization_id:\"org\"){id} __typename}");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).contains("60");
        assertThat(tree(answer).get("code").stringValue()).isEqualTo("aggregator_unavailable");

        HttpResponse<String> posted = postTo("/graphql", "{\"query\":\"{organization(organization_id:\\\"org\\\"){id} __typename}\"}");
        assertThat(posted.statusCode()).isEqualTo(200);
        JsonNode body = tree(posted);
        assertThat(body.get("data").toString()).isEqualTo("{\"organization\":null,\"__typename\":\"Query\"}");
        JsonNode extensions = body.get("errors").get(0).get("extensions");
        assertThat(extensions.get("code").stringValue()).isEqualTo("aggregator_unavailable");
        assertThat(extensions.get("status").intValue()).isEqualTo(503);
        assertThat(extensions.get("retry_after").intValue()).isEqualTo(60);
    }

    private static String request(String query, String more) {
        return "{\"query\":" + new String(Json.write(query), StandardCharsets.UTF_8) + more + "}";
    }

    @Test
    void aRequestIsPostedAsToOtherServers() {
        now(NOW);
        NEIGHBOURS.serve(ledger());
        String query = "query A($o:String!){organization(organization_id:$o){organization_id}} query B{__typename}";
        HttpResponse<String> answer = postTo("/graphql", request(query, ",\"operationName\":\"A\",\"variables\":{\"o\":\"org\"},"
                + "\"extensions\":{}"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.body()).isEqualTo("{\"data\":{\"organization\":{\"organization_id\":\"org\"}}}");
        assertThat(postTo("/graphql", request(query, ",\"operationName\":\"B\",\"variables\":null")).body())
                .isEqualTo("{\"data\":{\"__typename\":\"Query\"}}");
        assertThat(tree(postTo("/graphql", request(query, ",\"operationName\":\"C\""))).get("errors").size()).isEqualTo(1);
        HttpResponse<String> wrong = postTo("/graphql", request("{nothing}", ""));
        assertThat(wrong.statusCode()).isEqualTo(200);
        assertThat(tree(wrong).has("data")).isFalse();
        assertThat(tree(wrong).get("errors").get(0).get("message").stringValue()).contains("nothing");
        HttpResponse<String> graphql = postTo("/graphql", request("{nothing}", ""), "Accept", "application/graphql-response+json");
        assertThat(graphql.statusCode()).isEqualTo(400);
        assertThat(graphql.headers().firstValue("Content-Type")).contains("application/graphql-response+json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "7", "{}", "{\"query\":7}", "{\"query\":null}", "{\"query\":\"{a}\",\"query\":\"{b}\"}",
        "{\"query\":\"{__typename}\",\"operationName\":1}", "{\"query\":\"{__typename}\",\"variables\":[]}", "{\"query\":\"{__typename}\"",
        "{\"query\":\"{__typename}\",\"variables\":{\"a\":1e99999999999}}"})
    void whatIsNoRequestIsAProblem(String body) {
        HttpResponse<String> answer = postTo("/graphql", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    }

    @Test
    void aBodyHasItsLimitsToo() {
        assertThat(postTo("/graphql", request("{__typename}", " ".repeat(300_000))).statusCode()).isEqualTo(413);
        assertThat(postTo("/graphql", request("{__typename}" + " ".repeat(16_384), "")).statusCode()).isEqualTo(400);
        assertThat(postTo("/graphql", request("{__typename}", ""), "Content-Type", "text/plain").statusCode()).isEqualTo(415);
        assertThat(getAt("/graphql").statusCode()).isEqualTo(405);
    }

    @Test
    void theSchemaCanBeAskedForAndThereIsNoPageForIt() {
        assertThat(data("{__type(name:\"Query\"){fields{name}}}").get("__type").get("fields").valueStream()
                .map(field -> field.get("name").stringValue()))
                .containsExactlyInAnyOrder("organization", "organizations", "account", "resource_instance");
        JsonNode schema = data("{__schema{queryType{name} types{name kind fields{name args{name type{name}} type{kind name"
                + " ofType{kind name ofType{kind name ofType{kind name}}}}}}}}").get("__schema");
        assertThat(schema.get("types").valueStream().map(type -> type.get("name").stringValue())).contains("Slot", "JSON", "Long");
        assertThat(getAt("/graphiql").statusCode()).isEqualTo(404);
    }

    @Test
    void queriesAreTimedByWhatBecameOfThem() {
        long answered = count("answered");
        long refused = count("refused");
        data("{__typename}");
        ask("{nothing}");
        assertThat(List.of(count("answered") - answered, count("refused") - refused)).containsExactly(1L, 1L);
    }

    private long count(String outcome) {
        return meters.get("quipu.reporting.graph").tag("outcome", outcome).timer().count();
    }
}
