package io.quipu.common.stage;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
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
import io.quipu.common.trace.RecordedTraces;
import io.quipu.common.trace.Traces;
import io.quipu.common.usage.CollectedUsage;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.usage.Rejection;
import io.quipu.common.wire.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class StageClientTest {

    private static final String PATH = "/batch";
    private static final String COMMITTED = "{\"answers\":[{\"committed_to\":12,\"rejected\":[]}]}";

    @RegisterExtension
    static final WireMockExtension STAGE = WireMockExtension.newInstance()
            .options(options().dynamicPort().http2PlainDisabled(true)).build();

    private StageClient client;

    @BeforeEach
    void open() {
        client = client(URI.create(STAGE.baseUrl() + PATH), Duration.ofSeconds(20));
    }

    @AfterEach
    void close() throws IOException {
        client.close();
    }

    @Test
    void aBatchIsPostedAsJsonAndItsAnswerRead() {
        answer(okJson("{\"answers\":[{\"committed_to\":12,\"rejected\":[{\"position\":10,\"stage\":\"aggregator\",\"code\":\"c\","
                + "\"reason\":\"r\"}]}]}"));
        assertThat(client.send(List.of(batch()))).containsExactly(
                new BatchAnswer(12, List.of(new Rejection(10, "aggregator", "c", "r"))));
        STAGE.verify(postRequestedFor(urlEqualTo(PATH)).withHeader("Content-Type", equalTo("application/json"))
                .withRequestBody(equalTo(new String(Json.write(Batches.of(List.of(batch()))), StandardCharsets.UTF_8))));
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 502, 503, 504})
    void aStageThatCannotAnswerNowIsUnavailable(int status) {
        answer(aResponse().withStatus(status).withHeader("Retry-After", " 7 ").withBody("busy"));
        assertThatThrownBy(() -> client.send(List.of(batch()))).isInstanceOfSatisfying(StageUnavailableException.class,
                failure -> assertThat(failure.retryAfter()).contains(Duration.ofSeconds(7)))
                .hasMessageContaining(Integer.toString(status)).hasMessageContaining("busy");
        STAGE.verify(1, postRequestedFor(urlEqualTo(PATH)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Wed, 21 Oct 2026 07:28:00 GMT", "soon", ""})
    void aTimeToRetryThatIsNotInSecondsIsLeftToTheCaller(String retryAfter) {
        answer(aResponse().withStatus(503).withHeader("Retry-After", retryAfter));
        assertThatThrownBy(() -> client.send(List.of(batch()))).isInstanceOfSatisfying(StageUnavailableException.class,
                failure -> assertThat(failure.retryAfter()).isEmpty());
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void aConnectionThatBreaksIsUnavailable(Fault fault) {
        answer(aResponse().withFault(fault));
        assertThatThrownBy(() -> client.send(List.of(batch()))).isInstanceOf(StageUnavailableException.class);
        STAGE.verify(1, postRequestedFor(urlEqualTo(PATH)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>proxy</html>", "{\"answers\":[{\"committed_to\":12,\"rej", "null", "[]", "{}", "{\"answers\":[]}",
        "{\"answers\":[null]}", "{\"answers\":[{\"committed_to\":12}]}", "{\"committed_to\":12,\"rejected\":[]}",
        "{\"answers\":[{\"committed_to\":12,\"rejected\":[null]}]}",
        "{\"answers\":[{\"committed_to\":12,\"rejected\":[{\"position\":10}]}]}",
        "{\"answers\":[{\"committed_to\":12,\"rejected\":[]},{\"committed_to\":12,\"rejected\":[]}]}", COMMITTED + "}"})
    void aBodyThatIsNoAnswerIsUnavailable(String body) {
        answer(okJson(body));
        assertThatThrownBy(() -> client.send(List.of(batch()))).isInstanceOf(StageUnavailableException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"committed_to\":11,\"rejected\":[]}", "{\"committed_to\":13,\"rejected\":[]}",
        "{\"committed_to\":12,\"rejected\":[{\"position\":11,\"stage\":\"s\",\"code\":\"c\",\"reason\":\"r\"}]}",
        "{\"committed_to\":12,\"rejected\":[],\"stale\":\"old\"}",
        "{\"committed_to\":9,\"rejected\":[{\"position\":10,\"stage\":\"s\",\"code\":\"c\",\"reason\":\"r\"}],\"stale\":\"old\"}"})
    void anAnswerForAnotherBatchIsNotTaken(String body) {
        answer(okJson("{\"answers\":[" + body + "]}"));
        assertThatThrownBy(() -> client.send(List.of(batch()))).isInstanceOf(StageUnavailableException.class)
                .hasMessageContaining("another batch");
    }

    @Test
    void eachBatchHasItsAnswerAndAStaleOneIsTold() {
        answer(okJson("{\"answers\":[{\"committed_to\":9,\"rejected\":[],\"stale\":\"cursor 3\"},"
                + "{\"committed_to\":4,\"rejected\":[]}]}"));
        assertThat(client.send(List.of(batch(), new Batch<>(2, -1, Map.of(), List.of(usage(4))))))
                .containsExactly(new BatchAnswer(9, List.of(), "cursor 3"), new BatchAnswer(4, List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"code\":\"conflict\"}", "{\"code\":\"stale\"}", "[]", ""})
    void aConflictIsBroken(String body) {
        answer(aResponse().withStatus(409).withBody(body));
        assertThatThrownBy(() -> client.send(List.of(batch()))).isInstanceOf(StageBrokenException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 302, 400, 401, 404, 413, 500, 501})
    void anyOtherStatusIsBroken(int status) {
        answer(aResponse().withStatus(status).withHeader("Location", "/elsewhere"));
        assertThatThrownBy(() -> client.send(List.of(batch()))).isInstanceOf(StageBrokenException.class)
                .hasMessageContaining(Integer.toString(status));
    }

    @Test
    void ofALongBodyOnlyTheBeginningIsTold() {
        answer(aResponse().withStatus(500).withBody("x".repeat(10_000)));
        assertThatThrownBy(() -> client.send(List.of(batch()))).isInstanceOf(StageBrokenException.class)
                .satisfies(failure -> assertThat(failure.getMessage()).contains("x".repeat(500))
                        .doesNotContain("x".repeat(501)));
    }

    @Test
    void anAnswerLargerThanTheLimitIsUnavailable() {
        answer(aResponse().withBody(new byte[StageClient.MAX_ANSWER + 1]));
        assertThatThrownBy(() -> client.send(List.of(batch()))).isInstanceOf(StageUnavailableException.class)
                .hasMessageContaining("larger");
    }

    @Test
    void aStageThatIsSilentIsUnavailable() throws IOException {
        answer(okJson(COMMITTED).withFixedDelay(30_000));
        try (StageClient impatient = client(URI.create(STAGE.baseUrl() + PATH), Duration.ofMillis(200))) {
            long begin = System.nanoTime();
            assertThatThrownBy(() -> impatient.send(List.of(batch()))).isInstanceOf(StageUnavailableException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
        }
    }

    /** Each byte comes within the time-out of the socket, all of them would take minutes. */
    @Test
    void aBodyThatDribblesIsGivenUpWhenItsTimeIsOver() throws Exception {
        assertGivenUp("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n");
    }

    /** The same in the header. */
    @Test
    void aHeaderThatDribblesIsGivenUpWhenItsTimeIsOver() throws Exception {
        assertGivenUp("HTTP/1.1 200 OK\r\nX-Endless: ");
    }

    private static void assertGivenUp(String beginning) throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                StageClient impatient = client(URI.create("http://localhost:" + server.getLocalPort() + PATH),
                        Duration.ofMillis(500))) {
            AtomicLong bytes = new AtomicLong();
            executor.submit(() -> {
                try (Socket socket = server.accept(); OutputStream out = socket.getOutputStream()) {
                    out.write(beginning.getBytes(StandardCharsets.US_ASCII));
                    // a byte whenever a read of what is not coming has timed out: the pace of the dribble
                    socket.setSoTimeout(100);
                    byte[] request = new byte[8192];
                    while (bytes.incrementAndGet() < 1_000) {
                        try {
                            if (socket.getInputStream().read(request) < 0) {
                                return null;
                            }
                        } catch (java.net.SocketTimeoutException pause) {
                            out.write(' ');
                            out.flush();
                        }
                    }
                    return null;
                }
            });
            long begin = System.nanoTime();
            assertThatThrownBy(() -> impatient.send(List.of(batch()))).isInstanceOf(StageUnavailableException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void aStageThatIsNotThereIsUnavailable() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        try (StageClient lonely = client(URI.create("http://localhost:" + port + PATH), Duration.ofSeconds(20))) {
            assertThatThrownBy(() -> lonely.send(List.of(batch()))).isInstanceOf(StageUnavailableException.class)
                    .hasMessageContaining("cannot be reached");
        }
        try (StageClient lost = client(URI.create("http://no.such.host.invalid/x"), Duration.ofSeconds(20))) {
            assertThatThrownBy(() -> lost.send(List.of(batch()))).isInstanceOf(StageUnavailableException.class);
        }
    }

    @Test
    void aCallIsRecordedInTheTracesThatItsThreadWorksFor() throws IOException {
        RecordedTraces traces = new RecordedTraces();
        try (StageClient traced = new StageClient(instances(STAGE.baseUrl()), PATH + "?secret=1",
                new StageClient.Limits(Duration.ofSeconds(5), Duration.ofSeconds(5), 1), traces)) {
            STAGE.stubFor(post(urlEqualTo(PATH + "?secret=1")).willReturn(okJson(COMMITTED)));
            traced.send(List.of(batch()));
            STAGE.verify(1, postRequestedFor(urlEqualTo(PATH + "?secret=1")).withoutHeader("traceparent")
                    .withoutHeader("quipu-traceparents"));
            assertThat(traces.spans).isEmpty();

            traces.workFor(RecordedTraces.context(1), RecordedTraces.context(2));
            traced.send(List.of(batch()));
            assertThat(traces.spans).hasSize(2).allSatisfy(span -> {
                assertThat(span.name).isEqualTo("POST " + PATH);
                assertThat(span.kind).isEqualTo(Traces.Kind.CLIENT);
                assertThat(span.tags).containsEntry("http.status_code", "200");
                assertThat(span.ended).isTrue();
            });
            STAGE.verify(1, postRequestedFor(urlEqualTo(PATH + "?secret=1"))
                    .withHeader("traceparent", equalTo(traces.spans.get(0).context.traceparent()))
                    .withHeader("quipu-traceparents", equalTo(traces.spans.get(1).context.traceparent())));

            STAGE.stubFor(post(urlEqualTo(PATH + "?secret=1")).willReturn(aResponse().withFault(Fault.EMPTY_RESPONSE)));
            assertThatThrownBy(() -> traced.send(List.of(batch()))).isInstanceOf(StageUnavailableException.class);
            assertThat(traces.spans.get(3).failure).isNotNull();
            assertThat(traces.spans.get(3).ended).isTrue();
        }
    }

    @Test
    void afterAFailureTheNextCallFindsAConnection() throws IOException {
        try (StageClient single = new StageClient(instances(STAGE.baseUrl()), PATH,
                new StageClient.Limits(Duration.ofSeconds(5), Duration.ofSeconds(5), 1))) {
            for (Fault fault : Fault.values()) {
                answer(aResponse().withFault(fault));
                assertThatThrownBy(() -> single.send(List.of(batch()))).isInstanceOf(StageUnavailableException.class);
            }
            answer(aResponse().withStatus(500).withBody("x".repeat(10_000)));
            assertThatThrownBy(() -> single.send(List.of(batch()))).isInstanceOf(StageBrokenException.class);
            answer(okJson(COMMITTED));
            assertThat(single.send(List.of(batch()))).containsExactly(new BatchAnswer(12, List.of()));
        }
    }

    private static void answer(ResponseDefinitionBuilder response) {
        STAGE.stubFor(post(PATH).willReturn(response));
    }

    private static StageClient client(URI uri, Duration responseTimeout) {
        return new StageClient(instances(uri.resolve("/").toString().replaceFirst("/$", "")), uri.getPath(),
                new StageClient.Limits(Duration.ofSeconds(5), responseTimeout, 4));
    }

    /** A breaker that does not open here. */
    private static ServiceInstances instances(String url) {
        return new ServiceInstances("stage", List.of(URI.create(url)), CircuitBreakerConfig.custom()
                .minimumNumberOfCalls(1_000).slidingWindowSize(1_000).build(), new SimpleMeterRegistry(),
                StageUnavailableException.class::isInstance);
    }

    private static Batch<CollectedUsage> batch() {
        return new Batch<>(1, 9, Map.of(), List.of(usage(10), usage(12)));
    }

    private static CollectedUsage usage(long position) {
        return new CollectedUsage(position, 1, new Origin("o", "s", "c", "r", "p", "i", 0, 1),
                new Pin("a", "USA", "USD", "t", "plan"), List.of());
    }
}
