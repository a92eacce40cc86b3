package io.quipu.reporting;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.quipu.common.running.RunningInstance;
import io.quipu.common.running.RunningInstance.RunningLevel;
import io.quipu.common.running.RunningPage;
import io.quipu.common.running.RunningPage.Silent;
import io.quipu.common.usage.PlanPath;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** What runs, over HTTP. */
class RunningTest extends ReportingFixture {

    private static final String RUNNING = "/v1/metering/accumulated/usage/running";
    private static final RunningInstance CART = new RunningInstance("org", "shop", "app:cart", "linux-container", "cart-0",
            new PlanPath("basic", "metering", "rating", "pricing"), 1_000L,
            List.of(new RunningLevel("memory", new BigDecimal("0.50"), 2_000L)));

    @Autowired
    private Bulkhead bulkhead;

    private static void answer(ResponseDefinitionBuilder answer) {
        WIREMOCK.stubFor(post(urlEqualTo(RUNNING)).atPriority(1).willReturn(answer));
    }

    private static void answer(RunningPage page) {
        answer(okJson(text(page)));
    }

    private static String text(RunningPage page) {
        return new String(Json.write(page), StandardCharsets.UTF_8);
    }

    private static RunningPage page(RunningInstance... instances) {
        return new RunningPage(List.of(instances), List.of(), null);
    }

    private void unavailable(String path, String code) {
        unavailable(get(path), code);
    }

    private static void invalid(HttpResponse<String> answer, String field) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode problem = tree(answer);
        assertThat(problem.get("code").stringValue()).isEqualTo("invalid");
        assertThat(problem.get("invalid_parameters").valueStream().map(violation -> violation.get("field").stringValue()))
                .containsExactly(field);
    }

    @Test
    void whatRunsIsListedWithSinceWhenAndHowMuch() {
        answer(new RunningPage(List.of(CART), List.of(new Silent("linux-container", 3_000)), null));
        HttpResponse<String> answer = get("org/running");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(answer.body()).isEqualTo("{\"organization_id\":\"org\",\"running\":[{\"resource_id\":\"linux-container\","
                + "\"space_id\":\"shop\",\"consumer_id\":\"app:cart\",\"resource_instance_id\":\"cart-0\","
                + "\"plan_id\":\"basic/metering/rating/pricing\",\"since\":1000,"
                + "\"levels\":[{\"metric\":\"memory\",\"level\":0.5,\"since\":2000}]}],"
                + "\"silent\":[{\"resource_id\":\"linux-container\",\"heard_at\":3000}]}");
        WIREMOCK.verify(1, postRequestedFor(urlEqualTo(RUNNING)).withRequestBody(
                equalToJson("{\"organization_id\":\"org\"}", false, false)));
    }

    @Test
    void sinceWhenIsLeftOutWhereItIsNotKnownAnyMore() {
        answer(page(new RunningInstance("org", "s", "c", "r", "i", CART.path(), null,
                List.of(new RunningLevel("memory", BigDecimal.ONE, null)))));
        JsonNode running = tree(get("org/running")).get("running").get(0);
        assertThat(running.has("since")).isFalse();
        assertThat(running.get("levels").toString()).isEqualTo("[{\"metric\":\"memory\",\"level\":1}]");
    }

    @Test
    void ofAnUnknownOrganizationNothingRuns() {
        answer(page());
        assertThat(get("unknown/running").body()).isEqualTo("{\"organization_id\":\"unknown\",\"running\":[]}");
    }

    @Test
    void theLinkToTheNextPageAsksForIt() {
        answer(new RunningPage(List.of(), List.of(), "3/ü+&="));
        JsonNode first = tree(get("%C3%B6rg%20%26/running?resource_id=a%20b%26c"));
        assertThat(first.get("organization_id").stringValue()).isEqualTo("örg &");
        String next = first.get("next").stringValue();
        assertThat(next).isEqualTo(
                "/v1/metering/organizations/%C3%B6rg%20%26/running?resource_id=a%20b%26c&page=3%2F%C3%BC%2B%26%3D");

        answer(page());
        assertThat(tree(getAt(next)).has("next")).isFalse();
        WIREMOCK.verify(1, postRequestedFor(urlEqualTo(RUNNING)).withRequestBody(equalToJson(
                "{\"organization_id\":\"örg &\",\"resource_id\":\"a b&c\",\"page\":\"3/ü+&=\"}", false, false)));
    }

    @Test
    void withoutAResourceTheLinkNamesNone() {
        answer(new RunningPage(List.of(CART), List.of(), "1"));
        assertThat(tree(get("org/running")).get("next").stringValue())
                .isEqualTo("/v1/metering/organizations/org/running?page=1");
    }

    @Test
    void aPageThatIsNoneIsTheCallersFault() {
        answer(aResponse().withStatus(400).withBody("{\"code\":\"invalid\"}"));
        for (int i = 0; i < 12; i++) {
            invalid(get("org/running?page=garbage"), "page");
        }
        answer(page());
        assertThat(get("org/running").statusCode()).as("the circuit is closed").isEqualTo(200);
    }

    @Test
    void withoutAPageARefusalIsNotTheCallersFault() {
        answer(aResponse().withStatus(400));
        unavailable("org/running", "accumulator_unavailable");
    }

    @Test
    void whatIsGivenIsNotEmpty() {
        invalid(get("org/running?page="), "page");
        invalid(get("org/running?resource_id="), "resource_id");
        WIREMOCK.verify(0, anyRequestedFor(anyUrl()));
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503, 404, 204, 302})
    void anythingButTwoHundredIsUnavailable(int status) {
        answer(aResponse().withStatus(status));
        unavailable("org/running?page=1", "accumulator_unavailable");
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void aBrokenConnectionIsUnavailable(Fault fault) {
        answer(aResponse().withFault(fault));
        unavailable("org/running", "accumulator_unavailable");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{}", "{\"instances\":[]}", "{\"instances\":[null],\"silent\":[]}",
        "{\"instances\":[],\"silent\":[{}]}", "{\"instances\":[],\"silent\":[{\"heard_at\":1}]}",
        "{\"instances\":[{}],\"silent\":[]}", "<html></html>", "{\"instances\":[],\"silent\":[]"})
    void aBrokenBodyIsUnavailable(String body) {
        answer(okJson(body));
        unavailable("org/running", "accumulator_unavailable");
    }

    @ParameterizedTest
    @ValueSource(strings = {"space_id", "consumer_id", "resource_id", "resource_instance_id", "path", "levels", "metric",
        "level"})
    void anInstanceThatIsNotCompleteIsUnusable(String member) {
        String whole = text(page(CART));
        assertThat(whole).contains("\"" + member + "\":");
        answer(okJson(whole.replace("\"" + member + "\":", "\"other\":")));
        unavailable("org/running", "accumulator_unavailable");
    }

    @Test
    void whatWasNotAskedForIsUnusable() {
        answer(page(CART));
        unavailable("else/running", "accumulator_unavailable");
        unavailable("org/running?resource_id=else", "accumulator_unavailable");
        assertThat(get("org/running?resource_id=linux-container").statusCode()).isEqualTo(200);
        answer(new RunningPage(List.of(), List.of(new Silent("linux-container", 1)), null));
        unavailable("org/running?resource_id=else", "accumulator_unavailable");
        answer(new RunningPage(List.of(), List.of(), "7"));
        unavailable("org/running?page=7", "accumulator_unavailable");
    }

    @Test
    void pagesAndReportsTogetherAreLimited() {
        int held = 0;
        while (bulkhead.tryAcquirePermission()) {
            held++;
        }
        try {
            unavailable("org/running", "overloaded");
        } finally {
            for (int i = 0; i < held; i++) {
                bulkhead.releasePermission();
            }
        }
        answer(page(CART));
        assertThat(get("org/running").statusCode()).isEqualTo(200);
    }
}
