package io.quipu.collector.plugin;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.collector.catalog.Plugin;
import io.quipu.common.http.ServiceInstances;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.trace.Traces;
import io.quipu.common.web.Problem;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class PluginClientTest {

    @RegisterExtension
    static final WireMockExtension SERVER = WireMockExtension.newInstance()
            .options(options().dynamicPort().http2PlainDisabled(true)).build();

    private static final Duration OPEN = Duration.ofMinutes(7);
    private static final int CALLS_UNTIL_OPEN = 3;

    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final List<PluginClient> clients = new ArrayList<>();
    private final PluginClient client = client(SERVER.baseUrl());

    private PluginClient client(String... urls) {
        return client(Duration.ofSeconds(60), urls);
    }

    private PluginClient client(Duration limit, String... urls) {
        CircuitBreakerConfig breaker = CircuitBreakerConfig.custom().slidingWindowSize(CALLS_UNTIL_OPEN)
                .minimumNumberOfCalls(CALLS_UNTIL_OPEN).waitDurationInOpenState(OPEN)
                .recordExceptions(StageUnavailableException.class).build();
        List<URI> instances = Arrays.stream(urls).map(URI::create).toList();
        PluginClient made = new PluginClient(Plugin.PROVISIONING, new ServiceInstances("provisioning", instances, breaker, meters,
                StageUnavailableException.class::isInstance), new PluginProperties.Calls(limit, limit, limit, 2), Traces.NONE);
        clients.add(made);
        return made;
    }

    @AfterEach
    void close() throws IOException {
        for (PluginClient made : clients) {
            made.close();
        }
    }

    private static void answer(ResponseDefinitionBuilder answer) {
        SERVER.stubFor(get(anyUrl()).willReturn(answer));
    }

    private static void answer(int status, String body) {
        answer(aResponse().withStatus(status).withBody(body));
    }

    private Optional<String> ask() {
        return client.get("v1", "x").map(JsonNode::toString);
    }

    private Problem unavailable() {
        Problem problem = catchThrowableOfType(Problem.class, this::ask);
        assertThat(problem).isNotNull();
        assertThat(problem.status() + " " + problem.code()).isEqualTo("503 provisioning_unavailable");
        assertThat(problem.retryAfter()).isPresent();
        assertThat(problem.getMessage()).as("addresses are nobody's business").doesNotContain(SERVER.baseUrl());
        return problem;
    }

    @Test
    void whatIsThereIsItsJson() {
        answer(200, "\"a\"");
        assertThat(ask()).contains("\"a\"");
        answer(200, "{\"plan_id\":\"p\"}");
        assertThat(ask()).contains("{\"plan_id\":\"p\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"error\":\"Mapping not found.\"}", "{\"message\":\"Plan not found\"}",
        "{\"error\":\"plan_not_found\",\"message\":\"x\"}"})
    void aPluginSaysThatThereIsNone(String body) {
        answer(404, body);
        assertThat(ask()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "404 Not Found: Requested route ('plugin.example.com') does not exist.", "<html></html>", "{}", "[]",
        "\"error\"", "{\"error\":{}}", "{\"error\":\"notfound\",\"message\":\"Not found\"}",
        "{\"error\":\"not_found\",\"message\":\"x\"}", "{\"status\":404,\"error\":\"Not Found\"}"})
    void aNotFoundThatMayBeAboutTheAddressIsNoVerdict(String body) {
        answer(404, body);
        unavailable();
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 301, 400, 401, 403, 408, 409, 422, 429, 500, 502, 503, 504})
    void anyOtherStatusIsNoVerdict(int status) {
        answer(aResponse().withStatus(status).withHeader("Location", "/v1/y").withBody(status == 204 ? null : "{\"error\":\"x\"}"));
        unavailable();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "no JSON", "{} {}", "{\"a\":1,\"a\":2}", "1e99999999999"})
    void anAnswerThatIsNoJsonIsNoVerdict(String body) {
        answer(200, body);
        unavailable();
    }

    @Test
    void anAnswerThatIsTooLongIsNoVerdict() {
        answer(200, "\"" + "x".repeat(PluginClient.MAX_ANSWER - 2) + "\"");
        assertThat(ask()).isPresent();
        answer(200, "\"" + "x".repeat(PluginClient.MAX_ANSWER - 1) + "\"");
        unavailable();
    }

    @Test
    void nobodyThereOrNoAnswerInTimeIsNoVerdict() {
        answer(aResponse().withFault(Fault.EMPTY_RESPONSE));
        unavailable();
        answer(aResponse().withBody("\"a\"").withFixedDelay(1_500));
        PluginClient impatient = client(Duration.ofSeconds(1), SERVER.baseUrl());
        assertThat(catchThrowableOfType(Problem.class, () -> impatient.get("v1")).code()).isEqualTo("provisioning_unavailable");
        PluginClient nobody = client("http://127.0.0.1:1");
        assertThat(catchThrowableOfType(Problem.class, () -> nobody.get("v1")).code()).isEqualTo("provisioning_unavailable");
    }

    @Test
    void theBreakerOpensAndThenNobodyIsAsked() {
        answer(500, "");
        for (int i = 0; i < CALLS_UNTIL_OPEN; i++) {
            unavailable();
        }
        answer(200, "\"a\"");
        assertThat(unavailable().retryAfter()).contains(OPEN);
        SERVER.verify(CALLS_UNTIL_OPEN, getRequestedFor(anyUrl()));
        assertThat(meters.get("resilience4j.circuitbreaker.state").tag("name", "provisioning").tag("state", "open").gauge().value())
                .isEqualTo(1);
        assertThat(meters.get("quipu.call").tag("to", "provisioning").tag("outcome", "unavailable").timer().count())
                .isEqualTo(CALLS_UNTIL_OPEN);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404, 422})
    void whatAProviderMayHaveChosenOpensNoBreaker(int status) {
        answer(status, "");
        for (int i = 0; i < 2 * CALLS_UNTIL_OPEN; i++) {
            unavailable();
        }
        answer(200, "\"a\"");
        assertThat(ask()).isPresent();
    }

    @Test
    void theNextInstanceIsAskedWhereOneIsAway() {
        answer(200, "\"a\"");
        PluginClient two = client("http://127.0.0.1:1", SERVER.baseUrl());
        for (int i = 0; i < 4; i++) {
            assertThat(two.get("v1")).isPresent();
        }
    }

    @Test
    void whoAsksTheSameMeanwhileWaitsForThatAnswer() {
        answer(aResponse().withBody("\"a\"").withFixedDelay(2_000));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<CompletableFuture<Optional<String>>> asked = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                asked.add(CompletableFuture.supplyAsync(this::ask, threads));
            }
            asked.forEach(answer -> assertThat(answer.join()).contains("\"a\""));
        } finally {
            threads.shutdown();
        }
        SERVER.verify(1, getRequestedFor(anyUrl()));
        answer(200, "\"b\"");
        assertThat(ask()).as("an answer is shared, not kept").contains("\"b\"");
    }

    @Test
    void idsAreEncodedAndThoseThatNoPathCanNameAreNotAskedFor() {
        answer(200, "\"a\"");
        client.get("v1", "a/b c?ä%2F");
        SERVER.verify(getRequestedFor(urlEqualTo("/v1/a%2Fb%20c%3F%C3%A4%252F")));
        SERVER.resetRequests();
        assertThat(client.get("v1", "..")).isEmpty();
        assertThat(client.get("v1", ".", "id")).isEmpty();
        SERVER.verify(0, getRequestedFor(anyUrl()));
    }
}
