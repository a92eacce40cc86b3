package io.quipu.common.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.quipu.common.trace.RecordedTraces;
import io.quipu.common.trace.Spans;
import io.quipu.common.trace.Traces;
import io.quipu.common.web.TraceFilter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.mock.env.MockEnvironment;
import zipkin2.reporter.brave.AsyncZipkinSpanHandler;

@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class TraceConfigurationTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withPropertyValues("spring.application.name=collector")
            .withBean(TracedPaths.class, () -> TracedPaths.outside("/usage"))
            .withUserConfiguration(TraceConfiguration.class);

    private static boolean reporting() {
        return Thread.getAllStackTraces().keySet().stream().anyMatch(thread -> thread.getName().contains("AsyncReporter"));
    }

    private static void record(Traces traces) {
        Spans spans = traces.start("drive", Traces.Kind.CONSUMER, List.of(RecordedTraces.context(5)));
        spans.end();
    }

    @Test
    void withoutAZipkinNothingIsSentNoThreadRunsAndCallersTracesAreCarriedOn(CapturedOutput output) {
        runner.run(context -> {
            assertThat(context).doesNotHaveBean(AsyncZipkinSpanHandler.class);
            Spans spans = context.getBean(Traces.class).start("drive", Traces.Kind.CONSUMER,
                    List.of(RecordedTraces.context(5)));
            assertThat(spans.contexts()).singleElement().satisfies(span ->
                    assertThat(span.traceId()).isEqualTo(RecordedTraces.context(5).traceId()));
            spans.end();
            assertThat(reporting()).isFalse();
            assertThat(context.getBean(TraceProperties.class).ownProbability()).isZero();
        });
        assertThat(output.getAll()).isEmpty();
    }

    @Test
    void onlyTheServicesPathsAreLookedAt() {
        runner.run(context -> {
            FilterRegistrationBean<?> filter = context.getBean(FilterRegistrationBean.class);
            assertThat(filter.getUrlPatterns()).containsExactly("/usage");
            assertThat(filter.getFilter()).isInstanceOf(TraceFilter.class);
        });
    }

    @Test
    void spansAreSentToZipkinUnderTheServicesName() {
        WireMockServer zipkin = new WireMockServer(WireMockConfiguration.options().dynamicPort());
        zipkin.start();
        try {
            zipkin.stubFor(WireMock.post("/api/v2/spans").willReturn(WireMock.aResponse().withStatus(202)));
            runner.withPropertyValues("quipu.zipkin.endpoint=" + zipkin.baseUrl())
                    .run(context -> {
                        record(context.getBean(Traces.class));
                        await().atMost(PATIENCE).until(() -> !zipkin.getAllServeEvents().isEmpty());
                    });
            zipkin.verify(WireMock.postRequestedFor(WireMock.urlEqualTo("/api/v2/spans"))
                    .withRequestBody(WireMock.matchingJsonPath("$[0].localEndpoint.serviceName", WireMock.equalTo("collector")))
                    .withRequestBody(WireMock.matchingJsonPath("$[0].name", WireMock.equalTo("drive"))));
        } finally {
            zipkin.stop();
        }
    }

    @Test
    void aZipkinThatIsAwayIsSaidOnceAndHindersNothing(CapturedOutput output) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        runner.withPropertyValues("management.tracing.export.zipkin.endpoint=http://127.0.0.1:" + port + "/api/v2/spans")
                .run(context -> {
                    Traces traces = context.getBean(Traces.class);
                    for (int i = 0; i < 3 * TraceConfiguration.MAX_QUEUED_SPANS; i++) {
                        record(traces);
                    }
                    await().atMost(PATIENCE).until(() -> output.getAll().contains("takes no spans"));
                    record(traces);
                });
        assertThat(output.getAll().split("takes no spans", -1)).hasSize(2);
        assertThat(output.getAll().lines().filter(line -> line.contains("WARN") || line.contains("zipkin2"))).hasSize(1);
    }

    @Test
    void itIsSaidWhenZipkinIsBack(CapturedOutput output) {
        WireMockServer zipkin = new WireMockServer(WireMockConfiguration.options().dynamicPort());
        zipkin.start();
        try {
            ZipkinSender sender = new ZipkinSender(java.net.URI.create(zipkin.baseUrl() + "/api/v2/spans"));
            zipkin.stubFor(WireMock.post("/api/v2/spans").willReturn(WireMock.aResponse().withStatus(503)));
            sender.send(List.of(new byte[] {'{', '}'}));
            sender.send(List.of(new byte[] {'{', '}'}));
            zipkin.stubFor(WireMock.post("/api/v2/spans").willReturn(WireMock.aResponse().withStatus(202)));
            sender.send(List.of(new byte[] {'{', '}'}));
            sender.send(List.of(new byte[] {'{', '}'}));
            sender.close();
        } finally {
            zipkin.stop();
        }
        assertThat(output.getAll().split("takes no spans", -1)).hasSize(2);
        assertThat(output.getAll().split("takes spans again", -1)).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"http://z:9411,http://z:9411/api/v2/spans", "http://z:9411/,http://z:9411/api/v2/spans",
        "https://z/else,https://z/else"})
    void withoutAPathTheEndpointIsTheServersAddress(String given, String endpoint) {
        assertThat(TraceProperties.of(new MockEnvironment().withProperty("quipu.zipkin.endpoint", given)).endpoint())
                .hasToString(endpoint);
    }

    @Test
    void defaultsAreLow() {
        assertThat(TraceProperties.of(new MockEnvironment())).isEqualTo(new TraceProperties(null, 0.01, 50));
        assertThat(TraceProperties.of(new MockEnvironment().withProperty("quipu.zipkin.endpoint", "http://z"))
                .ownProbability()).isEqualTo(0.01);
    }

    @ParameterizedTest
    @ValueSource(strings = {"quipu.zipkin.endpoint=zipkin:9411", "quipu.zipkin.endpoint=ftp://z", "quipu.zipkin.endpoint=http:// z",
        "management.tracing.sampling.probability=2", "management.tracing.sampling.probability=-1",
        "quipu.trace.max-per-second=-1", "quipu.trace.max-per-second=many"})
    void whatMakesNoSenseIsRefusedAtTheStart(String property) {
        runner.withPropertyValues(property).run(context -> assertThat(context).hasFailed());
    }
}
