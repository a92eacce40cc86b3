package io.quipu.reporting.source;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.MeterRegistry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
    void linesMayBeLongerThanABufferAndTheLastNeedsNoNewline() throws IOException {
        List<Integer> lengths = new ArrayList<>();
        String text = "a\n\n" + "b".repeat(100_000) + "\n" + "c".repeat(16 << 10);
        NewlineDelimited.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), line -> lengths.add(line.length));
        assertThat(lengths).containsExactly(1, 100_000, 16 << 10);
    }
}
