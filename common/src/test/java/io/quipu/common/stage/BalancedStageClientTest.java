package io.quipu.common.stage;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.common.http.ServiceInstances;
import io.quipu.common.usage.CollectedUsage;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several instances of a stage. */
@Timeout(60)
class BalancedStageClientTest {

    private static final String PATH = "/batch";
    private static final String COMMITTED = "{\"answers\":[{\"committed_to\":10,\"rejected\":[]}]}";
    private static final Duration OPEN = Duration.ofMinutes(9);

    @RegisterExtension
    static final WireMockExtension ONE = WireMockExtension.newInstance()
            .options(options().dynamicPort().http2PlainDisabled(true)).build();
    @RegisterExtension
    static final WireMockExtension OTHER = WireMockExtension.newInstance()
            .options(options().dynamicPort().http2PlainDisabled(true)).build();

    private ServiceInstances instances;
    private StageClient client;

    @BeforeEach
    void open() {
        open(Duration.ofSeconds(20), ONE.baseUrl(), OTHER.baseUrl());
    }

    private void open(Duration limit, String... urls) {
        instances = new ServiceInstances("meter", Stream.of(urls).map(URI::create).toList(), CircuitBreakerConfig.custom()
                .slidingWindowSize(4).minimumNumberOfCalls(4).waitDurationInOpenState(OPEN)
                .recordExceptions(StageUnavailableException.class).build(), new SimpleMeterRegistry(),
                StageUnavailableException.class::isInstance);
        client = new StageClient(instances, PATH, new StageClient.Limits(Duration.ofSeconds(5), limit, 2));
    }

    @AfterEach
    void close() throws IOException {
        client.close();
    }

    private List<BatchAnswer> send() {
        return client.send(List.of(new Batch<>(1, 9, Map.of(), List.of(new CollectedUsage(10, 1,
                new Origin("o", "s", "c", "r", "p", "i", 0, 1), new Pin("a", "USA", "USD", "t", "plan"), List.of())))));
    }

    private static void answers(WireMockExtension instance, ResponseDefinitionBuilder answer) {
        instance.stubFor(post(PATH).willReturn(answer));
    }

    private static void assertAsked(int one, int other) {
        ONE.verify(one, postRequestedFor(urlEqualTo(PATH)));
        OTHER.verify(other, postRequestedFor(urlEqualTo(PATH)));
    }

    @Test
    void batchesTakeTurns() {
        answers(ONE, okJson(COMMITTED));
        answers(OTHER, okJson(COMMITTED));
        for (int i = 0; i < 6; i++) {
            send();
        }
        assertAsked(3, 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"code\":\"stopping\"}", "{\"code\":\"overloaded\"}", "{\"code\":\"store_unavailable\"}", "", "<html>", "[]"})
    void aRefusalOfAnInstanceIsMetByTheNextOne(String body) {
        answers(ONE, aResponse().withStatus(503).withBody(body));
        answers(OTHER, okJson(COMMITTED));
        for (int i = 0; i < 4; i++) {
            assertThat(send()).containsExactly(new BatchAnswer(10, List.of()));
        }
        assertAsked(2, 4);
    }

    @ParameterizedTest
    @CsvSource({"503, accumulator_unavailable", "500, broken", "429, overloaded", "502, x", "504, x", "409, stale"})
    void whatTheNextOneWouldAnswerTooOrMayHaveBegunStays(int status, String code) {
        answers(ONE, aResponse().withStatus(status).withBody("{\"code\":\"" + code + "\"}"));
        answers(OTHER, okJson(COMMITTED));
        assertThatThrownBy(this::send).hasMessageContaining(code);
        assertAsked(1, 0);
    }

    @Test
    void aTimeOutIsNotTriedElsewhere() throws IOException {
        client.close();
        open(Duration.ofMillis(300), ONE.baseUrl(), OTHER.baseUrl());
        answers(ONE, okJson(COMMITTED).withFixedDelay(10_000));
        answers(OTHER, okJson(COMMITTED));
        assertThatThrownBy(this::send).isInstanceOf(StageUnavailableException.class);
        OTHER.verify(0, postRequestedFor(urlEqualTo(PATH)));
    }

    @Test
    void theNextOneHasWhatIsLeftOfTheTime() throws IOException {
        client.close();
        open(Duration.ofSeconds(4), ONE.baseUrl(), OTHER.baseUrl());
        answers(ONE, aResponse().withStatus(503).withFixedDelay(500));
        answers(OTHER, okJson(COMMITTED).withFixedDelay(10_000));
        assertThatThrownBy(this::send).isInstanceOf(StageUnavailableException.class).message()
                .matches("(?s).*no whole answer within PT([0-2]\\.|3S|3\\.[0-4]).*");
    }

    @Test
    void anInstanceThatIsNotThereCostsNothingOnceItsCircuitIsOpen() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        client.close();
        open(Duration.ofSeconds(20), "http://localhost:" + port, OTHER.baseUrl());
        answers(OTHER, okJson(COMMITTED));
        for (int i = 0; i < 9; i++) {
            send();
        }
        OTHER.verify(9, postRequestedFor(urlEqualTo(PATH)));
        assertThat(instances.breakers().get(0).getState()).isEqualTo(CircuitBreaker.State.OPEN);
        assertThat(instances.breakers().get(0).getMetrics().getNumberOfFailedCalls()).isEqualTo(4);
    }

    @Test
    void whenAllRefuseTheSoonestSays() {
        answers(ONE, aResponse().withStatus(503).withHeader("Retry-After", "3"));
        answers(OTHER, aResponse().withStatus(503).withHeader("Retry-After", "7"));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(this::send).isInstanceOfSatisfying(StageUnavailableException.class,
                    refusal -> assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(3)));
        }
        answers(OTHER, aResponse().withStatus(503));
        assertThatThrownBy(this::send).isInstanceOfSatisfying(StageUnavailableException.class,
                refusal -> assertThat(refusal.retryAfter()).isEmpty());
        instances.breakers().forEach(CircuitBreaker::transitionToOpenState);
        assertThatThrownBy(this::send).isInstanceOfSatisfying(StageUnavailableException.class,
                refusal -> assertThat(refusal.retryAfter()).contains(OPEN));
        assertAsked(3, 3);
    }

    /** A server cannot tell whoever keeps a connection to it before it closes that. */
    @Test
    void aConnectionThatWasClosedMeanwhileIsNoFailure() throws Exception {
        client.close();
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            open(Duration.ofSeconds(20), "http://localhost:" + server.getLocalPort());
            Future<?> served = executor.submit(() -> {
                try (Socket first = server.accept()) {
                    BufferedReader requests = reader(first);
                    answerNext(requests, first);
                    readNext(requests);
                }
                try (Socket second = server.accept()) {
                    answerNext(reader(second), second);
                }
                return null;
            });
            send();
            assertThat(send()).containsExactly(new BatchAnswer(10, List.of()));
            served.get();
            assertThat(instances.breakers().get(0).getMetrics().getNumberOfFailedCalls()).isZero();
        } finally {
            executor.shutdownNow();
        }
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    private static void readNext(BufferedReader requests) throws IOException {
        int length = 0;
        for (String line = requests.readLine(); !line.isEmpty(); line = requests.readLine()) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring("content-length:".length()).trim());
            }
        }
        for (int read = 0; read < length; read++) {
            requests.read();
        }
    }

    private static void answerNext(BufferedReader requests, Socket socket) throws IOException {
        readNext(requests);
        socket.getOutputStream().write(("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                + COMMITTED.length() + "\r\n\r\n" + COMMITTED).getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }
}
