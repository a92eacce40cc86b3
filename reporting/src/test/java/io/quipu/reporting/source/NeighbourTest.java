package io.quipu.reporting.source;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.common.http.NewlineDelimited;
import io.quipu.common.http.Outbound;
import io.quipu.common.http.ServiceInstances;
import io.quipu.common.trace.Traces;
import io.quipu.common.web.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.junit.jupiter.api.Test;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

class NeighbourTest {

    private final MeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void aRefusedConnectionIsUnavailable() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Duration limit = Duration.ofSeconds(2);
        try (var client = Outbound.client(new Outbound.Limits(limit, limit, limit), 1, 1, Traces.NONE)) {
            Neighbour neighbour = new Neighbour(new ServiceInstances("aggregator",
                    List.of(URI.create("http://localhost:" + port)), CircuitBreakerConfig.custom()
                            .waitDurationInOpenState(limit).build(), meters, Neighbour::away),
                    RestClient.builder().requestFactory(new HttpComponentsClientHttpRequestFactory(client)), limit);
            assertThatThrownBy(() -> neighbour.get(uri -> uri.path("/x").build(), body -> "read"))
                    .isInstanceOfSatisfying(Problem.class, problem -> {
                        assertThat(problem.status()).isEqualTo(503);
                        assertThat(problem.code()).isEqualTo("aggregator_unavailable");
                        assertThat(problem.retryAfter()).contains(limit);
                    });
            assertThat(meters.get("quipu.call").tags("to", "aggregator", "outcome", "unavailable").timer().count()).isEqualTo(1);
        }
    }

    @Test
    void anotherInstanceIsAskedAsLongAsNoneHasBegunToAnswer() throws IOException {
        Duration limit = Duration.ofSeconds(60);
        WireMockServer one = new WireMockServer(options().dynamicPort());
        WireMockServer other = new WireMockServer(options().dynamicPort());
        one.start();
        other.start();
        try (var client = Outbound.client(new Outbound.Limits(limit, limit, limit), 1, 2, Traces.NONE)) {
            Neighbour neighbour = neighbour(client, limit, one.baseUrl(), other.baseUrl() + "/base");
            other.stubFor(get("/base/x").willReturn(ok("other")));

            // one in two begins at the first
            for (ResponseDefinitionBuilder away : List.of(aResponse().withStatus(503),
                    aResponse().withFault(Fault.EMPTY_RESPONSE), aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER))) {
                one.stubFor(get("/x").willReturn(away));
                assertThat(read(neighbour)).isEqualTo("other");
                assertThat(read(neighbour)).isEqualTo("other");
            }
            for (ResponseDefinitionBuilder begun : List.of(aResponse().withStatus(500), aResponse().withFault(Fault.MALFORMED_RESPONSE_CHUNK))) {
                one.stubFor(get("/x").willReturn(begun));
                assertThatThrownBy(() -> read(neighbour)).isInstanceOf(Problem.class);
                assertThat(read(neighbour)).isEqualTo("other");
            }
            one.stop();
            assertThat(read(neighbour)).isEqualTo("other");
        } finally {
            one.stop();
            other.stop();
        }
    }

    @Test
    void anotherInstanceIsNotAskedWhenOneKeepsUsWaiting() throws IOException {
        Duration limit = Duration.ofMillis(300);
        WireMockServer server = new WireMockServer(options().dynamicPort());
        server.start();
        try (var client = Outbound.client(new Outbound.Limits(limit, limit, limit), 1, 2, Traces.NONE)) {
            Neighbour neighbour = neighbour(client, limit, server.baseUrl() + "/one", server.baseUrl() + "/other");
            server.stubFor(get("/one/x").willReturn(ok("late").withFixedDelay(5_000)));
            assertThatThrownBy(() -> read(neighbour)).isInstanceOf(Problem.class);
            server.verify(0, getRequestedFor(urlEqualTo("/other/x")));
        } finally {
            server.stop();
        }
    }

    private Neighbour neighbour(CloseableHttpClient client, Duration limit, String... urls) {
        return new Neighbour(new ServiceInstances("aggregator", Stream.of(urls).map(URI::create).toList(),
                CircuitBreakerConfig.ofDefaults(), meters, Neighbour::away),
                RestClient.builder().requestFactory(new HttpComponentsClientHttpRequestFactory(client)), limit);
    }

    private static String read(Neighbour neighbour) {
        return neighbour.get(uri -> uri.path("/x").build(), body -> new String(body.readAllBytes(), StandardCharsets.UTF_8));
    }

    @Test
    void linesMayBeLongerThanABufferAndTheLastNeedsNoNewline() throws IOException {
        List<Integer> lengths = new ArrayList<>();
        String text = "a\n\n" + "b".repeat(100_000) + "\n" + "c".repeat(16 << 10);
        NewlineDelimited.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), line -> lengths.add(line.length));
        assertThat(lengths).containsExactly(1, 100_000, 16 << 10);
    }
}
