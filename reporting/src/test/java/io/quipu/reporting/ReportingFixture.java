package io.quipu.reporting;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.quipu.common.http.ServiceInstances;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole service on a random port, its neighbours played by WireMock, its clock set by hand. */
@SpringBootTest(classes = ReportingApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"spring.config.name=reporting", "quipu.reporting.breaker-open=60s",
            "quipu.audit.max-usages=200", "quipu.audit.max-figures=1000", "quipu.reporting.max-concurrent=4",
            "quipu.reporting.spool-memory=2KB", "quipu.graph.max-values=4000"})
@Import(ReportingFixture.Settings.class)
public abstract class ReportingFixture {

    protected static final FakeNeighbours NEIGHBOURS = new FakeNeighbours();
    protected static final WireMockServer WIREMOCK = new WireMockServer(
            wireMockConfig().dynamicPort().extensions(NEIGHBOURS).maxRequestJournalEntries(2000));
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final JsonMapper TREES = JsonMapper.builder()
            .enable(tools.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    static {
        WIREMOCK.start();
    }

    @LocalServerPort
    private int port;

    @Autowired
    private List<ServiceInstances> neighbours;

    @Autowired
    private HandSetClock clock;

    @DynamicPropertySource
    static void neighbours(DynamicPropertyRegistry properties) {
        properties.add("quipu.aggregator.url", WIREMOCK::baseUrl);
        properties.add("quipu.accumulator.url", WIREMOCK::baseUrl);
        properties.add("quipu.collector.url", WIREMOCK::baseUrl);
    }

    @BeforeEach
    void startOver() {
        WIREMOCK.resetAll();
        WIREMOCK.stubFor(any(anyUrl()).atPriority(10).willReturn(aResponse().withTransformers("neighbours")));
        neighbours.forEach(neighbour -> neighbour.breakers().forEach(CircuitBreaker::reset));
        NEIGHBOURS.serve(new Ledger());
    }

    protected void now(String time) {
        clock.now = Instant.parse(time);
    }

    /** A report, checked to add up. */
    protected JsonNode report(String pathAndQuery) {
        HttpResponse<String> answer = get(pathAndQuery);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode report = TREES.readTree(answer.body());
        ReportSums.check(report);
        return report;
    }

    /** A problem that says who is not available, and when to come again. */
    protected static void unavailable(HttpResponse<String> answer, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(tree(answer).get("code").stringValue()).isEqualTo(code);
    }

    protected static JsonNode tree(HttpResponse<String> answer) {
        return TREES.readTree(answer.body());
    }

    protected HttpResponse<String> get(String pathAndQuery) {
        return getAt("/v1/metering/organizations/" + pathAndQuery);
    }

    protected HttpResponse<String> getAt(String pathAndQuery) {
        try {
            return CLIENT.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + pathAndQuery)).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Posts JSON. */
    protected HttpResponse<String> postTo(String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .POST(HttpRequest.BodyPublishers.ofString(body)).setHeader("Content-Type", "application/json");
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    protected static long ms(String time) {
        return Instant.parse(time).toEpochMilli();
    }

    /** A clock of our own. */
    @TestConfiguration(proxyBeanMethods = false)
    static class Settings {

        @Bean
        @Primary
        HandSetClock handSetClock() {
            return new HandSetClock();
        }
    }

    /** A clock that stands still. */
    static final class HandSetClock extends Clock {

        private volatile Instant now = Instant.EPOCH;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }
}
