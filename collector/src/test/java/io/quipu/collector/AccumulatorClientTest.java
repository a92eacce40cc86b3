package io.quipu.collector;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.common.http.ServiceInstances;
import io.quipu.common.running.Reconciled;
import io.quipu.common.running.SnapshotQuery;
import io.quipu.common.running.Unlisted;
import io.quipu.common.stage.StageBrokenException;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.store.StoreException;
import io.quipu.common.trace.Traces;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccumulatorClientTest {

    @RegisterExtension
    static final WireMockExtension ACCUMULATOR = WireMockExtension.newInstance()
            .options(options().dynamicPort().http2PlainDisabled(true)).build();

    private static final String PATH = "/v1/metering/accumulated/usage/snapshot";
    private static final SnapshotQuery QUERY = new SnapshotQuery("org", null, "r", 7, "s");
    private static final Unlisted.Instance INSTANCE = new Unlisted.Instance("org", "space", "app", "basic", "i1");
    private static final String ONE = "{\"unlisted\":[{\"organization_id\":\"org\",\"space_id\":\"space\","
            + "\"consumer_id\":\"app\",\"plan_id\":\"basic\",\"resource_instance_id\":\"i1\"}]}\n";
    private static final String FIGURES = "{\"reconciled\":{\"opened\":1,\"corrected\":2,\"closed\":3,\"unchanged\":4}}\n";
    private static final String END = "{\"end\":true}\n";

    private final AccumulatorClient client = client(ACCUMULATOR.baseUrl());
    private final List<Unlisted.Instance> unlisted = new ArrayList<>();

    private static AccumulatorClient client(String... instances) {
        return client(Duration.ofSeconds(60), instances);
    }

    private static AccumulatorClient client(Duration limit, String... instances) {
        List<URI> urls = Arrays.stream(instances).map(URI::create).toList();
        return new AccumulatorClient(new ServiceInstances("accumulator", urls, CircuitBreakerConfig.ofDefaults(),
                new SimpleMeterRegistry(), StageUnavailableException.class::isInstance),
                new AccumulatorProperties(urls, limit, limit, limit.multipliedBy(2), 1), Traces.NONE);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
    }

    private static void answer(ResponseDefinitionBuilder answer) {
        ACCUMULATOR.stubFor(post(urlEqualTo(PATH)).willReturn(answer));
    }

    private static void answer(String body) {
        answer(aResponse().withHeader("Content-Type", "application/x-ndjson").withBody(body));
    }

    private Reconciled.Counts ask() {
        return client.ask(QUERY, unlisted::addAll);
    }

    @Test
    void aWholeAnswerIsInstancesAndFigures() {
        answer(ONE + ONE + FIGURES + END);
        assertThat(ask()).isEqualTo(new Reconciled.Counts(1, 2, 3, 4));
        assertThat(unlisted).containsExactly(INSTANCE, INSTANCE);
        ACCUMULATOR.verify(postRequestedFor(urlEqualTo(PATH)).withRequestBody(equalToJson(
                "{\"organization_id\":\"org\",\"resource_id\":\"r\",\"time\":7,\"id\":\"s\"}")));
        answer(FIGURES + END);
        assertThat(client.ask(new SnapshotQuery(null, 5, "r", 7, null), unlisted::addAll).closed()).isEqualTo(3);
        ACCUMULATOR.verify(postRequestedFor(urlEqualTo(PATH)).withRequestBody(equalToJson(
                "{\"partition\":5,\"resource_id\":\"r\",\"time\":7}")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ONE, ONE + FIGURES, FIGURES, END, ONE + END, FIGURES + END + ONE, FIGURES + ONE + END,
        FIGURES + FIGURES + END, "{}\n" + FIGURES + END, "no JSON\n", "{\"unlisted\":[null]}\n" + FIGURES + END,
        "{\"unlisted\":[{\"organization_id\":\"org\"}]}\n" + FIGURES + END, "[]\n" + FIGURES + END,
        "{\"unlisted\":7}\n" + FIGURES + END})
    void anAnswerThatIsCutOrBrokenIsNone(String body) {
        answer(body);
        assertThatThrownBy(this::ask).isInstanceOf(StageUnavailableException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 502, 503, 504})
    void aRefusalThatMayPassIsUnavailability(int status) {
        answer(aResponse().withStatus(status));
        assertThatThrownBy(this::ask).isInstanceOf(StageUnavailableException.class).hasMessageContaining(status + "");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 422, 500})
    void aRefusalThatDoesNotSayThatItPassesIsBroken(int status) {
        answer(aResponse().withStatus(status));
        assertThatThrownBy(this::ask).isInstanceOf(StageBrokenException.class).hasMessageContaining(status + "");
    }

    @Test
    void nobodyThereOrNoAnswerInTimeIsUnavailability() throws IOException {
        for (Fault fault : List.of(Fault.EMPTY_RESPONSE, Fault.MALFORMED_RESPONSE_CHUNK)) {
            answer(aResponse().withFault(fault));
            assertThatThrownBy(this::ask).isInstanceOf(StageUnavailableException.class);
        }
        try (AccumulatorClient impatient = client(Duration.ofSeconds(1), ACCUMULATOR.baseUrl())) {
            answer(aResponse().withBody(FIGURES + END).withFixedDelay(1_500));
            assertThatThrownBy(() -> impatient.ask(QUERY, unlisted::addAll)).isInstanceOf(StageUnavailableException.class);
            answer(aResponse().withBody(ONE.repeat(50) + FIGURES + END).withChunkedDribbleDelay(20, 8_000));
            assertThatThrownBy(() -> impatient.ask(QUERY, unlisted::addAll)).as("each byte in time, not the whole")
                    .isInstanceOf(StageUnavailableException.class);
        }
        try (AccumulatorClient nobody = client("http://127.0.0.1:1")) {
            assertThatThrownBy(() -> nobody.ask(QUERY, unlisted::addAll)).isInstanceOf(StageUnavailableException.class);
        }
    }

    @Test
    void theNextInstanceIsAskedAsLongAsNothingWasTold() throws IOException {
        answer(ONE + FIGURES + END);
        try (AccumulatorClient two = client("http://127.0.0.1:1", ACCUMULATOR.baseUrl())) {
            for (int i = 0; i < 4; i++) {
                assertThat(two.ask(QUERY, unlisted::addAll).opened()).isEqualTo(1);
            }
        }
        ACCUMULATOR.resetRequests();
        String other = ACCUMULATOR.baseUrl().replace("localhost", "127.0.0.1");
        try (AccumulatorClient two = client(ACCUMULATOR.baseUrl(), other)) {
            answer(aResponse().withStatus(503));
            assertThatThrownBy(() -> two.ask(QUERY, unlisted::addAll)).isInstanceOf(StageUnavailableException.class);
            ACCUMULATOR.verify(2, postRequestedFor(urlEqualTo(PATH)));
            answer(ONE);
            assertThatThrownBy(() -> two.ask(QUERY, unlisted::addAll)).isInstanceOf(StageUnavailableException.class);
            ACCUMULATOR.verify(3, postRequestedFor(urlEqualTo(PATH)));
        }
    }

    @Test
    void aFailureOfWhoeverTakesTheInstancesIsTheirsAndTheConnectionIsNotLost() {
        answer(ONE + FIGURES + END);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> client.ask(QUERY, instances -> {
                throw new StoreException("away");
            })).isInstanceOf(StoreException.class);
        }
        assertThat(ask().opened()).isEqualTo(1);
    }
}
