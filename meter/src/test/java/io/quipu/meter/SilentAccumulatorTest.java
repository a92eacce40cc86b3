package io.quipu.meter;

import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static io.quipu.meter.Usages.batch;
import static io.quipu.meter.Usages.usage;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.quipu.common.wire.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * An accumulator that is waited for too long. In a context of its own: with a limit this short, whatever should succeed would
 * fail on a machine that is busy.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        useMainMethod = SpringBootTest.UseMainMethod.ALWAYS, properties = "quipu.accumulator.response-timeout=PT0.3S")
class SilentAccumulatorTest {

    @RegisterExtension
    static final WireMockExtension ACCUMULATOR = WireMockExtension.newInstance()
            .options(options().dynamicPort().http2PlainDisabled(true)).build();

    @LocalServerPort
    private int port;

    @DynamicPropertySource
    static void properties(DynamicPropertyRegistry registry) {
        registry.add("quipu.accumulator.url", ACCUMULATOR::baseUrl);
    }

    @Test
    void oneThatDoesNotAnswerInTimeIsUnavailable() throws Exception {
        ACCUMULATOR.stubFor(post(MeterApplication.ACCUMULATOR_PATH).willReturn(
                okJson("{\"answers\":[{\"committed_to\":10,\"rejected\":[]}]}").withFixedDelay(5_000)));
        HttpResponse<String> response = HttpClient.newHttpClient().send(HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + port + "/v1/metering/collected/usage/batch"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.write(batch(usage(10, "storage", "1"))))).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(503);
        assertThat(response.body()).contains("\"code\":\"accumulator_unavailable\"", "PT0.");
    }
}
